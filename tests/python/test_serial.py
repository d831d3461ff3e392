# SPDX-License-Identifier: BSD-2-Clause
"""Is the serial log read as docs/formats.md says, and a broken one refused?"""

import pytest

from bench.run import counts, serial
from bench.run.errors import RunFailed

CASE = (
    "@case a tasks=two client_space=large server_space=small bytes=8 temperature=warm warmups=8 n=3 metric=round_trip\n"
)
LOG = (
    "l4lab: variant=liedtke93 text=0123456789abcdef\n@benchmark pingpong clock=model\n"
    + CASE
    + "@values 10 20\n@values 30\n"
    "anything else\n@check contents ok all bytes\n@note stack=300/1024 ticks=4\n@end pingpong ok\n"
)


def test_a_whole_log() -> None:
    log = serial.read(LOG)
    assert (log.variant, log.text, log.benchmark, log.clock) == ("liedtke93", "0123456789abcdef", "pingpong", "model")
    assert (log.cases[0].name, log.cases[0].values, log.cases[0].facts["server_space"]) == ("a", [10, 20, 30], "small")
    assert (log.checks, log.notes, log.verdict) == (1, {"stack": "300/1024", "ticks": "4"}, "ok")
    serial.check_complete(log)


def test_a_dash_is_a_missing_value() -> None:
    assert serial.read(CASE + "@values - - -\n").cases[0].values == [None, None, None]


def test_a_last_line_without_its_newline_is_no_data() -> None:
    assert serial.read(LOG[:-1]).verdict is None
    assert serial.read(CASE + "@values 10 20").cases[0].values == []
    assert not serial.finished(LOG[:-1])
    assert serial.finished(LOG)


@pytest.mark.parametrize(
    "line", ["@case a tasks=two\n", "@values 1\n", CASE + "@values x\n", CASE + CASE, "@check\n", "@end\n"]
)
def test_malformed_lines_are_refused(line: str) -> None:
    with pytest.raises(RunFailed, match="malformed"):
        serial.read(line)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("@values 30\n", "", "announced 3 values and sent 2"),
        ("contents ok", "contents fail", "check failed: contents fail"),
        ("@end pingpong ok", "@end pingpong fail", "ended with 'fail'"),
    ],
)
def test_incomplete_logs_are_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(RunFailed, match=reason):
        serial.check_complete(serial.read(LOG.replace(old, new)))


@pytest.mark.parametrize("kind", ["panic", "exception"])
def test_the_first_fatal_sentence_counts(kind: str) -> None:
    text = f"l4lab: {kind}: the first\nl4lab: panic: the second\n"
    assert serial.read(text).fatal == f"{kind}: the first"
    assert serial.finished(text)


MODEL = '{"type":"model","model":"i486","board":"ideal","model_hash":null}\n'
END = '{"type":"end","status":"ok","samples":1,"instructions":1,"guest_seconds":1,"modelled_seconds":1}\n'
SAMPLE = '{"type":"sample","case":0,"index":0}\n'


def test_counts_are_grouped_by_case() -> None:
    assert list(counts.read(MODEL + SAMPLE + END).cases) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        SAMPLE + END,
        MODEL + SAMPLE,
        MODEL + SAMPLE[:10],
        MODEL + END,
        MODEL + SAMPLE.replace('"index":0', '"index":1') + END,
    ],
)
def test_broken_counts_are_refused(text: str) -> None:
    with pytest.raises(RunFailed):
        counts.read(text)


def test_the_reason_of_a_stopped_model() -> None:
    assert counts.model_error(MODEL + '{"type":"end","status":"error","reason":"unknown form"}\n') == "unknown form"
    assert counts.model_error(MODEL + SAMPLE + END) is None


def test_kernel_stack_use_becomes_a_note() -> None:
    log = serial.read("l4lab: kernel stack: deepest use 404 of 1856 bytes\n")
    assert log.notes == {"kernel_stack_deepest_bytes": "404", "kernel_stack_bytes": "1856"}

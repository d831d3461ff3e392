# SPDX-License-Identifier: BSD-2-Clause
"""Is machine kvm skipped with the reason where KVM is of no use, and are its ticks never taken for cycles where it is?

Most hosts of tests have no KVM. So the guest also runs without it, behind a QEMU that leaves the word out: the images, the
log, the record and what is printed are then those of a working KVM, and only the ticks are not.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import records
from bench.run.paths import ROOT

SECONDS = 240
CASES = "*-large-large-8-warm"
RUN = ("run", "--variant", "liedtke93", "--benchmark", "pingpong", "--machine", "kvm", "--case", CASES)
REAL = shutil.which("qemu-system-i386") or ""
BESIDE = f"{Path(__file__).parent}:{os.environ['PATH']}"
Ended = subprocess.CompletedProcess[str]


def lab(*words: str, **variables: str) -> Ended:
    command = [sys.executable, str(ROOT / "l4lab"), *words]
    environment = {**os.environ, "REAL_QEMU": REAL, **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> records.Record:
    path = tmp_path_factory.mktemp("kvm") / "kvm.jsonl"
    ended = lab(*RUN, "--out", str(path), PATH=BESIDE)
    assert ended.returncode == 0, ended.stderr
    heading = ended.stdout.splitlines()[0]
    assert "ticks of the time-stamp counter" in heading and "liedtke93 on machine kvm" in heading
    assert "cycles" not in ended.stdout and "one way" not in ended.stdout
    return records.load(path)


def test_this_host_measures_or_says_why_it_cannot(tmp_path: Path) -> None:
    """With the real QEMU."""
    ended = lab(*RUN, "--out", str(tmp_path / "kvm.jsonl"))
    if ended.returncode == 0:
        assert records.load(tmp_path / "kvm.jsonl").measured
        return
    assert ended.returncode == 77
    assert ended.stderr.startswith("l4lab: skipped: machine kvm: its self-test failed: ")
    assert not (tmp_path / "kvm.jsonl").exists()


@pytest.mark.parametrize(
    ("fake", "reason"), [("internal-error", "KVM internal error. Suberror: 1"), ("no-access", "KVM kernel module: Permission denied")]
)
def test_a_kvm_that_is_of_no_use_is_a_reason_to_skip(fake: str, reason: str, tmp_path: Path) -> None:
    ended = lab(*RUN, "--out", str(tmp_path / "kvm.jsonl"), PATH=BESIDE, FAKE=fake)
    assert (ended.returncode, ended.stdout) == (77, "")
    assert "machine kvm" in ended.stderr and reason in ended.stderr


def test_a_record_has_the_ticks_of_a_named_host(record: records.Record) -> None:
    assert {line["case"] for line in record.samples} == {"one-large-large-8-warm", "two-large-large-8-warm"}
    for line in record.samples:
        assert line["unit"] == "tsc_ticks" and line["counts"] is None
        assert line["values"] == line["guest_values"] and min(line["values"]) > 0
    assert record.run["host"]["cpu"] and record.run["model_hash"] is None and record.run["board"] is None
    assert len(record.run["axes"]) == 5


def test_no_table_of_cycles_takes_it(record: records.Record, tmp_path: Path) -> None:
    text = "".join(json.dumps(line) + "\n" for line in record.lines)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "liedtke93.pingpong.kvm.L00.jsonl").write_text(text)
    ended = lab("tables", "--from", str(tmp_path / "raw"), "--to", str(tmp_path / "tables"))
    assert ended.returncode == 3 and "no table of cycles" in ended.stderr
    modelled = [{**line, "unit": "modelled_cycles"} if line["type"] == "samples" else line for line in record.lines]
    with pytest.raises(records.RecordError, match="different units"):
        records.check(modelled)


@pytest.mark.parametrize("more", [["--trace", "two-large-large-8-warm"], ["--layouts", "2"]])
def test_what_needs_a_model_is_refused(more: list[str]) -> None:
    ended = lab(*RUN, *more, PATH=BESIDE)
    assert ended.returncode == 2 and "machine kvm" in ended.stderr

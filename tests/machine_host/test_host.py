# SPDX-License-Identifier: BSD-2-Clause
"""Does machine host measure what it says, believe no counter that does not count, and stay out of the tables of cycles?"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analysis import compare, host_text, records
from bench.run import host, process, serial
from bench.run.paths import ROOT

SECONDS = 120
KIT_SIZES = (8, 12, 16, 32, 128, 512, 1024, 2048, 4096, 16384, 65536)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> records.Record:
    """Of the whole command, in a build folder of its own."""
    folder = tmp_path_factory.mktemp("host")
    command = [sys.executable, str(ROOT / "l4lab"), "host", "--json", "--out", str(folder / "host.jsonl")]
    environment = {**os.environ, "L4LAB_BUILD": str(folder / "build")}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert ended.returncode == 0, ended.stderr
    made = records.load(folder / "host.jsonl")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == made.lines
    return made


def test_every_mechanism_at_every_size(record: records.Record) -> None:
    expected = {"getpid"} | {f"{name}-{size}-warm" for name in ("pipe", "socket", "futex") for size in KIT_SIZES}
    assert {line["case"] for line in record.samples} == expected
    assert record.end["checks"] == len(expected) - 1


def test_long_messages_cost_more_than_none(record: records.Record) -> None:
    least = {line["case"]: min(line["values"]) for line in record.samples}
    for name in ("pipe", "socket", "futex"):
        assert least["getpid"] < least[f"{name}-8-warm"] < least[f"{name}-65536-warm"]


def test_unit_names_its_host(record: records.Record) -> None:
    assert {line["unit"] for line in record.samples} == {"tsc_ticks"}
    assert record.run["host"]["name"] in host_text.text(record).splitlines()[0]
    assert record.run["axes"] == {} and record.run["model_hash"] is None


def test_every_preset_counts_or_has_a_reason(record: records.Record) -> None:
    notes = record.end["notes"]
    assert notes and all(notes.values())
    assert all(set(line["papi"]) == set(host_text.counting(record)) for line in record.samples)


def test_only_presets_that_count_are_believed(tmp_path: Path) -> None:
    """With a library all of whose four presets are available."""
    fake = ROOT / "tests" / "machine_host" / "fake_papi.c"
    sources = [str(ROOT / "bench" / "host" / name) for name in ("main.c", "mechanisms.c", "papi.c")]
    command = ["gcc", "-std=gnu11", "-O2", "-D_GNU_SOURCE", f"-I{ROOT}", "-o", str(tmp_path / "host"), *sources, str(fake)]
    built = process.run(command, SECONDS, tmp_path)
    assert built.status == 0, built.errors
    log = serial.read(process.run([str(tmp_path / "host")], SECONDS, tmp_path).output)
    assert log.notes == {
        "PAPI_L1_DCM": "counts",
        "PAPI_L1_ICM": "starts_but_does_not_count",
        "PAPI_TOT_INS": "starts_but_does_not_count",
        "PAPI_L2_DCM": "conflict_with_another_event",
    }
    assert all(case.counted == {"PAPI_L1_DCM": [5] * case.n} for case in log.cases)


def test_builds_without_the_library(tmp_path: Path) -> None:
    assert process.run(["make", "-s", f"O={tmp_path}", "PAPI=no"], SECONDS, ROOT / "bench" / "host").status == 0
    log = serial.read(process.run([str(tmp_path / "host-benchmark")], SECONDS, tmp_path).output)
    assert log.notes == {"papi": "libpapi_was_absent_at_build_time"} and log.verdict == "ok"


def modelled() -> records.Record:
    path = next((ROOT / "results" / "raw" / "default").glob("liedtke93.pingpong.*.jsonl"))
    return records.load(path)


def write(folder: Path, name: str, record: records.Record) -> None:
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in record.lines))


def test_never_in_a_table_with_cycles(record: records.Record, tmp_path: Path) -> None:
    write(tmp_path, "host", record)
    with pytest.raises(records.RecordError, match="no table of cycles"):
        records.load_campaign(tmp_path)
    write(tmp_path, "modelled", modelled())
    with pytest.raises(records.RecordError, match="no table of cycles"):
        records.load_campaign(tmp_path)


def test_never_compared_with_cycles(record: records.Record) -> None:
    assert compare.compare(("a", "b"), [record], [modelled()], 1).invalid is not None


@pytest.mark.parametrize(("machine", "unit"), [("i486", "tsc_ticks"), ("host", "modelled_cycles")])
def test_units_are_not_exchanged(record: records.Record, machine: str, unit: str) -> None:
    source = record if machine == "host" else modelled()
    lines: list[dict[str, Any]] = [dict(line) for line in source.lines]
    lines[1]["unit"] = unit
    with pytest.raises(records.RecordError, match="different units"):
        records.check(lines)


def test_host_that_does_not_fit_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert "aarch64" in (host.why_not() or "")

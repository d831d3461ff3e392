# SPDX-License-Identifier: BSD-2-Clause
"""What do the calls of the system at hand cost? Builds and runs bench/host, and makes a record of its log.

The unit is the tick of this host's time-stamp counter: neither a modelled cycle nor a cycle of the processor.
"""

import hashlib
import platform
from pathlib import Path
from typing import Any

from analysis import records
from bench.run import process, record, serial
from bench.run.errors import RunFailed
from bench.run.paths import ROOT, build_root

SOURCE = ROOT / "bench" / "host"
PROGRAM = "host-benchmark"
BUILD_SECONDS = 60
RUN_SECONDS = 300
PROCESSORS = ("x86_64",)
NAME, BENCHMARK = records.HOST, "host"


def why_not() -> str | None:
    """Why there is nothing to run here, None if there is."""
    if platform.system() != "Linux" or platform.machine() not in PROCESSORS:
        return f"machine host is for Linux on {', '.join(PROCESSORS)}, and this is {platform.system()} on {platform.machine()}"
    return None


def build() -> Path:
    folder = build_root() / "host"
    process.require("gcc", "gcc")
    ended = process.run(["make", "-s", f"O={folder}"], BUILD_SECONDS, SOURCE)
    if ended.status != 0:
        raise RunFailed(f"the program of machine host does not build:\n{serial.tail(ended.errors)}")
    return folder / PROGRAM


def _source_hash() -> str:
    state = hashlib.sha256()
    for path in sorted(SOURCE.iterdir()):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    return state.hexdigest()


def _run_line(program: Path) -> records.Line:
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    flags = process.run(["make", "-s", "flags"], BUILD_SECONDS, SOURCE).output.strip()
    nothing: dict[str, Any] = dict.fromkeys(("board", "model_hash", "qemu", "firmware"))
    return {
        "type": "run",
        "schema": 1,
        "campaign": "single",
        "variant": "none",
        "axes": {},
        "benchmark": BENCHMARK,
        "machine": NAME,
        "layout": 0,
        **nothing,
        "source_hash": _source_hash(),
        "text_hash": digest[:16],
        "image_hash": digest,
        "compiler": record.first_line("gcc", "--version") or "unknown",
        "cflags": flags,
        "command": [PROGRAM],
        "host": record.host_facts(),
    }


def _samples_line(case: serial.Case) -> records.Line:
    return {**record.samples_line(case, None, records.HOST_UNIT), "papi": case.counted}


def record_of(log: serial.Log, run: records.Line) -> records.Record:
    serial.check_complete(log)
    lines = [_samples_line(case) for case in log.cases]
    end: records.Line = {"type": "end", "status": "ok", "samples": len(lines), "checks": log.checks, "notes": log.notes}
    try:
        return records.check([run, *lines, {**end, "guest_seconds": None, "modelled_seconds": None}])
    except records.RecordError as error:
        raise RunFailed(f"the record of this host is not valid: {error}") from error


def measure() -> records.Record:
    program = build()
    ended = process.run([str(program)], RUN_SECONDS, program.parent)
    if ended.status != 0:
        raise RunFailed(f"the program of machine host failed:\n{serial.tail(ended.errors or ended.output)}")
    return record_of(serial.read(ended.output), _run_line(program))

# SPDX-License-Identifier: BSD-2-Clause
"""How do a log, the counts and a manifest become a record, and what must hold before it is written?"""

import os
import platform
import time
from functools import cache
from pathlib import Path
from typing import Any

from analysis import records, statistics
from bench.run import counts, process, serial
from bench.run.boot import Result, driver
from bench.run.build import Image
from bench.run.errors import RunFailed
from bench.run.paths import ROOT, shown
from bench.run.storage import json_line, write_text
from boot.machines.machine import Boot, Machine

Line = dict[str, Any]
TOOL_SECONDS = 20
# The kernel programs the interrupt controller so that the timer, its first line, has this vector
# (kernel/thread/timer.c).
TIMER_VECTOR = "32"
PROCESSOR_FACTS = Path("/proc/cpuinfo")
GENERAL_KEYS = (*serial.CASE_KEYS, "tasks", "client_space", "server_space", "bytes", "operations")


@cache
def first_line(*command: str) -> str | None:
    """What a tool says about itself, or None if it is not there."""
    try:
        ended = process.run(list(command), TOOL_SECONDS, ROOT)
    except OSError:
        return None
    return ended.output.splitlines()[0].strip() if ended.status == 0 and ended.output else None


def _processor() -> str:
    for line in PROCESSOR_FACTS.read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return "unknown"


@cache
def host_facts() -> Line:
    """Of the host whose time-stamp counter a record is in ticks of."""
    return {"name": platform.node(), "cpu": _processor()}


def _layout(manifest: Line) -> Line:
    """The seed is said where there is one: layout 0 is the placement of the source."""
    number = manifest.get("layout", 0)
    return {"layout": number, "layout_seed": manifest["layout_seed"]} if number else {"layout": 0}


def run_line(image: Image, machine: Machine, boot: Boot, campaign: str, image_hash: str) -> Line:
    manifest, qemu = image.manifest, machine.driver != "bochs"
    return {
        "type": "run",
        "schema": 1,
        "campaign": campaign,
        "variant": manifest["variant"],
        "axes": manifest["axes"],
        "benchmark": boot.benchmark,
        "machine": machine.name,
        "board": boot.board,
        **_layout(manifest),
        "source_hash": manifest["source_hash"],
        "text_hash": manifest["text_hash"],
        "image_hash": image_hash,
        "model_hash": boot.model_hash,
        "compiler": manifest["compiler"],
        "cflags": manifest["cflags"],
        "qemu": first_line("qemu-system-i386", "--version") if qemu else None,
        "firmware": first_line("dpkg-query", "-W", "-f=${Package} ${Version}\n", "seabios" if qemu else "bochsbios"),
        "command": driver(machine).commands(machine, boot)[-1],
        **({"host": host_facts()} if machine.unit == records.HOST_UNIT else {}),
    }


def _series(samples: list[counts.Sample], key: str) -> list[int] | None:
    values = [sample[key] for sample in samples]
    return None if any(value is None for value in values) else values


def _counts(samples: list[counts.Sample]) -> Line:
    causes = samples[0]["stalls"]
    return {
        **{
            key: _series(samples, key)
            for key in ("instructions", "iterations", "restarts", "tlb_misses", "cache_misses", "cr3_loads")
        },
        "ticks": [sample["interrupts"].get(TIMER_VECTOR, 0) for sample in samples],
        "kernel_cycles": _series(samples, "kernel_cycles"),
        **{key: _series(samples, key) for key in ("pairs", "mispredicts") if key in samples[0]},
        "stalls": causes and {cause: [sample["stalls"][cause] for sample in samples] for cause in causes},
    }


def _guest_values(case: serial.Case) -> list[int] | None:
    known = [value for value in case.values if value is not None]
    if known and len(known) != case.n:
        raise RunFailed(f"case {case.name} has values by the guest's clock for some samples only")
    return known or None


def _check_clocks(
    name: str, guest: list[int], values: list[int], ticks: list[int], starts: list[int]
) -> None:
    clocks = statistics.compare_clocks(guest, values, ticks, starts)
    if not clocks.agree:
        raise RunFailed(
            f"case {name}: the guest's clock and the model disagree by {clocks.low} to {clocks.high} cycles; "
            f"the cost of reading the clock may vary by {statistics.CLOCK_BOUND_CYCLES} at most"
        )


def _further(facts: dict[str, str]) -> Line:
    """What only some benchmarks say of a case: operations in one sample, and parameters of their own."""
    operations = {"operations": int(facts["operations"])} if "operations" in facts else {}
    own = {key: int(value) for key, value in facts.items() if key not in GENERAL_KEYS}
    return {**operations, **({"parameters": own} if own else {})}


def samples_line(
    case: serial.Case,
    samples: list[counts.Sample] | None,
    unit: str | None,
) -> Line:
    """One case. Raises RunFailed if the guest and the model disagree about the number or the length of its samples."""
    if samples is not None and len(samples) != case.n:
        raise RunFailed(f"case {case.name}: the guest reports {case.n} samples, the model counted {len(samples)}")
    facts, guest = case.facts, _guest_values(case)
    counted = _counts(samples) if samples else None
    values = _series(samples, "cycles") if samples and unit else None
    if unit == records.HOST_UNIT:
        values = guest  # the guest's own clock is the only one
        if values is None:
            raise RunFailed(f"case {case.name} has no values by the time-stamp counter")
    if samples and counted and values and guest:
        starts = [sample["clock"] for sample in samples]
        _check_clocks(case.name, guest, values, counted["ticks"], starts)
    return {
        "type": "samples",
        "case": case.name,
        **{key: facts.get(key) for key in ("tasks", "client_space", "server_space")},
        "bytes": int(facts["bytes"]) if "bytes" in facts else None,
        "temperature": facts["temperature"],
        "metric": facts["metric"],
        **_further(facts),
        "unit": unit,
        "warmups": int(facts["warmups"]),
        "values": values,
        "guest_values": guest,
        "counts": counted,
    }


def build(result: Result, run: Line, machine: Machine) -> records.Record:
    """The whole record, checked against the schema."""
    counted = result.counts
    if counted and set(counted.cases) - set(range(len(result.log.cases))):
        raise RunFailed("the model counted more cases than the guest reports")
    for key in ("model_hash", "board"):
        if counted and counted.model.get(key) != run[key]:
            raise RunFailed(f"the plugin ran with {key} {counted.model.get(key)} instead of {run[key]}")
    lines = [run]
    for number, case in enumerate(result.log.cases):
        samples = counted.cases.get(number, []) if counted else None
        lines.append(samples_line(case, samples, machine.unit))
    end = counted.end if counted else {}
    lines.append(
        {
            "type": "end",
            "status": "ok",
            "samples": len(lines) - 1,
            "checks": result.log.checks,
            "notes": result.log.notes,
            "guest_seconds": end.get("guest_seconds"),
            "modelled_seconds": end.get("modelled_seconds"),
        }
    )
    try:
        return records.check(lines)
    except records.RecordError as error:
        raise RunFailed(f"the record of this run is not valid: {error}") from error


def refuse_contradiction(record: records.Record, folder: Path) -> None:
    """Raises RunFailed if a record of the same image, model and machine in this folder has other samples for a
    common case.
    """
    if record.measured:
        return
    for path in sorted(folder.glob("*.jsonl")):
        try:
            # Most files are of another image: their first line says so, and the whole need not be checked.
            if records.identity(records.first_line(path)) != record.identity:
                continue
            other = records.load(path)
        except records.RecordError:
            continue
        theirs = {line["case"]: line for line in other.samples}
        for line in record.samples:
            if theirs.get(line["case"], line) != line:
                raise RunFailed(
                    f"{shown(path)} has the same image, model and machine, and other samples of case {line['case']}: "
                    "one of the two runs is wrong, and nothing was written"
                )


def _provenance() -> Line:
    return {
        "host": platform.node(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "commit": first_line("git", "rev-parse", "HEAD"),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def write(record: records.Record, path: Path) -> None:
    """Checks and writes the record, and what is not reproducible beside it as NAME.provenance.json."""
    records.check(record.lines)
    refuse_contradiction(record, path.parent)
    write_text(path, "".join(json_line(line) for line in record.lines))
    write_text(path.parent / f"{path.stem}.provenance.json", json_line(_provenance()))

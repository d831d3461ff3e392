# SPDX-License-Identifier: BSD-2-Clause
"""How does a test measure? `l4lab run`, its JSON, and the trace of one sample with the functions of each instruction."""

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import guest

from analysis.dwarf import Program
from bench.run import process

SECONDS = 120
# The first way through the kernel of a traced round trip, and the second (analysis/steps.py numbers the segments).
CALL, REPLY = "1", "3"
STALLS_OF_THE_BOARD = ("cache", "tlb", "write")


@dataclass(frozen=True)
class Step:
    """One executed instruction. clocks: without what the board's memory and the TLB add."""

    segment: str
    functions: frozenset[str]
    text: str
    clocks: int
    notes: str


def results(
    variant: str, cases: str, machine: str = "i486", more: tuple[str, ...] = (), benchmark: str = "pingpong"
) -> dict[str, dict[str, Any]]:
    """The results of a run by case."""
    command = [sys.executable, "l4lab", "run", "--variant", variant, "--benchmark", benchmark, "--machine", machine]
    ended = process.run([*command, "--case", cases, "--json", *more], SECONDS, guest.ROOT)
    assert ended.status == 0, f"{variant} {cases}:\n{ended.errors}"
    return {result["case"]: result for result in json.loads(ended.output)["results"]}


def trace(variant: str, case: str, folder: Path) -> list[Step]:
    """The traced sample of a case; the kernel's functions are told by address, inlined ones included."""
    results(variant, case, more=("--trace", case, "--out", str(folder / "record.jsonl")))
    program = Program(guest.BUILD / variant / "kernel.elf")
    with (folder / "record.steps.tsv").open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return [_step(row, program) for row in rows]


def _step(row: dict[str, str], program: Program) -> Step:
    board = sum(int(row[cause]) for cause in STALLS_OF_THE_BOARD)
    functions = frozenset() if row["privilege"] == "3" else frozenset(program.chain(int(row["linear"], 16)))
    return Step(row["segment"], functions, row["text"], int(row["cycles"]) - board, row["notes"])


def clocks_in(steps: list[Step], functions: set[str]) -> int:
    """Clocks of one way in the given functions and all that is inlined into them; the dearer way counts."""
    return max(
        sum(step.clocks for step in steps if step.segment == way and step.functions & functions) for way in (CALL, REPLY)
    )

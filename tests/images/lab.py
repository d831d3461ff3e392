# SPDX-License-Identifier: BSD-2-Clause
"""How does a test measure? As `l4lab run` does, in this process; the trace of one sample with the functions of each
instruction.
"""

import csv
import io
from dataclasses import dataclass
from typing import Any

import guest

from analysis import observations
from analysis.dwarf import Program
from bench.run import catalog, runner

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


def _performed(
    variant: str, benchmark: str, machine: str, cases: str, trace: runner.TraceRequest | None = None
) -> runner.Outcome:
    facts = catalog.machine(machine)
    request = runner.Request(
        catalog.variant(variant, []), benchmark, facts, catalog.board(facts, None), cases, trace=trace
    )
    return runner.perform(runner.prepare(request))


def results(
    variant: str, cases: str, machine: str = "i486", benchmark: str = "pingpong"
) -> dict[str, dict[str, Any]]:
    """The results of a run by case."""
    seen = observations.of(_performed(variant, benchmark, machine, cases).record)
    return {one.result()["case"]: one.result() for one in seen}


def trace(variant: str, case: str) -> list[Step]:
    """The traced sample of a case; the kernel's functions are told by address, inlined ones included."""
    text = _performed(variant, "pingpong", "i486", case, runner.TraceRequest(case, None)).steps
    assert text is not None
    program = Program(guest.BUILD / variant / "kernel.elf")
    return [_step(row, program) for row in csv.DictReader(io.StringIO(text), delimiter="\t")]


def _step(row: dict[str, str], program: Program) -> Step:
    board = sum(int(row[cause]) for cause in STALLS_OF_THE_BOARD)
    functions = frozenset() if row["privilege"] == "3" else frozenset(program.chain(int(row["linear"], 16)))
    return Step(row["segment"], functions, row["text"], int(row["cycles"]) - board, row["notes"])


def clocks_in(steps: list[Step], functions: set[str]) -> int:
    """Clocks of one way in the given functions and all that is inlined into them; the dearer way counts."""
    return max(
        sum(step.clocks for step in steps if step.segment == way and step.functions & functions) for way in (CALL, REPLY)
    )

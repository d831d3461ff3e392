# SPDX-License-Identifier: BSD-2-Clause
"""On which step of the path was each cycle spent? Joins a trace (docs/formats.md, section 6) with the programs'
functions.

A kernel step is the outermost inline function in the concrete function that holds the instruction: the names on the
page of the IPC path. User code is named by its innermost function, so that the binding stands apart from its
caller. The entering `int` and the leaving `iret` are steps of their own, because they are the processor's work.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis import pages
from analysis.dwarf import Program

ENTER, LEAVE = "enter kernel (int)", "leave kernel (iret)"
SEGMENTS = ("client", "call", "server", "reply", "client")
# Of all processors; a trace has those of its own.
COST_COLUMNS = (
    "base",
    "agi",
    "prefix",
    "index",
    "disp_imm",
    "pairing",
    "bank",
    "branch",
    "misaligned",
    "cache",
    "tlb",
    "write",
    "prefetch",
    "other",
)
USER_PRIVILEGE = "3"


class TraceError(Exception):
    """A trace that does not hold together."""


@dataclass(frozen=True)
class Row:
    """One executed instruction. segment counts the changes of privilege: client, call, server, reply, client again."""

    segment: int
    step: str
    linear: int
    cycles: int
    costs: dict[str, int]
    text: str
    notes: list[str]
    pages: list[str]

    @property
    def user(self) -> bool:
        return self.segment % 2 == 0

    @property
    def tlb_misses(self) -> list[tuple[int, str]]:
        return _misses(self.notes)

    @property
    def second_pipe(self) -> bool:
        """Issued together with the instruction before."""
        return "pipe=v" in self.notes

    @property
    def unpaired(self) -> str | None:
        """Why it did not issue with the instruction before, though both are of classes that pair."""
        return next((note.removeprefix("unpaired=") for note in self.notes if note.startswith("unpaired=")), None)

    @property
    def cache_misses(self) -> int:
        return sum(note.startswith("miss=") for note in self.notes)


def _step(fields: dict[str, str], kernel: Program, task: Program) -> str:
    text = fields["text"]
    if text.startswith("int "):
        return ENTER
    if text.startswith("iret"):
        return LEAVE
    if text.startswith("<"):
        return text
    user = fields["privilege"] == USER_PRIVILEGE
    # Tasks share a link address and a small space shifts it, so user code is found by its physical address, at
    # which the root task, whose frames the others map, was loaded and linked.
    chain = task.chain(int(fields["physical"], 16)) if user else kernel.chain(int(fields["linear"], 16))
    if not chain:
        return "?"
    return chain[-1] if user else chain[min(1, len(chain) - 1)]


def _misses(notes: Iterable[str]) -> list[tuple[int, str]]:
    """(page, `code` or `data`) of every TLB miss."""
    words = [note.removeprefix("tlb=").split(":") for note in notes if note.startswith("tlb=")]
    return [(int(page, 16), kind) for page, kind in words]


def attribute(trace: str, kernel: Program, task: Program) -> str:
    """The trace with two columns before the others, segment and step, and one after them: what lies on the missed
    pages.
    """
    lines = list(csv.DictReader(io.StringIO(trace), delimiter="\t"))
    if not lines:
        raise TraceError("the trace is empty: the sample was not reached")
    out = io.StringIO()
    writer = csv.DictWriter(out, ["segment", "step", *lines[0], "pages"], delimiter="\t", lineterminator="\n")
    writer.writeheader()
    segment = 0
    for fields in lines:
        segment += (fields["privilege"] == USER_PRIVILEGE) != (segment % 2 == 0)
        held = ", ".join(pages.name(page, kernel, task) for page, _ in _misses(fields["notes"].split()))
        writer.writerow({"segment": segment, "step": _step(fields, kernel, task), **fields, "pages": held})
    return out.getvalue()


def rows(text: str) -> Iterator[Row]:
    """Reads what `attribute` wrote."""
    for fields in csv.DictReader(io.StringIO(text), delimiter="\t"):
        costs = {key: int(fields[key]) for key in COST_COLUMNS if key in fields}
        yield Row(
            int(fields["segment"]),
            fields["step"],
            int(fields["linear"], 16),
            int(fields["cycles"]),
            costs,
            fields["text"],
            fields["notes"].split(),
            fields["pages"].split(", "),
        )


@dataclass
class Cost:
    """What one step cost over the round trip, by segment and by cause."""

    step: str
    user: bool
    cycles: int = 0
    instructions: int = 0
    tlb_misses: int = 0
    cache_misses: int = 0

    def __post_init__(self) -> None:
        self.by_segment = dict.fromkeys(SEGMENTS, 0)
        self.by_cause: dict[str, int] = {}

    def add(self, row: Row) -> None:
        self.cycles += row.cycles
        self.instructions += not row.text.startswith("<")
        self.tlb_misses += len(row.tlb_misses)
        self.cache_misses += row.cache_misses
        self.by_segment[SEGMENTS[row.segment]] += row.cycles
        for cause, cycles in row.costs.items():
            self.by_cause[cause] = self.by_cause.get(cause, 0) + cycles


def costs(of: Iterable[Row]) -> list[Cost]:
    """Cycles by step in the order in which the round trip first reaches them.

    Raises TraceError if it is not one plain round trip: two ways through the kernel and no interrupt between.
    """
    found: dict[tuple[bool, str], Cost] = {}
    for row in of:
        if row.segment >= len(SEGMENTS):
            raise TraceError("the traced sample enters the kernel more than twice; trace an undisturbed one")
        found.setdefault((row.user, row.step), Cost(row.step, row.user)).add(row)
    return list(found.values())

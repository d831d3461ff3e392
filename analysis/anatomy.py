# SPDX-License-Identifier: BSD-2-Clause
"""Where does every cycle of one round trip go, and what memory does its path touch?

An anatomy is an attributed trace (docs/formats.md, section 6) read as a whole. Each cycle is counted three times, by
instruction, by step and by cause, and the three sums must agree with the sample.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from analysis import pages, statistics, steps
from analysis.dwarf import Program
from analysis.pages import PAGE_BYTES
from analysis.steps import Row

UNKNOWN_STEP = "?"
OTHER_FRAMES = "frames outside the programs"
Key = tuple[str, str]

NOT_TOLD = (
    "A trace tells the address of an instruction, not those of its operands. So data pages are those that a TLB walk, a "
    "dirty bit or the beginning of a string instruction names, and data lines those that were filled. What was in the "
    "TLB or in the cache already, the stack, descriptors and tables that int and iret read, and the page tables that a "
    "walk reads are in neither list, unless a line fill names them. Of an instruction that crosses a page, the lines "
    "on the second page are not listed."
)


class AnatomyError(Exception):
    """The sums of an anatomy disagree: a cycle was lost or counted twice."""


@dataclass(frozen=True)
class Instruction:
    """A row with the two columns that the footprint needs; a pseudo row of an interrupt has length 0.

    part: client, call, server, reply or client; user or kernel in a round trip that is disturbed.
    """

    row: Row
    part: str
    physical: int
    length: int
    line_bytes: int

    @property
    def causes(self) -> dict[str, int]:
        return {cause: cycles for cause, cycles in self.row.costs.items() if cycles}

    @property
    def key(self) -> Key:
        """Side and step: user and kernel may have functions of one name; `int` and `iret` are the processor's work."""
        if self.row.step in (steps.ENTER, steps.LEAVE):
            return "processor", self.row.step
        return "user" if self.row.user else "kernel", self.row.step

    @property
    def lines(self) -> range:
        """Physical lines of its bytes, as far as its own page goes."""
        length = min(self.length, PAGE_BYTES - self.physical % PAGE_BYTES)
        first = self.physical // self.line_bytes * self.line_bytes
        return range(first, self.physical + length if length else first, self.line_bytes)

    @property
    def code_pages(self) -> range:
        first = self.row.linear // PAGE_BYTES * PAGE_BYTES
        return range(first, self.row.linear + self.length if self.length else first, PAGE_BYTES)


@dataclass
class Total:
    """Cycles of one step, by cause."""

    side: str
    step: str
    instructions: int = 0
    causes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(steps.COST_COLUMNS, 0))

    @property
    def cycles(self) -> int:
        return sum(self.causes.values())

    def add(self, one: Instruction) -> None:
        self.instructions += bool(one.length)
        for cause, cycles in one.row.costs.items():
            self.causes[cause] += cycles


@dataclass
class Page:
    """A linear page that the path touches: as what, in which parts of the round trip, and with how many walks."""

    address: int
    name: str
    kinds: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    walks: int = 0


@dataclass
class Line:
    """A physical line: `code` if an instruction of the path lies in it, else `data or prefetched`."""

    address: int
    kind: str
    name: str
    fills: int = 0


@dataclass(frozen=True)
class Names:
    """What lies at an address. alias: the kernel's linear address of physical 0."""

    kernel: Program
    task: Program
    alias: int

    def page(self, linear: int) -> str:
        return pages.name(linear, self.kernel, self.task)

    def line(self, physical: int) -> str:
        """The symbol; that of the task is right for the root task's frames, which lie where they were linked."""
        symbol = self.kernel.symbol(physical + self.alias) or self.task.symbol(physical)
        return symbol or OTHER_FRAMES


def names_of(of: Iterable[Instruction], kernel: Program, task: Program) -> Names:
    """The kernel is linked where it sees all physical memory, so any of its instructions tells the alias."""
    alias = next((one.row.linear - one.physical for one in of if one.length and not one.row.user), 0)
    return Names(kernel, task, alias)


def _note_values(row: Row, name: str) -> list[int]:
    found = [note.removeprefix(f"{name}=") for note in row.notes if note.startswith(f"{name}=")]
    return [int(value.partition(":")[0], 16) for value in found]


def _touched(one: Instruction) -> Iterator[tuple[int, str]]:
    """(page, `code` or `data`) of every page that this instruction is known to touch."""
    yield from ((page, "code") for page in one.code_pages)
    yield from one.row.tlb_misses
    for name in ("dirty", "from", "to"):
        yield from ((address // PAGE_BYTES * PAGE_BYTES, "data") for address in _note_values(one.row, name))


def _once(of: list[str], word: str) -> None:
    if word not in of:
        of.append(word)


def _part(row: Row, disturbed: bool) -> str:
    if disturbed:
        return "user" if row.user else "kernel"
    return steps.SEGMENTS[row.segment]


def read(trace: str, line_bytes: int) -> list[Instruction]:
    """The instructions of an attributed trace in their order."""
    rows = list(steps.rows(trace))
    disturbed = max(row.segment for row in rows) >= len(steps.SEGMENTS)
    fields = csv.DictReader(io.StringIO(trace), delimiter="\t")
    return [
        Instruction(
            row,
            _part(row, disturbed),
            int(one["physical"], 16),
            0 if row.text.startswith("<") else len(one["bytes"]) // 2,
            line_bytes,
        )
        for row, one in zip(rows, fields, strict=True)
    ]


def by_step(of: Iterable[Instruction]) -> list[Total]:
    """In the order in which the path first reaches the steps."""
    found: dict[Key, Total] = {}
    for one in of:
        found.setdefault(one.key, Total(*one.key)).add(one)
    return list(found.values())


def visits(of: Iterable[Instruction]) -> list[list[Instruction]]:
    """The path cut wherever the step or the part of the round trip changes."""
    found: list[list[Instruction]] = []
    for one in of:
        if found and (found[-1][0].key, found[-1][0].row.segment) == (one.key, one.row.segment):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def touched_pages(of: Iterable[Instruction], names: Names) -> list[Page]:
    """Distinct linear pages, lowest first. Two tasks may use one linear page for different frames: `parts` tells."""
    found: dict[int, Page] = {}
    for one in of:
        for address, kind in _touched(one):
            page = found.setdefault(address, Page(address, names.page(address)))
            _once(page.kinds, kind)
            _once(page.parts, one.part)
        for address, _ in one.row.tlb_misses:
            found[address].walks += 1
    return [found[address] for address in sorted(found)]


def touched_lines(of: list[Instruction], names: Names) -> list[Line]:
    """Distinct physical lines, lowest first."""
    code = {address for one in of for address in one.lines}
    found = {address: Line(address, "code", names.line(address)) for address in code}
    for one in of:
        for address in _note_values(one.row, "miss"):
            found.setdefault(address, Line(address, "data or prefetched", names.line(address))).fills += 1
    return [found[address] for address in sorted(found)]


@dataclass(frozen=True)
class Anatomy:
    """One sample. about: the facts that its numbers depend on, under the keys of `--json`."""

    about: dict[str, Any]
    total: int
    instructions: list[Instruction]
    steps: list[Total]
    causes: dict[str, int]
    names: Names
    pages: list[Page]
    lines: list[Line]

    @property
    def entries(self) -> int:
        """How often the round trip entered the kernel; an undisturbed one does so twice."""
        return (self.instructions[-1].row.segment + 1) // 2

    @property
    def line_bytes(self) -> int:
        return self.instructions[0].line_bytes

    @property
    def paired(self) -> int:
        """Instructions that issued together with the one before."""
        return sum(one.row.second_pipe for one in self.instructions)

    @property
    def unpaired(self) -> dict[str, int]:
        """Cycles lost where two instructions of pairing classes did not pair, by reason."""
        found: dict[str, int] = {}
        for one in self.instructions:
            if one.row.unpaired is not None:
                found[one.row.unpaired] = found.get(one.row.unpaired, 0) + one.row.costs["pairing"]
        return found

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """Least and most clocks of each instruction that a value decides; the midpoint was charged."""
        notes = [note.removeprefix("range=") for one in self.instructions for note in one.row.notes if note.startswith("range=")]
        return [(int(low), int(high)) for low, _, high in (note.partition("-") for note in notes)]

    @property
    def without_step(self) -> int:
        return sum(one.cycles for one in self.steps if one.step == UNKNOWN_STEP)


def _check(total: int, of: list[Instruction], totals: list[Total], causes: dict[str, int]) -> None:
    sums = {
        "the sample": total,
        "its instructions": sum(one.row.cycles for one in of),
        "its steps": sum(one.cycles for one in totals),
        "its causes": sum(causes.values()),
    }
    if len(set(sums.values())) > 1:
        raise AnatomyError("the sums differ: " + ", ".join(f"{name} {cycles}" for name, cycles in sums.items()))
    for one in of:
        if one.row.cycles != sum(one.row.costs.values()):
            raise AnatomyError(f"the causes of {one.row.text} at {one.row.linear:08X} are not its cycles")


def dissect(
    trace: str, total: int, about: dict[str, Any], kernel: Program, task: Program, line_bytes: int
) -> Anatomy:
    """The anatomy of a sample of `total` cycles. Raises AnatomyError unless every sum is that total."""
    found = read(trace, line_bytes)
    totals = by_step(found)
    causes = {cause: sum(one.causes[cause] for one in totals) for cause in steps.COST_COLUMNS}
    _check(total, found, totals, causes)
    used = {cause: cycles for cause, cycles in causes.items() if cycles}
    names = names_of(found, kernel, task)
    return Anatomy(about, total, found, totals, used, names, touched_pages(found, names), touched_lines(found, names))


def _instruction(one: Instruction) -> dict[str, Any]:
    row = one.row
    return {
        "address": f"{row.linear:08X}",
        "text": row.text,
        "part": one.part,
        "side": one.key[0],
        "step": row.step,
        "cycles": row.cycles,
        "causes": one.causes,
        "notes": row.notes,
    }


def _total(one: Total) -> dict[str, Any]:
    causes = {cause: cycles for cause, cycles in one.causes.items() if cycles}
    return {
        "side": one.side,
        "step": one.step,
        "cycles": one.cycles,
        "instructions": one.instructions,
        "causes": causes,
    }


def as_json(seen: Anatomy) -> dict[str, Any]:
    """What `--json` prints; every cycle is of the round trip, addresses are hexadecimal."""
    return {
        **seen.about,
        "total_cycles": seen.total,
        "one_way_cycles": statistics.one_way(seen.total),
        "kernel_entries": seen.entries,
        "cycles_without_step": seen.without_step,
        "data_dependent_clocks": [list(ends) for ends in seen.ranges],
        "steps": [_total(one) for one in seen.steps],
        "causes": seen.causes,
        "paired_instructions": seen.paired,
        "unpaired_cycles": seen.unpaired,
        "instructions": [_instruction(one) for one in seen.instructions],
        "pages": [{**vars(page), "address": f"{page.address:08X}"} for page in seen.pages],
        "lines": [{**vars(line), "address": f"{line.address:08X}"} for line in seen.lines],
        "not_told": NOT_TOLD,
    }


def folded(seen: Anatomy) -> str:
    """Collapsed stacks, the input of flame graphs: `side;step;instruction cycles`, in the order of the path."""
    found: dict[str, int] = {}
    for one in seen.instructions:
        stack = ";".join([*one.key, f"{one.row.linear:08X} {one.row.text}"])
        found[stack] = found.get(stack, 0) + one.row.cycles
    return "".join(f"{stack} {cycles}\n" for stack, cycles in found.items() if cycles)

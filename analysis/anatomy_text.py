# SPDX-License-Identifier: BSD-2-Clause
"""How is an anatomy laid out as text? The conditions, the path instruction by instruction, then totals and footprint."""

import textwrap
from collections.abc import Iterator

from analysis import statistics
from analysis.anatomy import NOT_TOLD, Anatomy, Instruction, Line, Names, visits
from analysis.observations import DEFINITION
from analysis.report import UNITS, columns, text
from analysis.steps import SEGMENTS

WIDTH = 120
TEXT_WIDTH = 46
PLAIN_ENTRIES = len(SEGMENTS) // 2
UNPAIRED = {
    "register": "a register that it writes",
    "disp_imm": "displacement and immediate",
    "prefix": "prefix",
    "first": "the code cache does not know yet where that ends",
    "fetch": "not fetched in time",
}
EVENTS = {"dirty": "walk that sets the dirty bit, page", "from": "string from", "to": "string to"}


def conditions(seen: Anatomy) -> list[str]:
    """Two sentences: which sample this is, and on what its numbers depend."""
    about = seen.about
    return [
        f"{about['variant']}, case {about['case']}, sample {about['sample']}: one round trip, {seen.total} "
        f"{UNITS[about['unit']]} ({DEFINITION}: {text(statistics.one_way(seen.total))})",
        f"machine {about['machine']}, board {about['board']}, model {about['model_hash'][:12]}; tasks {about['tasks']}, "
        f"client {about['client_space']}, server {about['server_space']}; {about['bytes']} bytes; "
        f"{about['temperature']}, n = {about['n']} after {about['warmups']} warm-ups",
    ]


def _warnings(seen: Anatomy) -> Iterator[str]:
    if seen.entries != PLAIN_ENTRIES:
        yield f"this sample enters the kernel {seen.entries} times: it holds more than one call and one reply"
    if seen.ranges:
        half = sum(high - low for low, high in seen.ranges) / 2
        yield f"{len(seen.ranges)} instructions take clocks that a value decides: midpoints, uncertain by {text(half)} cycles either way"
    if seen.without_step:
        share = statistics.percent(seen.without_step, seen.total)
        yield f"{seen.without_step} cycles ({share:.1f} %) lie in no function that the programs name"


def _event(note: str, names: Names) -> str:
    """A note as a row of its own."""
    key, _, value = note.partition("=")
    address, _, kind = value.partition(":")
    if key == "tlb":
        return f"walk, {kind} page {address} ({names.page(int(address, 16))})"
    if key == "miss":
        return f"line fill, {address} ({names.line(int(address, 16))})"
    if key == "unpaired":
        return f"does not pair with the instruction before: {UNPAIRED[value]}"
    if key == "range":
        return f"a value decides, {value} clocks; the midpoint is charged"
    return f"{EVENTS[key]} {address}" if key in EVENTS else note


def _charge(one: Instruction) -> str:
    pipe = ["v"] if one.row.second_pipe else []
    return " ".join([*pipe, *(f"{cause} {cycles}" for cause, cycles in one.causes.items())])


def _visit(of: list[Instruction], names: Names) -> Iterator[str]:
    first = of[0]
    yield f"{first.part}: {first.row.step}  [{sum(one.row.cycles for one in of)}]"
    for one in of:
        row = one.row
        yield f"  {row.linear:08X}  {row.text:{TEXT_WIDTH}} {row.cycles:5}  {_charge(one)}".rstrip()
        events = (note for note in row.notes if not note.startswith("pipe="))
        yield from (f"            {_event(note, names)}" for note in events)


def _shares(seen: Anatomy) -> Iterator[str]:
    """Totals by step and by cause; every column of the first is a part of its row's cycles."""
    header = ["step", "side", "instr", "cycles", "percent", *seen.causes]
    rows = [
        [
            one.step,
            one.side,
            one.instructions,
            one.cycles,
            f"{statistics.percent(one.cycles, seen.total):.1f}",
            *(one.causes[cause] or "" for cause in seen.causes),
        ]
        for one in seen.steps
    ]
    total = ["total", "", sum(one.instructions for one in seen.steps), seen.total, "100.0", *seen.causes.values()]
    yield "By step and cause, cycles of the round trip:"
    yield columns([header, *rows, total])


def _pipes(seen: Anatomy) -> Iterator[str]:
    """Nothing on a processor with one pipe."""
    if not seen.paired and not seen.unpaired:
        return
    instructions = sum(one.instructions for one in seen.steps)
    yield f"Issued together with the instruction before: {seen.paired} of {instructions}, marked v above"
    if seen.unpaired:
        lost = ", ".join(f"{cycles} by {reason}" for reason, cycles in seen.unpaired.items())
        yield f"Cycles lost where two of pairing classes did not pair: {lost}"


def _pages(seen: Anatomy) -> Iterator[str]:
    walks = sum(page.walks for page in seen.pages)
    yield f"Linear pages known to be touched: {len(seen.pages)}, with {walks} walks for missing TLB entries"
    rows = [
        (f"{page.address:08X} {page.name}", "+".join(page.kinds), page.walks, " ".join(page.parts))
        for page in seen.pages
    ]
    yield columns([("page", "as", "walks", "in"), *rows])


def _lines(seen: Anatomy) -> Iterator[str]:
    code = sum(line.kind == "code" for line in seen.lines)
    other = len(seen.lines) - code
    yield f"Physical {seen.line_bytes}-byte lines known to be touched: {code} of code, {other} of data or prefetched code"
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in seen.lines:
        groups.setdefault((line.name, line.kind), []).append(line)
    rows = [(*key, len(of), sum(line.fills for line in of)) for key, of in groups.items()]
    yield columns([("symbol at its first byte", "as", "lines", "fills"), *rows])


def lay_out(seen: Anatomy) -> str:
    out = [*conditions(seen), *_warnings(seen), ""]
    for visit in visits(seen.instructions):
        out += _visit(visit, seen.names)
    out += ["", *_shares(seen), *_pipes(seen), *_pages(seen), *_lines(seen), *textwrap.wrap(NOT_TOLD, WIDTH)]
    return "\n".join(out) + "\n"

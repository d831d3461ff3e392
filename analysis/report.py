# SPDX-License-Identifier: BSD-2-Clause
"""How are results laid out as text? Every table says what its figures are: unit, machine, board, space, warmth, n."""

from collections.abc import Sequence

from analysis.observations import DEFINITION, Observation
from analysis.records import Record

UNITS = {"modelled_cycles": "modelled cycles", "cycles": "cycles", "tsc_ticks": "TSC ticks", None: "no cycles on this machine"}


def text(value: object) -> str:
    """A cell: whole numbers without a fraction, halves with one, nothing as '-'."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return str(value)


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Cells in aligned columns; the first is text, the others are numbers."""
    cells = [[text(value) for value in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    lines = []
    for row in cells:
        first, *others = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths))
        )
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines) + "\n"


def _row(seen: Observation) -> list[object]:
    result = seen.result()
    keys = ("tlb_misses", "cache_misses", "n", "warmups", "ticks")
    spaces = f"{seen.client_space}>{seen.server_space}" if seen.client_space else None
    steady = {
        None: None,
        True: "equal",
        False: f"{text(result['low_cycles'])}..{text(result['high_cycles'])}",
    }
    last = steady[result["settled"] if seen.timed else None]
    return [
        seen.line["case"],
        seen.tasks,
        spaces,
        seen.line["bytes"],
        seen.temperature,
        seen.cycles,
        seen.count("instructions"),
        *(result[key] for key in keys),
        last,
    ]


def _ways(seen: Sequence[Observation]) -> str:
    """What the columns are of, in words."""
    operations = sorted({one.operations for one in seen if one.way == "operation"})
    counted = " or ".join(map(str, operations))
    by_operation = [f"for one operation = sample / {counted}"] if operations else []
    return " or ".join(([DEFINITION] if any(one.way == "one way" for one in seen) else []) + by_operation)


def results(seen: Sequence[Observation]) -> str:
    """The table that `l4lab run` prints."""
    if not seen:
        return "no case\n"
    run = seen[0].record.run
    board = f", board {run['board']}" if run["board"] else ""
    heading = f"{run['variant']} on machine {run['machine']}{board}: {UNITS[seen[0].unit]}; "
    heading += f"all columns {_ways(seen)}, spaces client>server\n"
    names = [
        "case",
        "tasks",
        "spaces",
        "bytes",
        "state",
        "cycles",
        "instr",
        "tlb",
        "cache",
        "n",
        "warmups",
        "ticks",
        "last samples",
    ]
    return heading + columns([names, *map(_row, seen)])


def kernel_stack(record: Record) -> str:
    """One line; empty if the guest did not say."""
    notes = record.end["notes"]
    if "kernel_stack_bytes" not in notes:
        return ""
    return f"kernel stack: deepest use {notes['kernel_stack_deepest_bytes']} of {notes['kernel_stack_bytes']} bytes\n"

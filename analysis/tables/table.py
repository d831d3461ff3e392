# SPDX-License-Identifier: BSD-2-Clause
"""How is a table written? CSV with a header, one fixed form for numbers, and the context of every row in the row
itself.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis import statistics, validation
from analysis.observations import Observation
from boot.machines import machine as machines

Row = dict[str, Any]
DECIMALS = 4
MODEL_DIGITS = 12


def cell(value: Any) -> str:
    """Numbers without needless digits; nothing for None; words for truth."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{round(value, DECIMALS):.12g}" if isinstance(value, float) else str(value)


def render(rows: Iterable[Mapping[str, Any]]) -> str:
    listed = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(listed[0]) if listed else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: cell(value) for key, value in row.items()} for row in listed)
    return out.getvalue()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def machine_of(tables: Path) -> str:
    """The machine of a folder's tables, none of which mixes machines; the first one if no table names any."""
    for path in sorted(tables.glob("*.csv")):
        with path.open(newline="") as stream:
            first: dict[str, str] = next(csv.DictReader(stream), {})
        if first.get("machine"):
            return first["machine"]
    return validation.FIRST_MACHINE


def clock_mhz(seen: Observation) -> float:
    """The clock of the machine a row was modelled on."""
    return float(machines.load(seen.machine).clock_mhz or 0)


def context(seen: Observation) -> Row:
    """The columns that say what a figure is; every table of cycles begins with them."""
    return {
        "machine": seen.machine,
        "board": seen.board,
        "model": (seen.model_hash or "")[:MODEL_DIGITS],
        "unit": seen.unit,
        "clock_mhz": clock_mhz(seen),
        "tasks": seen.tasks,
        "client_space": seen.client_space,
        "server_space": seen.server_space,
        "temperature": seen.temperature,
        "warmups": seen.line["warmups"],
        "n": seen.chosen.n if seen.chosen else None,
        "bytes": seen.line["bytes"],
    }


def costs(seen: Observation) -> Row:
    """One way, from the sample that stands for the case."""
    result = seen.result()
    return {
        "one_way_cycles": seen.cycles,
        "one_way_microseconds": statistics.microseconds(seen.cycles or 0.0, clock_mhz(seen)),
        "one_way_instructions": result["one_way_instructions"],
        "one_way_tlb_misses": result["tlb_misses"],
        "one_way_cache_misses": result["cache_misses"],
        "one_way_cr3_loads": result["cr3_loads"],
    }

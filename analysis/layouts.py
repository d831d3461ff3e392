# SPDX-License-Identifier: BSD-2-Clause
"""How widely do the layouts spread each object, and what does that do to the cycles?

An object is a function, a variable, a part of the hot page, the thread control blocks (all of them lie in the same cache
sets) or the beginning of a user stack. What counts is the cache set of its first byte and the TLB set of its page.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from analysis.dwarf import members
from analysis.observations import DEFINITION
from analysis.records import Line, Record
from analysis.report import UNITS, columns

# boot/machines/i486/rules.psv: 8 KB in 16-byte lines and four ways; 32 entries of 4 KB pages in four ways.
LINE_BYTES, CACHE_SETS = 16, 128
PAGE_BYTES, TLB_SETS = 4096, 8
HOT, GAP = "hot", "gap_"
TCB_UNIT_BYTES = 2048
# Tasks number their stacks' beginnings; benchmarks use the lowest ones.
STACKS_SHOWN = 8
QUARTILES = (0, 25, 50, 75, 100)
OBJECT_TYPES = ("STT_FUNC", "STT_OBJECT")
PATH_SECTION = "path"
Places = dict[str, int]


@dataclass(frozen=True)
class Spread:
    """How many distinct cache and TLB sets an object visited; where: its kind, for grouping."""

    name: str
    where: str
    cache_sets: int
    tlb_sets: int


def _symbols(path: Path, side: str) -> Iterator[tuple[str, int]]:
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        table = elf.get_section_by_name(".symtab")
        begin, end = (
            found[0]["st_value"] if (found := table.get_symbol_by_name(name)) else 0 for name in ("path_begin", "path_end")
        )
        names = {number: section.name for number, section in enumerate(elf.iter_sections())}
        for symbol in table.iter_symbols():
            address, section = symbol["st_value"], names.get(symbol["st_shndx"], "")
            typed = symbol["st_info"]["type"] in OBJECT_TYPES
            # Assembly has no types; its entries on the path are objects, too.
            on_path = begin < address < end and (typed or symbol["st_info"]["bind"] == "STB_GLOBAL")
            if section and (typed or on_path):
                yield f"{side} {PATH_SECTION if on_path else section} {symbol.name}", address


def _number(text: str, macro: str) -> int:
    found = re.search(rf"#define {macro} (\w+)", text)
    return int(found[1], 0) if found else 0


def _stack_shifts(text: str) -> list[int]:
    found = re.search(r"LAYOUT_STACK_SHIFT\(number\).*\{([\d, ]+)\}", text)
    return [int(word) for word in found[1].split(",")][:STACKS_SHOWN] if found else []


def places(folder: Path, benchmark: str) -> Places:
    """Object -> address, of the image of one generated layout. Control blocks by their offset in a unit: their page is fixed."""
    kernel, placement = folder / "kernel.elf", (folder / "placement.h").read_text()
    found = dict([*_symbols(kernel, "kernel"), *_symbols(folder / f"{benchmark}.elf", "user")])
    hot = found.pop(f"kernel .data {HOT}")
    parts = {name: offset for name, offset in members(kernel, HOT).items() if not name.startswith(GAP)}
    found |= {f"kernel hot {name}": hot + offset for name, offset in parts.items()}
    found["kernel tcb thread control blocks"] = _number(placement, "TCB_OFFSET") % TCB_UNIT_BYTES
    end = found["user .bss main_stack"] + PAGE_BYTES
    return found | {f"user stack of task {task}": end - shift for task, shift in enumerate(_stack_shifts(placement))}


def spread(of: Sequence[Places]) -> list[Spread]:
    """Every object that all layouts have, in the order of the first."""

    def visited(name: str, unit: int, sets: int) -> int:
        return len({one[name] // unit % sets for one in of})

    common = [name for name in of[0] if all(name in one for one in of)]
    rows = []
    for name in common:
        side, kind, rest = name.split(" ", 2)
        sets = visited(name, LINE_BYTES, CACHE_SETS), visited(name, PAGE_BYTES, TLB_SETS)
        rows.append(Spread(rest, f"{side} {kind}", *sets))
    return rows


def _by_kind(rows: Sequence[Spread]) -> Iterator[list[object]]:
    for where in dict.fromkeys(row.where for row in rows):
        group = [row for row in rows if row.where == where]
        few: Callable[[str], list[int]] = lambda key: sorted(getattr(row, key) for row in group)  # noqa: E731
        cache, tlb = few("cache_sets"), few("tlb_sets")
        yield [where, len(group), cache[0], cache[len(cache) // 2], tlb[0], tlb[len(tlb) // 2]]


SINGLE = (f"kernel {PATH_SECTION}", "kernel hot", "kernel tcb", "user stack")


def spread_text(rows: Sequence[Spread], layouts: int) -> str:
    """The objects that every IPC touches one by one, the others by kind."""
    most = f"of {layouts} layouts; a cache has {CACHE_SETS} sets, a TLB {TLB_SETS}"
    single = [[f"{row.where}: {row.name}", row.cache_sets, row.tlb_sets] for row in rows if row.where in SINGLE]
    out = [f"distinct sets that each object's beginning visited, {most}:\n"]
    out.append(columns([["object of every IPC", "cache sets", "tlb sets"], *single]))
    header = ["all objects by kind", "objects", "cache sets, least", "median", "tlb sets, least", "median"]
    out.append(columns([header, *_by_kind(rows)]))
    return "".join(out)


def distribution(cycles: Sequence[float]) -> Line:
    """One way cycles over layouts, by numpy: the standard deviation is that of a sample."""
    import numpy as np  # loaded here: most commands do without it

    low, lower, middle, upper, high = (float(value) for value in np.percentile(cycles, QUARTILES))
    deviation = float(np.std(cycles, ddof=1)) if len(cycles) > 1 else 0.0
    return {
        "n": len(cycles),
        "mean": float(np.mean(cycles)),
        "deviation": deviation,
        "low": low,
        "lower_quartile": lower,
        "median": middle,
        "upper_quartile": upper,
        "high": high,
    }


def distribution_text(record: Record, rows: dict[str, Line], seed: int) -> str:
    """A line for each case; the figures are those of `l4lab run`, and the layouts are what they vary over."""
    run = record.run
    heading = f"{run['variant']} on machine {run['machine']}, board {run['board']}: {UNITS[record.samples[0]['unit']]} "
    heading += f"({DEFINITION} for round trips) over the layouts of seed {seed}\n"
    if not rows:
        return heading + "no timed case\n"
    names = list(next(iter(rows.values())))
    table = [[case, *(_rounded(row[name]) for name in names)] for case, row in rows.items()]
    return heading + columns([["case", *(name.replace("_", " ") for name in names)], *table])


def _rounded(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.1f}"

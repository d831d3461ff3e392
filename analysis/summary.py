# SPDX-License-Identifier: BSD-2-Clause
"""What do the tables say, in plain text? What each technique saves, where one does not pay and why, beside what
was published.

Reads the tables only. Every number is modelled and one way, unless the line says otherwise.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from analysis.report import columns
from analysis.tables.table import read

Rows = list[dict[str, str]]
SIZES = ("8", "128", "512", "4096")
MAIN = "liedtke93"
# A difference within this is none: the bounds under which two variants count as the same.
SAME_CYCLES, SAME_PERCENT = 1.0, 0.5
REASONS = 4
CAUSES = {
    "work": "work",
    "agi": "address interlocks",
    "prefix": "prefixes",
    "index": "index registers",
    "disp_imm": "displacement with immediate",
    "pairing": "instructions that did not pair",
    "bank": "bank conflicts",
    "branch": "mispredicted branches",
    "misaligned": "misaligned accesses",
    "cache": "cache misses",
    "tlb": "TLB misses",
    "write": "write buffers",
    "prefetch": "code fetch",
    "other": "other",
}


def _number(row: dict[str, str], key: str) -> float:
    """Nothing where a table lacks the column: a cause that its processor does not have."""
    return float(row.get(key) or 0)


def _plain(rows: Rows, size: str) -> dict[str, dict[str, str]]:
    """variant -> its warm row of two large tasks at this size."""
    return {
        row["variant"]: row
        for row in rows
        if row["bytes"] == size and row["tasks"] == "two" and row["temperature"] == "warm"
    }


def _conditions(rows: Rows) -> Iterator[str]:
    row = rows[0]
    where = f"Machine {row['machine']}, board {row['board']}, model {row['model']}"
    yield f"L4Lab: the cost of one IPC. {where}: modelled cycles, not measured ones."
    yield "One way = round trip / 2. Two tasks, both large, warm, one layout, unless a line says otherwise."
    yield ""


def headline(tables: dict[str, Rows]) -> Iterator[str]:
    rows = tables["message_length"]
    yield from _conditions(rows)
    found = _plain(rows, "8")
    yield "8 bytes, one way:"
    cells: list[list[object]] = [
        ["", "cycles", "µs", "instructions", "TLB misses", "cache misses", "CR3 loads", "n", "warm-ups"]
    ]
    keys = ("cycles", "microseconds", "instructions", "tlb_misses", "cache_misses", "cr3_loads")
    for name in (MAIN, "liedtke", "baseline"):
        if name in found:
            row = found[name]
            cells.append(
                [f"  {name}", *(_digits(_number(row, f"one_way_{key}")) for key in keys), row["n"], row["warmups"]]
            )
    yield columns(cells)


def _digits(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def savings(tables: dict[str, Rows]) -> Iterator[str]:
    """Cycles and percent that each technique saves, removed from the full set and added to none."""
    yield "What each technique saves, cycles one way (percent of the variant that has it; negative: it costs):"
    cells: list[list[object]] = [["  technique", "how", *(f"{size} bytes" for size in SIZES)]]
    large = [row for row in tables["ablation"] if row["client_space"] == row["server_space"] == "large"]
    for how in ("removed", "added"):
        for technique in dict.fromkeys(row["technique"] for row in large):
            own = {row["bytes"]: row for row in large if (row["how"], row["technique"]) == (how, technique)}
            saved = [_saved(own[size]) if size in own else None for size in SIZES]
            cells.append([f"  {technique}", f"{how} {_bases(own)}", *saved])
    yield columns(cells)


def _bases(own: dict[str, dict[str, str]]) -> str:
    row = next(iter(own.values()))
    return f"from {row['variant_with']}" if row["how"] == "removed" else f"to {row['variant_without']}"


def _saved(row: dict[str, str]) -> str:
    return f"{_number(row, 'one_way_saved_cycles'):+.1f} ({_number(row, 'one_way_saved_percent'):+.1f} %)"


def pays(row: dict[str, str]) -> bool:
    """True if the technique saves more than what counts as the same."""
    cycles, percent = _number(row, "one_way_saved_cycles"), _number(row, "one_way_saved_percent")
    return cycles > SAME_CYCLES and percent > SAME_PERCENT


def _largest(parts: dict[str, float]) -> str:
    """The parts of a difference that matter most, each with its sign: + is saved, - is lost."""
    chosen = sorted(
        ((value, name) for name, value in parts.items() if abs(value) >= SAME_CYCLES),
        key=lambda part: (-abs(part[0]), part[1]),
    )
    return (
        ", ".join(f"{name} {_digits(value) if value < 0 else '+' + _digits(value)}" for value, name in chosen[:REASONS])
        or "nothing above a cycle"
    )


def _misses(row: dict[str, str]) -> str:
    counts = {
        "instructions": "instructions",
        "tlb_misses": "TLB misses",
        "cache_misses": "cache misses",
        "cr3_loads": "CR3 loads",
    }
    return ", ".join(f"{_number(row, f'one_way_saved_{key}'):+g} {name}" for key, name in counts.items())


def _steps(tables: dict[str, Rows], row: dict[str, str]) -> dict[str, float]:
    same = ("how", "technique", "case")
    found = [one for one in tables["ablation_steps"] if all(one[key] == row[key] for key in same)]
    return {one["step"]: _number(one, "one_way_saved_cycles") for one in found}


def costs(tables: dict[str, Rows]) -> Iterator[str]:
    """Every case in which a technique does not pay, with the differences that explain it."""
    losers = [row for row in tables["ablation"] if row["bytes"] in SIZES and not pays(row)]
    yield "Where a technique does not pay, and through what (+ saved by the technique, - lost to it):"
    for row in losers:
        spaces = f"{row['client_space']}-{row['server_space']}"
        yield f"  {row['technique']}, {row['how']} {_bases({'': row})}, {spaces}, {row['bytes']} bytes: {_saved(row)}"
        if not any(_number(row, key) for key in row if key.startswith("one_way_saved_")):
            continue
        yield f"    counts: {_misses(row)}"
        yield "    cycles by cause: " + _largest(
            {name: _number(row, f"one_way_saved_{cause}_cycles") for cause, name in CAUSES.items()}
        )
        if steps := _steps(tables, row):
            yield f"    cycles by step: {_largest(steps)}"
    if not losers:
        yield "  nowhere, in these cases"
    yield ""


def path(tables: dict[str, Rows]) -> Iterator[str]:
    """The short path by step, and the pages that miss."""
    rows = [row for row in tables["minimum_path"] if row["variant"] == MAIN]
    yield f"The short path of {MAIN} ({rows[0]['case']}), by step, one way:"
    cells: list[list[object]] = [["  step", "cycles", "percent", "instructions", "TLB misses", "cache misses"]]
    for row in rows:
        counts = [_digits(_number(row, f"one_way_{key}")) for key in ("instructions", "tlb_misses", "cache_misses")]
        cells.append(
            [
                f"  {row['side']}: {row['step']}",
                _digits(_number(row, "one_way_cycles")),
                f"{_number(row, 'one_way_percent'):.1f}",
                *counts,
            ]
        )
    yield columns(cells)
    yield "Its TLB misses, both ways of the round trip:"
    for row in tables["tlb_misses"]:
        if row["variant"] == MAIN:
            page = f"page {row['page']} ({row['access']}: {row['holds']})"
            yield f"  {row['part']:7} {page}, {row['step']}: {row['instruction']}"
    yield ""


def small_spaces(tables: dict[str, Rows]) -> Iterator[str]:
    yield "Small spaces: liedtke's pairs of client and server, cycles one way (against liedtke93, large-large):"
    rows = tables["small_spaces"]
    cells: list[list[object]] = [["  pair", *(f"{size} bytes" for size in SIZES)]]
    for pair in dict.fromkeys(row["pair"] for row in rows):
        own = {row["bytes"]: row for row in rows if row["pair"] == pair}
        cells.append(
            [
                f"  {pair}",
                *(
                    f"{own[size]['one_way_cycles']} ({0 - _number(own[size], 'one_way_saved_cycles'):+g})"
                    for size in SIZES
                    if size in own
                ),
            ]
        )
    yield columns(cells)


def lazy_scheduling(tables: dict[str, Rows]) -> Iterator[str]:
    yield "What lazy scheduling defers (load case: ready and sleeping threads, timer ticking), cycles one way:"
    cells: list[list[object]] = [
        ["  variant", "queue", "median", "mean", "mean - median", "largest", "samples", "ticks"]
    ]
    keys = ("median", "mean", "deferred", "largest")
    for row in tables["lazy_scheduling"]:
        numbers = [f"{_number(row, f'one_way_{key}_cycles'):.1f}" for key in keys]
        cells.append([f"  {row['variant']}", row["queue"], *numbers, row["samples"], row["ticks"]])
    yield columns(cells)


def kernel_stack(tables: dict[str, Rows]) -> Iterator[str]:
    yield "Kernel stacks, deepest use by any thread in the campaign, bytes:"
    cells: list[list[object]] = [["  variant", "deepest", "size", "free"]]
    for row in tables["kernel_stack"]:
        cells.append([f"  {row['variant']}", row["deepest_bytes"], row["size_bytes"], row["free_bytes"]])
    yield columns(cells)


def comparison(tables: dict[str, Rows]) -> Iterator[str]:
    yield "Beside the literature (a comparison with other kernels on real machines, not a test), cycles one way:"
    cells: list[list[object]] = [["  ours", "bytes", "modelled", "published", "of", "confidence", "ours/published"]]
    for row in tables["comparison"]:
        published = f"{_number(row, 'published_one_way_cycles'):g}"
        who = f"{row['published_system']} ({row['published_source']})"
        ratio = f"{_number(row, 'ours_over_published'):.2f}"
        cells.append(
            [
                f"  {row['variant']}",
                row["bytes"],
                row["one_way_cycles"],
                published,
                who,
                row["published_confidence"],
                ratio,
            ]
        )
    yield columns(cells)
    yield "  8 and 12 bytes take one path here (three words in registers); in 1993, 12 bytes did not."
    yield ""


SECTIONS: dict[str, tuple[Callable[[dict[str, Rows]], Iterator[str]], tuple[str, ...]]] = {
    "headline": (headline, ("message_length",)),
    "savings": (savings, ("ablation",)),
    "costs": (costs, ("ablation",)),
    "path": (path, ("minimum_path", "tlb_misses")),
    "small_spaces": (small_spaces, ("small_spaces",)),
    "lazy_scheduling": (lazy_scheduling, ("lazy_scheduling",)),
    "kernel_stack": (kernel_stack, ("kernel_stack",)),
    "comparison": (comparison, ("comparison",)),
}


def text(folder: Path) -> str:
    """The sections whose tables exist."""
    tables: dict[str, Rows] = {path.stem: read(path) for path in sorted(folder.glob("*.csv"))}
    tables.setdefault("ablation_steps", [])
    lines = [line for section, needs in SECTIONS.values() if set(needs) <= set(tables) for line in section(tables)]
    lines.append(
        "Differences of a few cycles can come from where code and data happen to lie: one layout does not resolve them."
    )
    return "\n".join(lines) + "\n"

# SPDX-License-Identifier: BSD-2-Clause
"""How far is the model from what is documented, and from what was measured elsewhere?

Three kinds of end-to-end figures, never mixed. *identity*: a sum of the model's own parameters; it must be exact and
proves only that the model adds. *independent*: measured elsewhere; those of confidence A or B are the model's error.
*other_kernel*: what other kernels took; a comparison, not an error of the model.
"""

import csv
import io
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from analysis import published

# What `l4lab validate` has written and the project keeps: of the i486 here, of another processor in a folder of its name.
FOLDER = Path(__file__).resolve().parents[1] / "results" / "validation"
FIRST_MACHINE = "i486"
KINDS = ("identity", "independent", "other_kernel")
HEADLINE_CONFIDENCE = ("A", "B")
SMALL_N = 30


def folder_of(machine: str) -> Path:
    return FOLDER if machine == FIRST_MACHINE else FOLDER / machine


@dataclass(frozen=True)
class Form:
    """One probe; clocks of its region. `kind` is "form" for an instruction form, "rule" for an added clock."""

    kind: str
    name: str
    documented: int
    modelled: int
    source: str

    @property
    def difference(self) -> int:
        return self.modelled - self.documented


@dataclass(frozen=True)
class EndToEnd:
    """`modelled` is None where this kit has no counterpart; then the note says so."""

    name: str
    published: float
    modelled: float | None
    unit: str
    kind: str
    confidence: str
    source: str
    board: str
    note: str

    @property
    def error_percent(self) -> float | None:
        if self.modelled is None:
            return None
        return round(100 * (self.modelled - self.published) / self.published, 2)


@dataclass(frozen=True)
class Headline:
    """The model's error: absolute errors, in percent, of the independent figures of confidence A or B."""

    n: int
    mean: float | None
    median: float | None
    largest: float | None


def per_pass(low: tuple[int, int], high: tuple[int, int], units: float, overhead: float) -> float:
    """Cycles per unit from two runs (passes, cycles) of a loop whose pass does `units` and costs `overhead` besides."""
    slope = (high[1] - low[1]) / (high[0] - low[0])
    return (slope - overhead) / units


def mebibytes_per_second(cycles_per_byte: float, mhz: float) -> float:
    return mhz * 1e6 / cycles_per_byte / 2**20


@dataclass(frozen=True)
class Structure:
    """A size, recovered from (candidate, cycles per dependent load) alone."""

    name: str
    documented: int
    recovered: int | None
    source: str
    points: tuple[tuple[int, float], ...]


def largest_cheap(points: Sequence[tuple[int, float]], share: float) -> int | None:
    """The largest candidate before the cost first leaves the lowest `share` of its range; None if it never does."""
    costs = [cost for _, cost in points]
    limit = min(costs) + share * (max(costs) - min(costs))
    for (before, _), (_, cost) in zip(points, points[1:]):
        if cost > limit:
            return before
    return None


def first_flat(points: Sequence[tuple[int, float]], tolerance: float) -> int | None:
    """The smallest candidate from which the next costs the same within `tolerance`; None if none does."""
    for (here, cost), (_, following) in zip(points, points[1:]):
        if abs(following - cost) <= tolerance * cost:
            return here
    return None


def wrong(forms: Sequence[Form], kind: str) -> list[Form]:
    return [form for form in forms if form.kind == kind and form.difference]


def inexact(figures: Sequence[EndToEnd]) -> list[EndToEnd]:
    """Identities that are not exact: the model does not add up its own parameters."""
    return [figure for figure in figures if figure.kind == "identity" and figure.error_percent != 0]


def headline(figures: Sequence[EndToEnd]) -> Headline:
    errors = [
        abs(figure.error_percent)
        for figure in figures
        if figure.kind == "independent"
        and figure.confidence in HEADLINE_CONFIDENCE
        and figure.error_percent is not None
    ]
    if not errors:
        return Headline(0, None, None, None)
    mean = round(statistics.mean(errors), 2)
    return Headline(len(errors), mean, statistics.median(errors), max(errors))


def sentence(error: Headline) -> str:
    """The headline in words, with what limits it."""
    if not error.n:
        return "No independent figure of confidence A or B could be compared: the model's error is unknown."
    small = ", which is few: it bounds nothing it does not contain" if error.n < SMALL_N else ""
    return (
        f"Error against independent figures of confidence A or B: mean {error.mean:.1f} %, "
        f"median {error.median:.1f} %, largest {error.largest:.1f} %; n = {error.n}{small}."
    )


def _figure_of(tables: Path, name: str, column: str, **wanted: str) -> tuple[float | None, str]:
    """(a column, board) of the row of a table, or None where the table or the row does not exist."""
    path = tables / f"{name}.csv"
    if not path.exists():
        return None, "-"
    with path.open(newline="") as stream:
        for row in csv.DictReader(stream):
            if wanted.items() <= row.items():
                return float(row[column]), row["board"]
    return None, "-"


def _one_way(tables: Path, name: str, **wanted: str) -> tuple[float | None, str]:
    return _figure_of(tables, name, "one_way_cycles", **wanted)


def _space_switch(tables: Path, variant: str, case: str) -> tuple[float | None, str]:
    """One switch of address spaces alone, in cycles: a switch to another task's thread, less one within a task."""
    found = []
    for tasks in ("two", "one"):
        row = {"benchmark": "space_switch", "case": f"{tasks}-{case}", "variant": variant, "metric": "cycles"}
        value, board = _figure_of(tables, "suite", "value", **row)
        if value is None:
            return None, "-"
        found.append(value)
    return found[0] - found[1], board


def other_kernels(tables: Path) -> list[EndToEnd]:
    """What other kernels took, beside this kernel's figure in `tables` where it has one."""
    short, board = _one_way(tables, "message_length", variant="liedtke93", case="two-large-large-8-warm")
    small, small_board = _one_way(tables, "small_spaces", variant="liedtke", pair="large-small", bytes="8")
    round_trip = None if small is None else 2 * small
    null = {"benchmark": "null_calls", "case": "ipc", "variant": "liedtke93", "metric": "cycles"}
    call, call_board = _figure_of(tables, "suite", "value", **null)

    def figure(
        name: str, value: float, confidence: str, source: str, modelled: float | None, on: str, note: str
    ) -> EndToEnd:
        return EndToEnd(name, value, modelled, "cycles", "other_kernel", confidence, source, on, note)

    def by_cr3(tlb: str, case: str, pages: str) -> EndToEnd:
        one_way, on = _space_switch(tables, "liedtke93", case)
        modelled = None if one_way is None else 2 * one_way
        note = f"ours: liedtke93, two large tasks, {pages}, there and back, {alone}"
        value = published.find("small_spaces", "486", f"large_small_large_by_cr3_{tlb}_cycles").value
        name = f"large to small to large, by CR3, {tlb.replace('_', ' ')}"
        return figure(name, value, "A", "SOSP95 5.1", modelled, on, note)

    l3 = published.find("minimum_path", "L3", "one_way_cycles").value
    ours = "ours: liedtke93, 8 bytes, two large tasks, warm, one way"
    ours_null = "ours: liedtke93, an ipc call that neither sends nor receives, warm"
    minimum = published.find("minimum_path", "minimum", "one_way_cycles").value
    segments = published.find("small_spaces", "486", "large_small_large_by_segments_cycles").value
    segment_switch = published.find("small_spaces", "486", "segment_switch_cycles").value
    by_segments, segments_board = _space_switch(tables, "liedtke", "small-0")
    alone = "thread_switch to another task less thread_switch within one, warm; what it drops from the TLB included"
    return [
        figure("L3, short IPC", l3, "B", "SOSP95 5.2", short, board, ours),
        figure("minimum of a short IPC", minimum, "C", "SOSP93, recalled", short, board, ours),
        figure("Mach, short IPC", 5750, "B", "SOSP93: 115 us at 50 MHz", short, board, ours),
        figure("L3, null kernel call, least", 123, "A", "SOSP95", call, call_board, ours_null),
        figure("L3, null kernel call, most", 180, "C", "SOSP95, recalled", call, call_board, ours_null),
        figure("Mach, null kernel call", 900, "A", "SOSP95", call, call_board, ours_null),
        figure("large to small to large, by segments", segments, "A", "SOSP95 5.1", round_trip, small_board,
               "published: two entries and switches; ours: liedtke, a round trip of whole IPCs"),
        figure("address-space switch by segments", segment_switch, "A", "SOSP95 4.1.2", by_segments, segments_board,
               f"ours: liedtke, two small tasks, one way, {alone}"),
        by_cr3("full_tlb", "large-alone-28", "one works on 28 pages"),
        by_cr3("half_tlb", "large-alone-14", "one works on 14 pages"),
        by_cr3("best", "large-0", "neither works on pages of its own"),
    ]


def form_rows(forms: Sequence[Form], context: dict[str, str]) -> list[dict[str, Any]]:
    return [{**asdict(form), "difference": form.difference, **context} for form in forms]


def end_to_end_row(figure: EndToEnd) -> dict[str, Any]:
    names = [field.name for field in fields(figure)]
    row: dict[str, Any] = {name: getattr(figure, name) for name in names[: names.index("modelled") + 1]}
    row["error_percent"] = figure.error_percent
    return {**row, **{name: getattr(figure, name) for name in names if name not in row}}


def csv_text(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def forms_text(forms: Sequence[Form]) -> str:
    lines = [f"{'instruction form or rule':44} {'documented':>10} {'modelled':>9} {'difference':>10}  source"]
    lines += [f"{one.name:44} {one.documented:10} {one.modelled:9} {one.difference:10}  {one.source}" for one in forms]
    return "\n".join(lines) + "\n"


def structure_rows(structures: Sequence[Structure], context: dict[str, str]) -> list[dict[str, Any]]:
    """A row for each point, for plotting."""
    return [
        {"structure": one.name, "documented": one.documented, "recovered": one.recovered, "source": one.source,
         "candidate": candidate, "cycles_per_load": cost, **context}
        for one in structures
        for candidate, cost in one.points
    ]


def structures_text(structures: Sequence[Structure]) -> str:
    lines = [f"{'structure, by pointer chasing':44} {'documented':>10} {'recovered':>9}  source"]
    for one in structures:
        lines.append(f"{one.name:44} {one.documented:10} {one.recovered or '-':>9}  {one.source}")
    return "\n".join(lines) + "\n"


def end_to_end_text(figures: Sequence[EndToEnd]) -> str:
    """A table for each kind."""
    text = ""
    for kind in KINDS:
        text += f"\n{kind:52} {'published':>9} {'modelled':>9} {'error %':>8} unit    board     conf source; note\n"
        for one in figures:
            if one.kind == kind:
                numbers = f"{_number(one.published):>9} {_number(one.modelled):>9} {_number(one.error_percent):>8}"
                origin = f"{one.source}; {one.note}" if one.note else one.source
                text += f"{one.name:52} {numbers} {one.unit:7} {one.board:9} {one.confidence:4} {origin}\n"
    return text

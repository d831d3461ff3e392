# SPDX-License-Identifier: BSD-2-Clause
"""How does each table look in print? Facts in, LaTeX tables out; conditions stand in the captions."""

from collections.abc import Iterator
from typing import Any

from analysis.paper.facts import FULL, MAIN, NONE, Row, Rows
from analysis.paper.model import Model
from analysis.paper.tex import Tex, code, number, tabular
from analysis.statistics import percent
from analysis.summary import SIZES
from analysis.tables.ablation import AXES
from analysis.tables.table import MODEL_DIGITS

Facts = dict[str, Any]
SUITE_ROWS = 58
# A column of words that may break, as wide as a share of the page.
WORDS = r">{{\raggedright\arraybackslash}}p{{{}\textwidth}}"
NAMED = (MAIN, FULL, NONE)


def where(row: Row) -> str:
    return f"machine {row['machine']}, board {row['board']}, model {row['model']}"


def conditions(row: Row, spaces: str = "client and server large") -> str:
    """Every condition that a table's numbers depend on, for its caption."""
    warm = f"{row['temperature']} after {row['warmups']} warm-ups"
    return f"Modelled cycles, one way (round trip / 2); {where(row)}; {row['tasks']} tasks, {spaces}; {warm}; one layout."


def over_layouts(row: Row) -> str:
    return f"Modelled cycles, one way (round trip / 2); {where(row)}; {row['temperature']} after {row['warmups']} warm-ups."


def of_model(row: Row) -> str:
    """The conditions of a table of the model itself."""
    return f"Modelled, machine {row['machine']}, board {row['board']}, model {row['model_hash'][:MODEL_DIGITS]}."


def _saved(row: Row | None) -> object:
    if row is None:
        return "--"
    cycles, share = row["one_way_saved_cycles"], row["one_way_saved_percent"]
    return Tex(rf"{number(cycles, True)} \small({number(share, True)}\,\%)")


def ablation(facts: Facts) -> Tex:
    rows = [[axis, *(_saved(facts["removed"][axis].get(size)) for size in SIZES)] for axis in AXES]
    return tabular("lrrrr", ["technique", *(f"{size} B" for size in SIZES)], rows)


def lengths(facts: Facts) -> Tex:
    table: Rows = facts["tables"]["message_length"]
    chosen = [row for row in table if (row["tasks"], row["temperature"]) == ("two", "warm")]
    cells = {(row["variant"], row["bytes"]): number(row["one_way_cycles"]) for row in chosen}
    sizes = sorted({row["bytes"] for row in chosen}, key=int)
    rows = [[size, *(cells.get((variant, size), "--") for variant in NAMED)] for size in sizes]
    return tabular("rrrr", ["bytes", *NAMED], rows)


def path(facts: Facts) -> Tex:
    keys = ("one_way_cycles", "one_way_instructions", "one_way_tlb_misses", "one_way_cache_misses")
    rows = [[row["side"], code(row["step"]), *(number(row[key]) for key in keys)] for row in facts["path"]]
    total = ["", "all", *(number(sum(float(row[key]) for row in facts["path"])) for key in keys)]
    return tabular("llrrrr", ["side", "step", "cycles", "instr.", "TLB", "cache"], [*rows, total])


def comparison(facts: Facts) -> Tex:
    rows = [
        [row["variant"], row["bytes"], number(row["one_way_cycles"]), row["published_system"],
         number(row["published_one_way_cycles"]), row["published_confidence"].replace("_", " "), f"{float(row['ours_over_published']):.2f}"]
        for row in facts["tables"]["comparison"]
    ]
    return tabular("lrrlrlr", ["ours", "bytes", "modelled", "theirs", "published", "confidence", "ratio"], rows)


def independent(model: Model) -> Tex:
    rows = [
        [row["name"], number(row["published"]), number(row["modelled"]), number(row["error_percent"], True), row["unit"],
         row["confidence"], row["source"]]
        for row in model.of_kind("independent")
        if row["modelled"]
    ]
    heading = ["figure", "published", "modelled", "error, %", "unit", "conf.", "source"]
    return tabular("lrrrlcl", heading, rows)


def beside(rows: Rows) -> Tex:
    """Figures of other kernels or of the documents, with ours where there is one, and what ours is."""
    listed = [
        [row["name"].strip(), number(row["published"]), number(row["modelled"]) if row["modelled"] else "--",
         number(row["error_percent"], True) if row["error_percent"] else "--", row["confidence"], row["source"], row["note"]]
        for row in rows
    ]
    heading = ["figure", "published", "modelled", "difference, %", "conf.", "source", "what is compared"]
    return tabular(rf"lrrrcl{WORDS.format('0.3')}", heading, listed)


def recovered(model: Model) -> Tex:
    rows = [[row["structure"], row["documented"], row["recovered"] or "--", row["source"]] for row in model.recovered]
    return tabular("lrrl", ["structure", "documented", "recovered", "source"], rows)


def assumed(model: Model) -> Tex:
    rows = [
        [code(row["key"]), row["value"], f"{row['low']} to {row['high']}", number(row["one_way_cycles_at_low"]),
         number(row["one_way_cycles_at_high"]), row["confidence"]]
        for row in model.moving
    ]
    return tabular("lrrrrc", ["parameter", "value", "range", "at low", "at high", "conf."], rows)


def layouts(facts: Facts) -> Tex:
    keys = ("n", "low", "lower_quartile", "median", "upper_quartile", "high", "deviation")
    rows = [[row["variant"], *(number(row[key]) for key in keys)] for row in facts["layouts"]]
    return tabular("lrrrrrrr", ["variant", "layouts", "least", "quartile", "median", "quartile", "most", "st. dev."], rows)


def small_spaces(facts: Facts) -> Tex:
    table: Rows = facts["tables"]["small_spaces"]
    cells = {(row["pair"], row["bytes"]): row for row in table}
    pairs = list(dict.fromkeys(row["pair"] for row in table))

    def cell(pair: str, size: str) -> object:
        row = cells.get((pair, size))
        if row is None:
            return "--"
        return Tex(rf"{number(row['one_way_cycles'])} \small({number(0 - float(row['one_way_saved_cycles']), True)})")

    rows = [[pair, *(cell(pair, size) for size in SIZES)] for pair in pairs]
    return tabular("lrrrr", ["client-server", *(f"{size} B" for size in SIZES)], rows)


def lazy(facts: Facts) -> Tex:
    keys = ("median", "mean", "deferred", "largest")
    rows = [
        [row["variant"], row["queue"], *(number(row[f"one_way_{key}_cycles"]) for key in keys), row["ticks"]]
        for row in facts["tables"]["lazy_scheduling"]
    ]
    return tabular("llrrrrr", ["variant", "queue", "median", "mean", "difference", "largest", "ticks"], rows)


def shares(facts: Facts) -> Tex:
    """The order-independent share of each technique."""
    cells = {
        (row["technique"], row["bytes"]): number(row["one_way_saved_cycles"], True)
        for row in facts["tables"]["interaction"]
        if row["effect"] == "shapley"
    }
    rows = [[axis, *(cells.get((axis, size), "--") for size in SIZES)] for axis in AXES]
    return tabular("lrrrr", ["technique", *(f"{size} B" for size in SIZES)], rows)


def stacks(facts: Facts) -> Tex:
    rows = [[row["variant"], row["deepest_bytes"], row["size_bytes"], row["free_bytes"]] for row in facts["tables"]["kernel_stack"]]
    return tabular("lrrr", ["variant", "deepest", "size", "free"], rows)


def claim_rows(facts: Facts) -> Tex:
    rows = [[one.says, code(one.command), f"{one.minutes} min", one.expected] for one in facts["claims"]]
    columns = f"{WORDS.format('0.27')}{WORDS.format('0.36')}r{WORDS.format('0.22')}"
    return tabular(columns, ["claim", "command", "time", "expected value"], rows)


def suite(facts: Facts) -> Iterator[Tex]:
    """As many tables as fit a column each."""
    def cell(row: Row | None) -> str:
        return "--" if row is None else number(row["value"])

    listed = [
        [f"{benchmark}: {case}" if benchmark not in case else case, *(cell(variants.get(name)) for name in NAMED)]
        for benchmark, case, variants in facts["suite"]
    ]
    for first in range(0, len(listed), SUITE_ROWS):
        yield tabular("lrrr", ["case", *NAMED], listed[first : first + SUITE_ROWS])


def effect(row: Row) -> str:
    """In words: what removing a technique did."""
    cycles, share = float(row["one_way_saved_cycles"]), abs(float(row["one_way_saved_percent"]))
    if not cycles:
        return "changes nothing"
    verb = "adds" if cycles > 0 else "takes away"
    return f"{verb} {number(abs(cycles))} cycles ({number(share)} %)"


def saves(row: Row) -> str:
    """In words: what small spaces did for a pair."""
    cycles = float(row["one_way_saved_cycles"])
    return f"{'saves' if cycles > 0 else 'costs'} {number(abs(cycles))} cycles"


def ratio_of(value: float | str, other: float | str) -> str:
    return f"{float(value) / float(other):.2f}"


def ratio(row: Row, other: Row) -> str:
    return ratio_of(row["one_way_cycles"], other["one_way_cycles"])


def share(part: float | str, whole: float | str) -> float:
    return percent(float(part), float(whole))

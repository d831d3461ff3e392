# SPDX-License-Identifier: BSD-2-Clause
"""Which numbers does the paper's text speak of? All from tables; a table that is not there is an empty list, and the text
says that it is missing.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from analysis import claims, published
from analysis.paper import model
from analysis.summary import CAUSES, SIZES
from analysis.tables.ablation import AXES
from analysis.tables.table import read

Row = dict[str, str]
Rows = list[Row]
MAIN, FULL, NONE = "liedtke93", "liedtke", "baseline"
SMALLEST_REASON, REASONS = 1.0, 3
NEEDED = ("message_length", "ablation", "minimum_path", "small_spaces", "lazy_scheduling", "comparison")
SECOND = "pentium"
NEEDED_OF_SECOND = ("message_length", "ablation", "small_spaces")


class PaperError(Exception):
    """The tables do not hold what every version of the paper needs."""


def load(tables: Path, needed: tuple[str, ...]) -> defaultdict[str, Rows]:
    """Raises PaperError."""
    found: defaultdict[str, Rows] = defaultdict(list)
    for path in sorted(tables.glob("*.csv")):
        found[path.stem] = read(path)
    for name in needed:
        if not found[name]:
            raise PaperError(f"{tables.name}/{name}.csv is missing")
    return found


def short(rows: Rows, variant: str, size: str = SIZES[0]) -> Row:
    """The warm case of two large tasks."""
    for row in rows:
        if (row["variant"], row["bytes"], row["tasks"], row["temperature"]) == (variant, size, "two", "warm"):
            return row
    raise PaperError(f"message_length.csv has no warm case of {size} bytes of {variant}")


def removed(rows: Rows) -> dict[str, dict[str, Row]]:
    """technique -> size -> what removing it costs, where client and server are large."""
    large = [row for row in rows if row["how"] == "removed" and row["client_space"] == row["server_space"] == "large"]
    return {axis: {row["bytes"]: row for row in large if row["technique"] == axis} for axis in AXES}


def reasons(row: Row) -> list[tuple[str, float]]:
    """(cause, cycles) of the largest parts of a difference, largest first."""
    parts = [(name, float(row.get(f"one_way_saved_{cause}_cycles") or 0)) for cause, name in CAUSES.items()]
    large = [part for part in parts if abs(part[1]) >= SMALLEST_REASON]
    return sorted(large, key=lambda part: -abs(part[1]))[:REASONS]


def by_side(rows: Rows) -> dict[str, float]:
    """Cycles of the short path: processor, kernel, user."""
    found: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        found[row["side"]] += float(row["one_way_cycles"])
    return dict(found)


def in_percent(of: dict[str, dict[str, Row]], grows: bool) -> list[str]:
    """Techniques whose effect, in percent, is larger at the longest message than at the shortest, or those for which it is not."""

    def size(row: Row) -> float:
        return abs(float(row["one_way_saved_percent"]))

    both = {axis: rows for axis, rows in of.items() if {SIZES[0], SIZES[-1]} <= set(rows)}
    return [axis for axis, rows in both.items() if (size(rows[SIZES[-1]]) > size(rows[SIZES[0]])) == grows]


def growth(rows: Rows) -> list[dict[str, Any]]:
    """For each curve its cost alone and how far it moves over the crowd."""
    curves: defaultdict[tuple[str, str, str], Rows] = defaultdict(list)
    for row in rows:
        curves[row["variant"], row["benchmark"], row["receive"]].append(row)
    found = []
    for (variant, benchmark, receive), points in curves.items():
        costs = [float(row["one_way_cycles"]) for row in points]
        most = max(int(row["others"]) for row in points)
        about: dict[str, Any] = {"variant": variant, "benchmark": benchmark, "receive": receive, "most": most}
        found.append({**about, "alone": costs[0], "span": max(costs) - min(costs)})
    return found


def working_set(rows: Rows) -> list[dict[str, Any]]:
    """For each curve the cost of a call at the fewest pages, the most, and the number of pages at which it is highest."""
    curves: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        curves[row["variant"], row["client_space"]].append((int(row["pages"]), float(row["call_cycles"])))
    found = []
    for (variant, space), points in curves.items():
        (fewest, first), (peak_pages, peak) = min(points), max(points, key=lambda point: point[1])
        about: dict[str, Any] = {"variant": variant, "space": space, "fewest": fewest, "first": first, "peak_pages": peak_pages, "peak": peak}
        found.append({**about, "falls": max(points)[1] < peak})
    return found


def layouts(rows: Rows) -> list[Row]:
    """The short message of two large tasks in each variant: its distribution over the placements, widest first."""
    case = f"two-large-large-{SIZES[0]}-warm"
    chosen = [row for row in rows if row["benchmark"] == "pingpong" and row["case"] == case]
    return sorted(chosen, key=lambda row: float(row["low"]) - float(row["high"]))


def suite(rows: Rows) -> list[tuple[str, str, dict[str, Row]]]:
    """(benchmark, case, variant -> row) of the cycles of every warm case but those of pingpong, which have tables of their own."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        if row["metric"] == "cycles" and row["benchmark"] != "pingpong":
            found.setdefault((row["benchmark"], row["case"]), {})[row["variant"]] = row
    return [(*key, variants) for key, variants in found.items()]


def models(found: dict[str, Rows]) -> dict[str, list[str]]:
    """Version of the model -> the campaigns' tables that were made with it."""
    made: defaultdict[str, list[str]] = defaultdict(list)
    for name, rows in found.items():
        for model in sorted({row["model"] for row in rows if row.get("model")}):
            made[model].append(name)
    return dict(made)


def second(tables: Path) -> dict[str, Any]:
    """What the section on the second processor speaks of: the same questions, and its own experiments."""
    found, of = load(tables / SECOND, NEEDED_OF_SECOND), model.load(SECOND)
    lengths = found["message_length"]
    pairs = {(row["pair"], row["bytes"]): row for row in found["small_spaces"]}
    if ("small-small", SIZES[0]) not in pairs:
        raise PaperError(f"{SECOND}/small_spaces.csv has no pair of small tasks")
    return {
        "tables": found,
        "model": of,
        "base": short(lengths, MAIN),
        "full": short(lengths, FULL),
        "bare": short(lengths, NONE),
        "small": pairs["small-small", SIZES[0]],
        "removed": removed(found["ablation"]),
        "short": of.figure(model.SHORT),
        "parts": of.parts_of(model.SHORT),
        "entry": of.figure(model.ENTRY),
        "switch": of.figure(model.SWITCH),
        "refill": of.figure(model.REFILL),
        "lost": of.figure(model.LOST),
    }


def facts(tables: Path) -> dict[str, Any]:
    """Raises PaperError, ModelError or ClaimError."""
    found = load(tables, NEEDED)
    lengths, path = found["message_length"], [row for row in found["minimum_path"] if row["variant"] == MAIN]
    return {
        "tables": found,
        "first": model.load("i486"),
        "second": second(tables),
        "base": short(lengths, MAIN),
        "full": short(lengths, FULL),
        "bare": short(lengths, NONE),
        "l3": published.find("minimum_path", "L3", "one_way_cycles"),
        "removed": removed(found["ablation"]),
        "growing": in_percent(removed(found["ablation"]), True),
        "shrinking": in_percent(removed(found["ablation"]), False),
        "path": path,
        "sides": by_side(path),
        "layouts": layouts(found["layouts"]),
        "growth": growth(found["growth"]),
        "working_set": working_set(found["working_set"]),
        "suite": suite(found["suite"]),
        "models": models(found),
        "claims": claims.load(tables, partial=True),
        "smallest": SIZES[0],
        "largest": SIZES[-1],
        "sizes": SIZES,
    }

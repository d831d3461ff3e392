# SPDX-License-Identifier: BSD-2-Clause
"""How far is the model from what was measured elsewhere, and what do its assumed parameters do to the headline?

Reads tables of the model, which `l4lab validate` writes, not of a campaign.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.table import read

# Filled: its confidence counts in the headline; hollow: it does not.
CONFIDENT = ("A", "B")
MOST_PARAMETERS = 10
NAME_CHARACTERS = 44
ROOM = {"left": 0.315, "right": 0.985, "top": 0.9, "bottom": 0.2, "wspace": 0.78}
Rows = list[dict[str, str]]


def _errors(axes: Axes, rows: Rows) -> None:
    """A dot for each figure that others measured; the line says zero."""
    for place, row in enumerate(rows):
        error, certain = float(row["error_percent"]), row["confidence"] in CONFIDENT
        axes.plot([0, error], [place, place], color=style.RULE, linewidth=1.2, zorder=1)
        axes.plot(error, place, "o", color=style.INK, markersize=4, markerfacecolor=style.INK if certain else "white")
    axes.axvline(0, color=style.INK, linewidth=0.8)
    names = [f"{row['name'][:NAME_CHARACTERS]} ({row['confidence']})" for row in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=6.5)
    axes.invert_yaxis()
    axes.set_xlabel("error of the model, percent", fontsize=7.5)
    axes.set_title("Measured by others (hollow: C)", fontsize=8, loc="center")
    axes.margins(x=0.08)


def _assumptions(axes: Axes, rows: Rows) -> None:
    """A bar from the headline at the low end of each parameter's range to that at the high end, widest first."""
    headline = float(rows[0]["headline_one_way_cycles"])
    for place, row in enumerate(rows):
        for end, hatch in (("low", ""), ("high", "////")):
            change = float(row[f"one_way_cycles_at_{end}"]) - headline
            look = {"color": "#56b4e9" if end == "low" else "#0072b2", "hatch": hatch, "edgecolor": "white", "linewidth": 0}
            axes.barh(place, change, 0.7, label=f"at the {end} end" if place == 0 else None, **look)
    names = [f"{row['key']}: {row['value']} ({row['low']} to {row['high']})" for row in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=6.5)
    axes.invert_yaxis()
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_xlabel("change, cycles one way", fontsize=7.5)
    axes.set_title("Assumed parameters varied", fontsize=8, loc="center")
    axes.margins(x=0.08)


def draw(tables: Path, folder: Path) -> list[Path]:
    independent = [row for row in read(tables / "validation_end_to_end.csv") if row["kind"] == "independent"]
    errors = [row for row in independent if row["error_percent"]]
    varied = [row for row in read(tables / "validation_assumed.csv") if row["one_way_cycles_at_low"]]
    figure = Figure(figsize=(style.PAGE, 3.2))
    left, right = figure.subplots(1, 2, gridspec_kw=ROOM)
    _errors(left, errors)
    moving = [row for row in varied if float(row["largest_change_cycles"])]
    _assumptions(right, (moving or varied)[:MOST_PARAMETERS])
    for axes in (left, right):
        axes.xaxis.grid(True)
        axes.set_axisbelow(True)
        axes.tick_params(axis="x", labelsize=7)
        axes.tick_params(axis="y", length=0)
    first = varied[0]
    where = f"machine {first['machine']}, board {first['board']}, model {first['model_hash'][:12]}"
    figures = f"Left: n = {len(errors)}; boards as in the table. Right: liedtke93, 8 bytes, one way = round trip / 2"
    figure.legend(*right.get_legend_handles_labels(), loc="lower right", bbox_to_anchor=(0.995, -0.01), ncols=2, fontsize=6.5)
    style.sign(figure, f"{figures}; {len(moving)} of {len(varied)} varied parameters move it.\nModelled cycles, {where}.")
    return style.save(figure, folder, "validation")

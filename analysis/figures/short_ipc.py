# SPDX-License-Identifier: BSD-2-Clause
"""Of what does a short message between small spaces consist on the Pentium, beside the published one of 1997?"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.paper import model

# The parts in the order of a stack, and their look: two dark ones for the processor's, which no kernel can avoid.
LOOKS = (("#4d4d4d", ""), ("#8c8c8c", "...."), ("#56b4e9", "////"), ("#e69f00", ""))
ROOM = {"left": 0.15, "right": 0.985, "top": 0.74, "bottom": 0.25}
COLUMNS = {"published": "Liedtke, 1997\n(published; parts recalled)", "modelled": "liedtke\n(modelled)"}


def _stack(axes: Axes, place: int, parts: model.Rows, column: str) -> None:
    bottom = 0.0
    for row, (color, hatch) in zip(parts, LOOKS, strict=True):
        cycles = float(row[column])
        label = row["name"] if place == 0 else None
        axes.bar(place, cycles, 0.62, bottom=bottom, color=color, hatch=hatch, edgecolor="white", linewidth=0.5, label=label)
        axes.annotate(f"{cycles:g}", (place + 0.34, bottom + cycles / 2), ha="left", va="center", fontsize=6.5)
        bottom += cycles
    axes.annotate(
        f"{bottom:g}", (place, bottom), (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=8, fontweight="bold"
    )


def draw(tables: Path, folder: Path) -> list[Path]:
    """Raises ModelError if the tables lack the figure."""
    of = model.load("pentium", tables)
    whole, parts = of.figure(model.SHORT), of.parts_of(model.SHORT)
    figure = Figure(figsize=(style.COLUMN, 3.1))
    axes = figure.subplots(gridspec_kw=ROOM)
    for place, column in enumerate(COLUMNS):
        _stack(axes, place, parts, column)
    axes.set_xticks(range(len(COLUMNS)), list(COLUMNS.values()), fontsize=7)
    axes.set_xlim(-0.5, len(COLUMNS) - 0.35)
    axes.tick_params(axis="x", length=0)
    axes.tick_params(axis="y", labelsize=7)
    axes.margins(y=0.1)
    axes.set_ylabel("cycles, one way", fontsize=7.5)
    figure.suptitle("A short message between small spaces", x=0.01, ha="left", fontsize=9, fontweight="bold")
    figure.legend(loc="upper left", bbox_to_anchor=(0.0, 0.93), ncols=2, fontsize=6.3)
    where = f"machine {whole['machine']}, board {whole['board']}, model {whole['model_hash'][:12]}"
    ours = whole["note"][:1].upper() + whole["note"][1:]
    style.sign(figure, style.wrapped(f"{ours}.", f"Modelled cycles, {where}.", width=style.COLUMN), 5.5)
    return style.save(figure, folder, "short_ipc")

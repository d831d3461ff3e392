# SPDX-License-Identifier: BSD-2-Clause
"""Which techniques reinforce each other, and which do each other's work? One heat map for each message length.

On the diagonal what a technique saves on average over all combinations of the others, beside it how much more one saves
where the other is there, too.
"""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.ablation import AXES
from analysis.tables.table import read

SIZES = ("8", "128", "512", "4096")
# Blue and orange stay apart without colour vision; the numbers say it in grey, too.
COLOURS = "PuOr"
# Beyond this share of the largest value a cell is too dark for ink.
DARK = 0.6


def _matrix(rows: list[dict[str, str]]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    matrix = np.zeros((len(AXES), len(AXES)))
    for row in rows:
        place = AXES.index(row["technique"])
        other = AXES.index(row["other"]) if row["effect"] == "pair" else place
        matrix[place, other] = matrix[other, place] = float(row["one_way_saved_cycles"])
    return matrix


def _map(axes: Axes, rows: list[dict[str, str]], size: str) -> None:
    matrix = _matrix(rows)
    # A root keeps small effects visible beside large ones; the numbers are the cycles.
    shade = np.sign(matrix) * np.sqrt(np.abs(matrix))
    most = float(np.abs(shade).max()) or 1.0
    axes.imshow(shade, cmap=COLOURS, vmin=-most, vmax=most)
    for row in range(len(AXES)):
        for column in range(len(AXES)):
            color = "white" if abs(shade[row, column]) > DARK * most else style.INK
            axes.text(column, row, style.signed(matrix[row, column]), ha="center", va="center", fontsize=5.8, color=color)
    axes.set_xticks(range(len(AXES)), AXES, fontsize=6.5, rotation=50, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(AXES)), AXES if axes.get_subplotspec().is_first_col() else [], fontsize=6.5)
    axes.tick_params(length=0)
    axes.set_title(f"{size} bytes", fontsize=8.5, fontweight="normal")


def draw(tables: Path, folder: Path) -> list[Path]:
    every = [row for row in read(tables / "interaction.csv") if row["effect"] in ("main", "pair")]
    rows = [row for row in every if row["bytes"] in SIZES]
    figure = Figure(figsize=(style.PAGE, 2.9))
    panels = figure.subplots(1, len(SIZES), gridspec_kw={"left": 0.075, "right": 0.995, "top": 0.83, "bottom": 0.34, "wspace": 0.05})
    for axes, size in zip(panels, SIZES):
        _map(axes, [row for row in rows if row["bytes"] == size], size)
    title = "What techniques save (diagonal) and how they interact, cycles one way"
    figure.suptitle(title, x=0.012, ha="left", fontsize=10, fontweight="bold")
    about = "Over all 32 combinations. Beside the diagonal, above 0: the two reinforce each other; below: each does part of the other's work."
    style.sign(figure, f"{about}\n{style.caption(rows)}")
    return style.save(figure, folder, "interaction")

# SPDX-License-Identifier: BSD-2-Clause
"""Does a program that only counts cycles find the cache and the TLB that the documents describe? One panel for each size."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.table import read

ROOM = {"left": 0.075, "right": 0.985, "top": 0.82, "bottom": 0.3, "wspace": 0.42}


def _panel(axes: Axes, rows: list[dict[str, str]]) -> None:
    sizes = [int(row["candidate"]) for row in rows]
    axes.plot(sizes, [float(row["cycles_per_load"]) for row in rows], "o-", color=style.TECHNIQUES["message"], markersize=3)
    axes.axvline(int(rows[0]["documented"]), color=style.INK, linewidth=0.8, linestyle="--")
    if sizes[-1] > 8 * sizes[0]:
        axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size // 1024}K" if size >= 1024 else f"{size}" for size in sizes], fontsize=6.5, rotation=45)
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="y", labelsize=6.5)
    axes.set_title(rows[0]["structure"], fontsize=8, fontweight="normal")
    axes.yaxis.grid(True)


def draw(tables: Path, folder: Path) -> list[Path]:
    rows = read(tables / "validation_structure.csv")
    names = list(dict.fromkeys(row["structure"] for row in rows))
    figure = Figure(figsize=(style.PAGE, 2.2))
    panels = figure.subplots(1, len(names), squeeze=False, gridspec_kw=ROOM)[0]
    for axes, name in zip(panels, names):
        _panel(axes, [row for row in rows if row["structure"] == name])
    panels[0].set_ylabel("cycles per dependent load", fontsize=7)
    figure.suptitle("Recovered by pointer chasing (dashed: documented)", x=0.01, ha="left", fontsize=9, fontweight="bold")
    first = rows[0]
    where = f"machine {first['machine']}, board {first['board']}, model {first['model_hash'][:12]}"
    style.sign(figure, f"Modelled cycles, {where}.")
    return style.save(figure, folder, "structure")

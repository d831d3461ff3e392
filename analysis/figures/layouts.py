# SPDX-License-Identifier: BSD-2-Clause
"""How much of a difference between variants can the placement of code and data make by itself? Quartiles over layouts."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.table import read

SIZES = ("8", "128", "512", "4096")
CASE = "two-large-large-{}-warm"
VARIANTS = {"liedtke93": ("#0072b2", ""), "liedtke": ("#56b4e9", "////"), "baseline": ("#cc79a7", "xxxx")}
ROOM = {"left": 0.075, "right": 0.985, "top": 0.83, "bottom": 0.25, "wspace": 0.36}
# matplotlib's names of the five numbers of a box; the whiskers are the extremes, so nothing lies beyond them.
BOX = {"whislo": "low", "q1": "lower_quartile", "med": "median", "q3": "upper_quartile", "whishi": "high"}


def _panel(axes: Axes, rows: list[dict[str, str]], size: str) -> None:
    own = {row["variant"]: row for row in rows if row["case"] == CASE.format(size)}
    for place, (variant, (color, hatch)) in enumerate(VARIANTS.items()):
        if variant in own:
            box: dict[str, object] = {key: float(own[variant][column]) for key, column in BOX.items()}
            look = {"facecolor": color, "hatch": hatch, "edgecolor": style.INK, "linewidth": 0.7}
            axes.bxp(
                [box | {"fliers": []}],
                positions=[place],
                widths=0.6,
                patch_artist=True,
                boxprops=look,
                medianprops={"color": style.INK, "linewidth": 1.4},
            )
    axes.set_xticks(range(len(VARIANTS)), list(VARIANTS), fontsize=6.5)
    axes.set_xlim(-0.6, len(VARIANTS) - 0.4)
    axes.tick_params(axis="y", labelsize=7)
    axes.set_title(f"{size} bytes", fontsize=8.5, fontweight="normal")
    axes.yaxis.grid(True)


def draw(tables: Path, folder: Path) -> list[Path]:
    cases = [CASE.format(size) for size in SIZES]
    of_pingpong = [row for row in read(tables / "layouts.csv") if row["benchmark"] == "pingpong"]
    rows = [row for row in of_pingpong if row["case"] in cases and row["variant"] in VARIANTS]
    figure = Figure(figsize=(style.PAGE, 2.6))
    panels = figure.subplots(1, len(SIZES), squeeze=False, gridspec_kw=ROOM)[0]
    for axes, size in zip(panels, SIZES):
        _panel(axes, rows, size)
    panels[0].set_ylabel("cycles, one way", fontsize=7.5)
    title = "What the placement does: quartiles and extremes over layouts"
    figure.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    layouts = sorted({int(row["n"]) for row in rows})
    n = f"n = {layouts[0]}" if len(layouts) == 1 else f"n = {layouts[0]} to {layouts[-1]}"
    source = style.machine(rows[0])
    conditions = f"One way = round trip / 2; two tasks, client and server large; warm after {rows[0]['warmups']} warm-ups; {n} layouts."
    style.sign(figure, f"{conditions}\n{source[0].upper()}{source[1:]}.")
    return style.save(figure, folder, "layouts")

# SPDX-License-Identifier: BSD-2-Clause
"""When do small spaces pay? One-way IPC of `liedtke` for the four pairs of client and server space, and large
tasks on page tables.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.table import read

PAIRS = {"large-large": "#0072b2", "large-small": "#56b4e9", "small-large": "#e69f00", "small-small": "#009e73"}
HATCHES = {"large-large": "", "large-small": "////", "small-large": "....", "small-small": "xxxx"}
SIZES = ("8", "128", "512", "4096")
ROOM = {"left": 0.075, "right": 0.985, "top": 0.83, "bottom": 0.25, "wspace": 0.32}
REFERENCE = "page_table, large-large"


def _panel(axes: Axes, rows: list[dict[str, str]], size: str) -> None:
    found = {row["pair"]: row for row in rows if row["bytes"] == size}
    bars = [(REFERENCE, float(next(iter(found.values()))["one_way_cycles_page_table_large"]), style.RULE)]
    bars += [(pair, float(found[pair]["one_way_cycles"]), color) for pair, color in PAIRS.items() if pair in found]
    for place, (name, cycles, color) in enumerate(bars):
        axes.bar(place, cycles, 0.86, color=color, label=name, hatch=HATCHES.get(name, ""), edgecolor="white", linewidth=0)
        axes.annotate(
            f"{cycles:g}",
            (place, cycles),
            (0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            rotation=90,
            fontsize=7,
        )
    axes.set_title(f"{size} bytes", fontsize=8.5, fontweight="normal")
    axes.set_xticks([])
    axes.margins(y=0.24)
    axes.tick_params(axis="y", labelsize=7)


def draw(tables: Path, folder: Path) -> list[Path]:
    rows = [row for row in read(tables / "small_spaces.csv") if row["bytes"] in SIZES]
    sizes = [size for size in SIZES if any(row["bytes"] == size for row in rows)]
    figure = Figure(figsize=(style.PAGE, 3.0))
    panels = figure.subplots(1, len(sizes), squeeze=False, gridspec_kw=ROOM)[0]
    for axes, size in zip(panels, sizes):
        _panel(axes, rows, size)
    panels[0].set_ylabel("cycles, one way", fontsize=8)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.5, 0.12), ncols=len(labels), fontsize=7.5)
    figure.suptitle(
        "Small address spaces: all four pairs of client and server", x=0.01, ha="left", fontsize=10, fontweight="bold"
    )
    style.sign(figure, style.caption(rows, "client-server spaces as named"))
    return style.save(figure, folder, "small_spaces")

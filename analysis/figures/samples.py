# SPDX-License-Identifier: BSD-2-Clause
"""Which samples of a case cost more than the others, and was there a tick in them? Samples against time, a diagnostic."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.table import read

ROOM = {"left": 0.16, "right": 0.97, "top": 0.89, "bottom": 0.27, "hspace": 0.45}
QUIET = {"marker": ".", "markersize": 2, "color": style.TECHNIQUES["message"], "linestyle": "none"}
TICKED = {"marker": "x", "markersize": 4, "color": "#d55e00", "linestyle": "none"}


def _panel(axes: Axes, rows: list[dict[str, str]]) -> None:
    for look, wanted, label in ((QUIET, False, "no tick"), (TICKED, True, "with a tick")):
        own = [row for row in rows if (row["ticks"] != "0") == wanted]
        axes.plot([int(row["sample"]) for row in own], [float(row["round_trip_cycles"]) for row in own], label=label, **look)
    axes.set_yscale("log")
    axes.set_title(f"{rows[0]['variant']} ({rows[0]['queue']} queue)", fontsize=7, fontweight="normal", pad=3)
    axes.tick_params(labelsize=6.5)
    axes.yaxis.grid(True)
    axes.set_axisbelow(True)


def draw(tables: Path, folder: Path) -> list[Path]:
    rows = read(tables / "samples.csv")
    variants = list(dict.fromkeys(row["variant"] for row in rows))
    figure = Figure(figsize=(style.COLUMN, 3.4))
    panels = figure.subplots(len(variants), 1, squeeze=False, sharex=True, sharey=True, gridspec_kw=ROOM)[:, 0]
    for axes, variant in zip(panels, variants):
        _panel(axes, [row for row in rows if row["variant"] == variant])
    panels[0].legend(fontsize=6, ncols=2, loc="upper right", bbox_to_anchor=(1.02, 1.32), handletextpad=0.1, columnspacing=0.8)
    panels[-1].set_xlabel("sample, in the order of the run", fontsize=7)
    figure.supylabel("cycles, round trip", fontsize=7)
    figure.suptitle("Samples of the load case", x=0.012, ha="left", fontsize=9, fontweight="bold", y=0.985)
    style.sign(figure, style.caption(rows, way="Whole round trips; two tasks", width=style.COLUMN), 5.5)
    return style.save(figure, folder, "samples")

# SPDX-License-Identifier: BSD-2-Clause
"""What does removing each technique cost at 8, 128, 512 and 4096 bytes? Bars above zero: the technique pays;
below: it does not.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.tables.table import read

SIZES = ("8", "128", "512", "4096")
LABELS = {
    "message": "message: registers → memory",
    "queue": "queue: lazy → eager",
    "handoff": "handoff: direct → scheduler",
    "transfer": "transfer: temporary mapping → double copy",
    "space": "space: small → page table",
}
GAP = 0.8


def _bars(axes: Axes, rows: list[dict[str, str]], technique: str, place: int, width: float) -> None:
    for group, size in enumerate(SIZES):
        row = next((one for one in rows if one["technique"] == technique and one["bytes"] == size), None)
        if row is None:
            continue
        height, at = float(row["one_way_saved_percent"]), group + place * width - GAP / 2 + width / 2
        label = LABELS[technique] if group == 0 else None
        look = {"color": style.TECHNIQUES[technique], "hatch": style.HATCHES[technique], "edgecolor": "white", "linewidth": 0}
        axes.bar(at, height, width * 0.92, label=label, **look)
        above = height >= 0
        text = style.signed(float(row["one_way_saved_cycles"]))
        axes.annotate(
            text,
            (at, height),
            (0, 2 if above else -2),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=6,
        )


def draw(tables: Path, folder: Path) -> list[Path]:
    removed = [row for row in read(tables / "ablation.csv") if row["how"] == "removed" and row["bytes"] in SIZES]
    rows = [row for row in removed if row["client_space"] == row["server_space"] == "large"]
    figure = Figure(figsize=(style.PAGE, 3.7))
    axes = figure.subplots(gridspec_kw={"left": 0.085, "right": 0.985, "top": 0.915, "bottom": 0.285})
    techniques = [technique for technique in LABELS if any(row["technique"] == technique for row in rows)]
    for place, technique in enumerate(techniques):
        _bars(axes, rows, technique, place, GAP / len(techniques))
    axes.axhline(0, color=style.INK, linewidth=0.9)
    axes.set_xticks(range(len(SIZES)), [f"{size} bytes" for size in SIZES])
    axes.margins(y=0.12)
    axes.set_ylabel("change of one-way IPC, percent")
    axes.set_title("What removing one technique costs (numbers: cycles)")
    axes.yaxis.grid(True)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", length=0)
    figure.legend(loc="lower left", bbox_to_anchor=(0.05, 0.095), ncols=3, fontsize=7, columnspacing=1.6)
    style.sign(figure, f"Base: liedtke93; for space: liedtke. {style.caption(rows)}")
    return style.save(figure, folder, "ablation")

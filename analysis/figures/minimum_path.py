# SPDX-License-Identifier: BSD-2-Clause
"""How does the short path of liedtke93 divide into steps, beside the minimum and the kernel of 1993?"""

from pathlib import Path
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from analysis import published, statistics
from analysis.figures import style
from analysis.steps import ENTER, LEAVE
from analysis.tables.table import read

VARIANT = "liedtke93"
HARDWARE = {ENTER: "#4d4d4d", LEAVE: "#8c8c8c"}
WIDTH = 0.78
USER, TLB, PLAIN = "#f2c14e", "#b2182b", "#c8c8c8"
# A label needs this share of the axis, and no more characters, to stay inside its part.
LABEL_SHARE, LABEL_CHARACTERS = 0.036, 20
# Lighter than this, a part has dark letters.
LIGHT = 0.55
STEP = "step_"

Part = tuple[str, float, Any]


def _colors(rows: list[dict[str, str]]) -> list[Any]:
    kernel = [row["step"] for row in rows if row["side"] == "kernel" and row["step"] not in HARDWARE]
    shades = {
        step: colormaps["viridis"](0.15 + 0.75 * place / max(1, len(kernel) - 1)) for place, step in enumerate(kernel)
    }
    return [HARDWARE.get(row["step"]) or (USER if row["side"] == "user" else shades[row["step"]]) for row in rows]


def _stack(axes: Axes, place: float, parts: list[Part], highest: float) -> None:
    bottom = 0.0
    for name, cycles, color in parts:
        axes.bar(place, cycles, WIDTH, bottom=bottom, color=color, edgecolor="white", linewidth=0.5)
        if cycles >= LABEL_SHARE * highest and len(name.removeprefix(STEP)) <= LABEL_CHARACTERS:
            red, green, blue = to_rgb(color)
            dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT
            axes.text(
                place,
                bottom + cycles / 2,
                name.removeprefix(STEP),
                ha="center",
                va="center",
                fontsize=6,
                color=style.INK if dark else "white",
            )
        bottom += cycles
    axes.annotate(
        f"{bottom:g}", (place, bottom), (0, 3), textcoords="offset points", ha="center", va="bottom", fontweight="bold"
    )


def _list(axes: Axes, rows: list[dict[str, str]], colors: list[Any]) -> None:
    """The legend: every step with its cycles, in the order of the path, from the top down like the stack."""
    handles = [axes.bar(0, 0, color=color) for color in colors]
    names = [f"{float(row['one_way_cycles']):5.1f}  {row['side']}: {row['step']}" for row in rows]
    axes.legend(
        handles[::-1],
        names[::-1],
        loc="upper left",
        bbox_to_anchor=(1.13, 1.03),
        fontsize=6.5,
        title="one-way cycles by step",
        alignment="left",
    )


def _value(system: str, quantity: str) -> float:
    return published.find("minimum_path", system, quantity).value


def draw(tables: Path, folder: Path) -> list[Path]:
    rows = [row for row in read(tables / "minimum_path.csv") if row["variant"] == VARIANT]
    total = sum(float(row["one_way_cycles"]) for row in rows)
    clock = float(rows[0]["clock_mhz"])
    figure = Figure(figsize=(style.PAGE, 4.9))
    axes = figure.subplots(gridspec_kw={"left": 0.085, "right": 0.57, "top": 0.935, "bottom": 0.17})
    colors = _colors(rows)
    _list(axes, rows, colors)
    instructions, tlb = _value("minimum", "instruction_cycles"), _value("minimum", "tlb_cycles")
    achieved = _value("L3", "one_way_cycles")
    columns: list[list[Part]] = [
        [("instructions", instructions, PLAIN), ("TLB misses", tlb, TLB)],
        [("not broken down", achieved, PLAIN)],
        [(row["step"], float(row["one_way_cycles"]), color) for row, color in zip(rows, colors)],
    ]
    for place, parts in enumerate(columns):
        _stack(axes, place, parts, max(total, achieved))
    axes.set_xticks(
        [0, 1, 2], ["minimum, 1993\n(published, recalled)", "L3, 1993\n(published)", f"{VARIANT}\n(modelled)"]
    )
    axes.tick_params(axis="x", length=0)
    axes.margins(y=0.08)
    axes.set_ylabel("cycles, one way")
    axes.set_title("The short path, 8 bytes")
    right = axes.secondary_yaxis("right", functions=(lambda c: statistics.microseconds(c, clock), lambda u: u * clock))
    right.set_ylabel(f"µs at {clock:g} MHz")
    style.sign(figure, style.caption(rows))
    return style.save(figure, folder, "minimum_path")

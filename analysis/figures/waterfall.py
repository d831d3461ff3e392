# SPDX-License-Identifier: BSD-2-Clause
"""How do the steps of one round trip add up, or how does one variant's round trip become another's? Each bar begins where
the one before it ended.
"""

import io
import textwrap

from matplotlib.figure import Figure

from analysis.anatomy import Anatomy
from analysis.anatomy_difference import changes
from analysis.anatomy_text import conditions
from analysis.figures import style

TOTAL, SLOWER, FASTER = "#767676", "#d55e00", "#0072b2"
WIDTH_INCHES, BAR_INCHES, FRAME_INCHES = style.PAGE, 0.2, 1.75
CAPTION_CHARACTERS = style.CHARACTERS[style.PAGE]
# (label, where it begins, how long it is, its colour)
Bar = tuple[str, int, int, str]


def of_one(seen: Anatomy) -> list[Bar]:
    bars: list[Bar] = []
    at = 0
    for step in seen.steps:
        bars.append((f"{step.side}: {step.step}", at, step.cycles, FASTER))
        at += step.cycles
    return [*bars, ("round trip", 0, at, TOTAL)]


def between(a: Anatomy, b: Anatomy) -> list[Bar]:
    """From one total to the other over the steps that differ."""
    at = a.total
    bars: list[Bar] = [(str(a.about["variant"]), 0, at, TOTAL)]
    for change in changes(a, b):
        if change.cycles:
            label = f"{change.key[0]}: {change.key[1]}"
            bars.append((label, at, change.cycles, SLOWER if change.cycles > 0 else FASTER))
            at += change.cycles
    return [*bars, (str(b.about["variant"]), 0, at, TOTAL)]


def draw(bars: list[Bar], title: str, caption: list[str]) -> Figure:
    height = BAR_INCHES * len(bars) + FRAME_INCHES
    figure = Figure(figsize=(WIDTH_INCHES, height))
    axes = figure.subplots(gridspec_kw={"left": 0.3, "right": 0.96, "top": 1 - 0.4 / height, "bottom": 1.25 / height})
    for place, (_, start, length, color) in enumerate(bars):
        axes.barh(place, length, 0.78, left=start, color=color, linewidth=0)
        text = f"{length}" if color == TOTAL else f"{length:+d}"
        axes.annotate(text, (max(start, start + length), place), (3, 0), textcoords="offset points", va="center", fontsize=7)
    axes.set_yticks(range(len(bars)), [bar[0] for bar in bars], fontsize=7)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(0, 1.08 * max(max(start, start + length) for _, start, length, _ in bars))
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x")
    axes.set_xlabel("modelled cycles, round trip")
    axes.set_title(title)
    lines = [line for text in caption for line in textwrap.wrap(text, CAPTION_CHARACTERS, break_on_hyphens=False)]
    style.sign(figure, "\n".join(lines))
    return figure


def svg(a: Anatomy, b: Anatomy | None) -> bytes:
    """The drawing; equal anatomies give equal bytes."""
    if b is None:
        figure = draw(of_one(a), "How the steps of one round trip add up", conditions(a))
    else:
        figure = draw(between(a, b), "From one round trip to the other, by step", [conditions(a)[1], *conditions(b)])
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata=style.METADATA["svg"])
    return out.getvalue()

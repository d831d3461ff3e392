# SPDX-License-Identifier: BSD-2-Clause
"""How long is each step of one round trip, and what are its cycles made of? One bar per step, stacked by cause."""

import io
import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.anatomy import Anatomy
from analysis.anatomy_text import conditions
from analysis.figures import style

# The instruction's own clocks are grey, so that every colour is a stall. Okabe and Ito's colours for the common ones.
COLOURS = {
    "base": "#c8c8c8",
    "agi": "#e69f00",
    "prefix": "#f0e442",
    "index": "#8c6d31",
    "disp_imm": "#bcbd22",
    "pairing": "#56b4e9",
    "bank": "#882255",
    "branch": "#661100",
    "misaligned": "#999933",
    "cache": "#0072b2",
    "tlb": "#d55e00",
    "write": "#009e73",
    "prefetch": "#cc79a7",
    "other": "#222222",
}
NAMES = {"base": "instruction", "agi": "AGI", "disp_imm": "displacement + immediate", "tlb": "TLB", "write": "write buffer"}
WIDTH_INCHES, BAR_INCHES = style.PAGE, 0.19
LEFT_SHARE, RIGHT_SHARE = 0.29, 0.97
# Above and below the bars: the legend's rows and the axis, and what one line of title and caption adds.
LEGEND_COLUMNS, LEGEND_INCHES = 8, 0.17
AXIS_INCHES, TITLE_INCHES, CAPTION_INCHES, EDGE_INCHES = 0.5, 0.18, 0.135, 0.12
TITLE_CHARACTERS, CAPTION_CHARACTERS = 75, style.CHARACTERS[style.PAGE]


def _bars(axes: Axes, seen: Anatomy) -> None:
    left = [0] * len(seen.steps)
    for cause in seen.causes:
        places = [place for place, one in enumerate(seen.steps) if one.causes[cause]]
        widths = [seen.steps[place].causes[cause] for place in places]
        starts = [left[place] for place in places]
        axes.barh(places, widths, 0.78, left=starts, color=COLOURS[cause], label=NAMES.get(cause, cause), linewidth=0)
        for place, width in zip(places, widths):
            left[place] += width
    for place, cycles in enumerate(left):
        axes.annotate(f"{cycles}", (cycles, place), (3, 0), textcoords="offset points", va="center", fontsize=7)
    axes.set_yticks(range(len(left)), [f"{one.side}: {one.step}" for one in seen.steps], fontsize=7)
    axes.set_ylim(len(left) - 0.4, -0.6)
    axes.set_xlim(0, max(left) * 1.07)


def _words(seen: Anatomy) -> tuple[list[str], list[str]]:
    """The lines of the title and of the caption; a variant with overrides has a long name."""
    title = f"{seen.about['variant']}: {seen.total} modelled cycles by step, in the order of the path"
    first, second = conditions(seen)
    sentences = [f"{first}.", f"{second[0].upper()}{second[1:]}."]
    caption = [
        line for text in sentences for line in textwrap.wrap(text, CAPTION_CHARACTERS, break_on_hyphens=False)
    ]
    return textwrap.wrap(title, TITLE_CHARACTERS, break_on_hyphens=False), caption


def draw(seen: Anatomy) -> Figure:
    title, caption = _words(seen)
    under_title = EDGE_INCHES + TITLE_INCHES * len(title)
    head = under_title + LEGEND_INCHES * -(-len(seen.causes) // LEGEND_COLUMNS) + EDGE_INCHES
    foot = AXIS_INCHES + CAPTION_INCHES * len(caption)
    height = head + BAR_INCHES * len(seen.steps) + foot
    figure = Figure(figsize=(WIDTH_INCHES, height))
    margins = {"top": 1 - head / height, "bottom": foot / height}
    axes = figure.subplots(gridspec_kw={"left": LEFT_SHARE, "right": RIGHT_SHARE, **margins})
    _bars(axes, seen)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x")
    axes.set_xlabel("modelled cycles, round trip")
    above = {"x": 0.012, "ha": "left", "va": "top"}
    figure.suptitle("\n".join(title), y=1 - EDGE_INCHES / height, fontsize=10, fontweight="bold", **above)
    figure.legend(
        loc="upper left",
        bbox_to_anchor=(0, 1 - under_title / height),
        ncols=LEGEND_COLUMNS,
        fontsize=7,
        handlelength=1.2,
        columnspacing=1.4,
    )
    style.sign(figure, "\n".join(caption))
    return figure


def svg(seen: Anatomy) -> bytes:
    """The drawing; equal anatomies give equal bytes."""
    figure = draw(seen)
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata=style.METADATA["svg"])
    return out.getvalue()

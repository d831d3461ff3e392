# SPDX-License-Identifier: BSD-2-Clause
"""How does every figure look, what does every caption say, and how do equal tables give equal bytes?"""

import os
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

# matplotlib and the libraries below it take their dates from here; it must be set before they are imported.
os.environ["SOURCE_DATE_EPOCH"] = "0"

import matplotlib  # noqa: E402

matplotlib.use("Agg")

from matplotlib.figure import Figure  # noqa: E402

FORMATS = ("pdf", "svg", "png")
# The two widths of a page of two columns: a figure has one or the other, in inches.
COLUMN, PAGE = 3.33, 7.0
# Characters of a caption's line at its size.
CHARACTERS = {COLUMN: 66, PAGE: 140}
INK, GREY, RULE = "#222222", "#767676", "#d0d0d0"
# One colour per technique, the same in every figure; distinguishable without colour vision (Okabe and Ito).
TECHNIQUES = {"message": "#0072b2", "queue": "#e69f00", "handoff": "#009e73", "transfer": "#cc79a7", "space": "#56b4e9"}
# The same without colour: what a grey print tells apart by pattern.
HATCHES = {"message": "", "queue": "////", "handoff": "....", "transfer": "xxxx", "space": "||||"}
# No library may write its version or a date into a file.
METADATA = {
    "pdf": {"CreationDate": None, "Creator": "l4lab", "Producer": None},
    "svg": {"Date": None, "Creator": "l4lab"},
    "png": {"Software": None},
}

matplotlib.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 8.5,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "text.color": INK,
        "grid.color": RULE,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "hatch.linewidth": 0.5,
        "hatch.color": "white",
        "svg.hashsalt": "l4lab",
        "pdf.fonttype": 42,
        "savefig.dpi": 160,
    }
)


def signed(value: float) -> str:
    """A whole number with its sign, a minus being as wide as a plus."""
    return f"{round(value):+d}".replace("-", "\N{MINUS SIGN}")


def machine(row: Mapping[str, str]) -> str:
    """The part of a caption that says what kind of cycle this is and where it comes from."""
    return f"{row['unit'].replace('_', ' ')}, machine {row['machine']}, board {row['board']}, model {row['model']}"


def _range(rows: Sequence[Mapping[str, str]], key: str) -> str:
    values = sorted({int(row[key]) for row in rows})
    return f"{values[0]}" if len(values) == 1 else f"{values[0]} to {values[-1]}"


def caption(
    rows: Sequence[Mapping[str, str]],
    spaces: str = "client and server large",
    way: str = "One way = round trip / 2; two tasks",
    width: float = PAGE,
) -> str:
    """The lines below a figure: every condition that its numbers depend on."""
    n = f"n = {_range(rows, 'n')} after {_range(rows, 'warmups')} warm-ups"
    source = machine(rows[0])
    sentences = [f"{way}, {spaces}; {rows[0]['temperature']}, {n}.", f"{source[0].upper()}{source[1:]}."]
    return wrapped(*sentences, width=width)


def wrapped(*sentences: str, width: float = PAGE) -> str:
    """Each sentence on lines of its own, as long as the figure is wide."""
    return "\n".join(line for text in sentences for line in textwrap.wrap(text, CHARACTERS[width]))


def sign(figure: Figure, text: str, size: float = 7) -> None:
    """Puts the caption at the foot of a figure, whose axes leave room for it."""
    figure.text(0.012, 0.012, text, fontsize=size, color=GREY, ha="left", va="bottom", linespacing=1.35)


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    paths = [folder / f"{name}.{kind}" for kind in FORMATS]
    for kind, path in zip(FORMATS, paths):
        figure.savefig(path, metadata=METADATA[kind])
    return paths

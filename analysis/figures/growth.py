# SPDX-License-Identifier: BSD-2-Clause
"""Does a short IPC cost more the more threads there are? Flat lines say no."""

from pathlib import Path

from analysis.figures import gnuplot, style
from analysis.tables.table import read

HEADING = "A short IPC among many threads"


def draw(tables: Path, folder: Path) -> list[Path]:
    table = tables / "growth.csv"
    given = {"table": str(table), "heading": HEADING, "conditions": style.caption(read(table), width=style.COLUMN)}
    return gnuplot.draw("growth", given, folder, style.COLUMN, 3.2, 7)

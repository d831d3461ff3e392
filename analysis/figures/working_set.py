# SPDX-License-Identifier: BSD-2-Clause
"""What does a call cost a client that uses many pages? With gnuplot, as figure 2 of SOSP 1995 was."""

from pathlib import Path

from analysis.figures import gnuplot, style
from analysis.tables.table import read

HEADING = "A call, and the pages that miss after it"
WAY = "One operation: a call to a server that uses two pages, and a word of each of the client's pages; less the reading alone"


def draw(tables: Path, folder: Path) -> list[Path]:
    table = tables / "working_set.csv"
    conditions = style.caption(read(table), "spaces as named", WAY, style.COLUMN)
    given = {"table": str(table), "heading": HEADING, "conditions": conditions}
    return gnuplot.draw("working_set", given, folder, style.COLUMN, 3.1, 7)

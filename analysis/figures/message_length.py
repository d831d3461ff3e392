# SPDX-License-Identifier: BSD-2-Clause
"""How does the time of one IPC grow with the message? With gnuplot, as the original was."""

from pathlib import Path

from analysis import published
from analysis.figures import gnuplot, style
from analysis.tables.table import read

VARIANTS = ("liedtke93", "baseline")
ONE_PATH = "\n8 and 12 bytes take one path here; in 1993, 12 did not."
HEADING = "IPC time against message length"


def draw(tables: Path, folder: Path) -> list[Path]:
    """Raises CalledProcessError with gnuplot's words if the script and the table do not fit."""
    table = tables / "message_length.csv"
    drawn = [row for row in read(table) if row["variant"] in VARIANTS]
    drawn = [row for row in drawn if (row["tasks"], row["temperature"]) == ("two", "warm")]
    given = {
        "table": str(table),
        "literature": str(published.FOLDER / "message_length.csv"),
        "heading": HEADING,
        "conditions": style.caption(drawn) + ONE_PATH,
    }
    return gnuplot.draw("message_length", given, folder, style.PAGE, 3.7)

# SPDX-License-Identifier: BSD-2-Clause
"""How does the time of one IPC grow with the message? Runs gnuplot on message_length.gp, and takes the clock out
of its PDF.
"""

import re
import shutil
import subprocess
from pathlib import Path

from analysis import published
from analysis.figures import style
from analysis.tables.table import read

SCRIPT = Path(__file__).with_name("message_length.gp")
VARIANTS = ("liedtke93", "baseline")
ONE_PATH = " 8 and 12 bytes take one path here; in 1993, 12 did not."
HEADING = "IPC time against message length"
SECONDS = 60
TERMINALS = {
    "pdf": "pdfcairo size 7.2,4.4 font 'DejaVu Sans,10'",
    "svg": "svg size 720,440 font 'DejaVu Sans,12' background 'white'",
    "png": "pngcairo size 1152,704 fontscale 1.25 font 'DejaVu Sans,10'",
}
# gnuplot's cairo writes the time whatever SOURCE_DATE_EPOCH says; the replacement has the same length, because a
# PDF counts bytes.
CREATED = re.compile(rb"/CreationDate \(D:[^)]*\)")


def _fixed_date(found: re.Match[bytes]) -> bytes:
    return b"/CreationDate (D:" + b"0" * (len(found[0]) - len(b"/CreationDate (D:)")) + b")"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def draw(tables: Path, folder: Path) -> list[Path]:
    """Raises CalledProcessError with gnuplot's words if the script and the table do not fit."""
    table = tables / "message_length.csv"
    drawn = [row for row in read(table) if row["variant"] in VARIANTS]
    drawn = [row for row in drawn if (row["tasks"], row["temperature"]) == ("two", "warm")]
    given = f"table='{table}'; literature='{published.FOLDER / 'message_length.csv'}'; "
    given += f"heading={_quoted(HEADING)}; conditions={_quoted(style.caption(drawn) + ONE_PATH)}; "
    paths = []
    for kind, terminal in TERMINALS.items():
        path = folder / f"message_length.{kind}"
        command = [
            shutil.which("gnuplot") or "gnuplot",
            "-e",
            f"{given}set terminal {terminal}; set output '{path}'",
            str(SCRIPT),
        ]
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
        paths.append(path)
    pdf = folder / "message_length.pdf"
    pdf.write_bytes(CREATED.sub(_fixed_date, pdf.read_bytes()))
    return paths

# SPDX-License-Identifier: BSD-2-Clause
"""How do records become tables, tables figures, and all of it a summary? The file-to-file steps behind the commands."""

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from analysis import records
from analysis.tables.table import render
from bench.run.errors import RunFailed
from bench.run.reference import SECOND
from bench.run.paths import shown
from bench.run.storage import write_bytes, write_text


def tables(raw: Path, folder: Path, only: Sequence[str] = ()) -> list[Path]:
    """Writes every table that the records of `raw` can fill; only: these of them."""
    from analysis.tables.all import tables as fill

    try:
        campaign = records.load_campaign(raw)
    except records.RecordError as error:
        raise RunFailed(str(error)) from error
    if campaign.left_out:
        raise RunFailed("incomplete records, which no table may use: " + "; ".join(campaign.left_out))
    written = []
    filled = fill(campaign)
    for name, text in ((name, text) for name, text in filled.items() if not only or name in only):
        write_text(folder / name, text)
        written.append(folder / name)
    return written


def layouts(raw: Path, folder: Path) -> list[Path]:
    """Writes layouts.csv from a folder of records in many layouts."""
    from analysis.tables import layouts as table

    try:
        rows = table.rows([records.load(path) for path in sorted(raw.glob("*.jsonl"))])
    except records.RecordError as error:
        raise RunFailed(str(error)) from error
    write_text(folder / "layouts.csv", render(rows))
    return [folder / "layouts.csv"]


def figures(source: Path, folder: Path) -> list[Path]:
    """Draws the tables of a folder, and those of the second processor in a folder of its name below."""
    if not any(source.glob("*.csv")):
        raise RunFailed(f"{shown(source)} holds no table; ./l4lab tables makes them")
    written = _drawn(source, folder)
    if any((source / SECOND).glob("*.csv")):
        written += _drawn(source / SECOND, folder / SECOND)
    return written


def _drawn(source: Path, folder: Path) -> list[Path]:
    """Draws into a private folder first, so that a failing figure leaves no half of itself."""
    from analysis.figures.all import figures as draw

    written = []
    with tempfile.TemporaryDirectory() as scratch:
        try:
            drawn = draw(source, Path(scratch))
        except subprocess.CalledProcessError as error:
            raise RunFailed(f"gnuplot failed: {error.stderr.decode(errors='replace').strip()}") from error
        for path in drawn:
            write_bytes(folder / path.name, path.read_bytes())
            written.append(folder / path.name)
    write_text(folder / "tools.json", drawing_tools())
    return written


def drawing_tools() -> str:
    """The versions on which the bytes of a drawing depend, as JSON."""
    import matplotlib

    gnuplot = subprocess.run(["gnuplot", "--version"], capture_output=True, text=True, check=True, timeout=20)
    fonts = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    digest = hashlib.sha256(fonts.read_bytes()).hexdigest()[:16] if fonts.exists() else "absent"
    versions = {"gnuplot": gnuplot.stdout.strip(), "matplotlib": matplotlib.__version__, "system_dejavu": digest}
    return json.dumps(versions, indent=1) + "\n"


def summary(source: Path) -> str:
    from analysis.summary import text

    if not (source / "message_length.csv").exists():
        raise RunFailed(f"{shown(source)} holds no message_length.csv; ./l4lab tables makes it")
    return text(source)

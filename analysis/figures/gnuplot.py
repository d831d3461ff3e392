# SPDX-License-Identifier: BSD-2-Clause
"""How does a line plot become three files of fixed bytes? Runs gnuplot on NAME.gp, and takes the clock out of its PDF."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SECONDS = 60
FONT = "DejaVu Sans"
# What a screen shows of an inch. A point is 1/72 inch; each terminal has its own idea of it, which a scale corrects.
SVG_PIXELS, PNG_PIXELS = 100, 160
PDF_SCALE, SVG_SCALE, PNG_SCALE = 0.72, SVG_PIXELS / 72, PNG_PIXELS / 96
# gnuplot's cairo writes the time whatever SOURCE_DATE_EPOCH says; the replacement has the same length, because a
# PDF counts bytes.
CREATED = re.compile(rb"/CreationDate \(D:[^)]*\)")


def _fixed_date(found: re.Match[bytes]) -> bytes:
    return b"/CreationDate (D:" + b"0" * (len(found[0]) - len(b"/CreationDate (D:)")) + b")"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _terminals(width: float, height: float, points: float) -> dict[str, str]:
    """The same drawing, its size in inches, for print and for a screen."""

    def pixels(per_inch: int) -> str:
        return f"size {width * per_inch:.0f},{height * per_inch:.0f} font '{FONT},{points:g}'"

    return {
        "pdf": f"pdfcairo size {width},{height} fontscale {PDF_SCALE} pointscale 0.6 font '{FONT},{points:g}'",
        "svg": f"svg {pixels(SVG_PIXELS)} fontscale {SVG_SCALE:.3f} background 'white'",
        "png": f"pngcairo {pixels(PNG_PIXELS)} fontscale {PNG_SCALE:.3f} pointscale 1.5",
    }


def draw(name: str, given: Mapping[str, str], folder: Path, width: float, height: float, points: float = 9) -> list[Path]:
    """given: the script's text variables. Raises CalledProcessError with gnuplot's words if script and table do not fit."""
    script = Path(__file__).with_name(f"{name}.gp")
    variables = "; ".join(f"{key}={_quoted(value)}" for key, value in given.items())
    paths = []
    for kind, terminal in _terminals(width, height, points).items():
        path = folder / f"{name}.{kind}"
        words = f"{variables}; set terminal {terminal}; set output {_quoted(str(path))}"
        command = [shutil.which("gnuplot") or "gnuplot", "-e", words, str(script)]
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
        paths.append(path)
    pdf = folder / f"{name}.pdf"
    pdf.write_bytes(CREATED.sub(_fixed_date, pdf.read_bytes()))
    return paths

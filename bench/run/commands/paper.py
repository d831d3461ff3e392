# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab paper`: the paper, made from the tables: its LaTeX text, its figures and, unless --tex-only, its PDF.

Equal tables give equal bytes. `make paper` brings the TeX packages first.
"""

import argparse
from pathlib import Path

from bench.run import derive, process
from bench.run.errors import RunFailed
from bench.run.paths import TABLES, build_root, shown
from bench.run.storage import write_text

EXAMPLE = "l4lab paper --from build/results/tables"
NAME = "l4lab"
SECONDS = 120
# The second pass resolves references, the third what they moved.
PASSES = 3
PACKAGES = "texlive-latex-base texlive-latex-recommended texlive-fonts-recommended"


def configure(parser: argparse.ArgumentParser) -> None:
    help_text = "tables (default: the committed ones)"
    parser.add_argument("--from", dest="source", type=Path, default=TABLES, metavar="DIR", help=help_text)
    parser.add_argument("--to", type=Path, metavar="DIR", help="default: build/paper")
    parser.add_argument("--tex-only", action="store_true", help="write the LaTeX text and the figures, run no TeX")


def _text(source: Path, figures: set[str]) -> str:
    from analysis.claims import ClaimError
    from analysis.paper.document import document
    from analysis.paper.facts import PaperError
    from analysis.paper.model import ModelError

    try:
        return document(source, figures)
    except (PaperError, ModelError, ClaimError) as error:
        raise RunFailed(f"{shown(source)}: {error}") from error


def _typeset(folder: Path) -> Path:
    """Raises RunFailed with TeX's own complaint. The clock that TeX sees stands still."""
    latex = process.require("pdflatex", PACKAGES)
    clock = ["env", "SOURCE_DATE_EPOCH=0", "FORCE_SOURCE_DATE=1"]
    for _ in range(PASSES):
        ended = process.run([*clock, latex, "-interaction=nonstopmode", "-halt-on-error", NAME], SECONDS, folder)
        if ended.status != 0:
            complaint = [line for line in ended.output.splitlines() if line.startswith("!")] or ended.output.splitlines()[-1:]
            raise RunFailed(f"pdflatex: {'; '.join(complaint)}")
    return folder / f"{NAME}.pdf"


def run(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.to or build_root() / "paper"
    figures = folder / "figures"
    drawn = [path.relative_to(figures) for path in derive.figures(arguments.source, figures)]
    text = folder / f"{NAME}.tex"
    write_text(text, _text(arguments.source, {str(path.with_suffix("")) for path in drawn if path.suffix == ".pdf"}))
    print(shown(text))
    if not arguments.tex_only:
        print(shown(_typeset(folder)))
    return 0

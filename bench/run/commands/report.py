# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab report`: one HTML file with every table, every figure and the anatomy behind a row; it needs no network."""

import argparse
import tempfile
from pathlib import Path

from bench.run import derive
from bench.run.errors import RunFailed
from bench.run.paths import RAW, TABLES, build_root, shown
from bench.run.storage import write_text

EXAMPLE = "l4lab report --from build/results/tables --records build/results/raw/default"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="source", type=Path, default=TABLES, metavar="DIR", help="tables (default: the committed ones)"
    )
    parser.add_argument(
        "--records", type=Path, default=RAW / "default", metavar="DIR", help="records with traces (default: the committed ones)"
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="default: build/report.html")


def run(arguments: argparse.Namespace) -> int:
    from analysis.hypertext.report import page

    if not (arguments.source / "message_length.csv").exists():
        raise RunFailed(f"{shown(arguments.source)} holds no message_length.csv; ./l4lab tables makes it")
    path = arguments.to or build_root() / "report.html"
    with tempfile.TemporaryDirectory() as scratch:
        derive.figures(arguments.source, Path(scratch))
        write_text(path, page(arguments.source, Path(scratch), arguments.records))
    print(shown(path))
    return 0

# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab figures`: draw the figures from the tables, as PDF, SVG and PNG."""

import argparse
from pathlib import Path

from bench.run import derive
from bench.run.paths import TABLES, build_root, shown

EXAMPLE = "l4lab figures --from build/results/tables --to build/figures"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="source", type=Path, default=TABLES, metavar="DIR", help="tables (default: the committed ones)"
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="default: build/figures")


def run(arguments: argparse.Namespace) -> int:
    for path in derive.figures(arguments.source, arguments.to or build_root() / "figures"):
        print(shown(path))
    return 0

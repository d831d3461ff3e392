# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab summary`: what the tables say, in plain text."""

import argparse
from pathlib import Path

from bench.run import derive
from bench.run.paths import TABLES

EXAMPLE = "l4lab summary --from build/results/tables"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="source", type=Path, default=TABLES, metavar="DIR", help="tables (default: the committed ones)"
    )


def run(arguments: argparse.Namespace) -> int:
    print(derive.summary(arguments.source), end="")
    return 0

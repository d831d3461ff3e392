# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab tables`: fill the tables from the records of a campaign."""

import argparse
from pathlib import Path

from bench.run import derive
from bench.run.paths import RAW, build_root, shown

EXAMPLE = "l4lab tables --from build/results/raw/default --to build/results/tables"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=RAW / "default",
        metavar="DIR",
        help="records (default: the committed ones)",
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="default: build/results/tables")


def run(arguments: argparse.Namespace) -> int:
    for path in derive.tables(arguments.source, arguments.to or build_root() / "results" / "tables"):
        print(shown(path))
    return 0

# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab campaign`: every variant of a campaign file, on its machine."""

import argparse
import sys
from pathlib import Path

from bench.run import campaign, place
from bench.run.errors import UsageError
from bench.run.paths import build_root, shown

EXAMPLE = "l4lab campaign default --jobs 2"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="a file of bench/campaigns, without .toml")
    parser.add_argument(
        "--resume", action="store_true", help="keep records that are complete and of the same image and model"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where records go (default: build/results/raw/NAME)")
    place.options(parser)
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="boots at a time (default: 2)")


def run(arguments: argparse.Namespace) -> int:
    if arguments.jobs < 1:
        raise UsageError("--jobs takes a number from 1 up")
    plan = campaign.placed(campaign.load(arguments.name), *place.asked(arguments))
    folder = arguments.out or build_root() / "results" / "raw" / arguments.name
    try:
        campaign.run(plan, folder, arguments.jobs, arguments.resume)
    except KeyboardInterrupt:
        layouts = f" --layouts {arguments.layouts} --seed {arguments.seed}" if arguments.layouts else ""
        out = f" --out {shown(folder)}" if arguments.out else ""
        print(
            f"\nstopped; what has finished is kept: ./l4lab campaign {arguments.name}{layouts} --resume{out} goes on",
            file=sys.stderr,
        )
        raise
    print(f"records: {shown(folder)}")
    return 0

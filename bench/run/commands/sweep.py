# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab sweep`: every cell of a campaign: its variants x benchmarks x machines x layouts.

Finished cells are kept in build/store under the hash of image, model and command line: the same command again, after Ctrl-C,
a crash or a failed cell, runs only what is missing. The order is shuffled by the campaign's order_seed and written beside
the records as order.json.
"""

import argparse
import os
import sys
from pathlib import Path

from bench.run import campaign, catalog, place, sweep
from bench.run.commands.run import print_commands
from bench.run.errors import UsageError
from bench.run.paths import build_root, shown

EXAMPLE = "l4lab sweep default --only 'liedtke93*'"


def configure(parser: argparse.ArgumentParser) -> None:
    named = parser.add_argument("campaign", help="a file of bench/campaigns, without .toml")
    setattr(named, "completer", lambda **_: catalog.campaigns())
    parser.add_argument("--only", metavar="GLOB", help="only the cells whose names (VARIANT.BENCHMARK.MACHINE.LAYOUT) match")
    parser.add_argument("--force", action="store_true", help="run cells again that the store has")
    parser.add_argument("--dry-run", action="store_true", help="print the cells in their order with their commands; run none")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where records go (default: build/results/raw/CAMPAIGN)")
    place.options(parser, None)
    jobs = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=jobs, metavar="N", help="boots at a time (default: one for each core)")


def _plan(arguments: argparse.Namespace) -> campaign.Plan:
    placement = None
    if arguments.layouts is not None:
        placement = campaign.Placement(*place.asked(arguments))
    plan = campaign.load(arguments.campaign, placement)
    return campaign.only(plan, arguments.only) if arguments.only else plan


def _print(plan: campaign.Plan) -> None:
    print(f"# {len(plan.requests)} cells, shuffled by order_seed {plan.order_seed}")
    for request in plan.requests:
        print(f"# {request.name}")
        print_commands(request)


def run(arguments: argparse.Namespace) -> int:
    if arguments.jobs < 1:
        raise UsageError("--jobs takes a number from 1 up")
    plan = _plan(arguments)
    if arguments.dry_run:
        _print(plan)
        return 0
    folder = arguments.out or build_root() / "results" / "raw" / plan.name
    try:
        sweep.run(plan, folder, arguments.jobs, arguments.force)
    except KeyboardInterrupt:
        print("\nstopped; finished cells are kept: the same command goes on", file=sys.stderr)
        raise
    print(f"records: {shown(folder)}")
    return 0

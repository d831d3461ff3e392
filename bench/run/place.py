# SPDX-License-Identifier: BSD-2-Clause
"""How is one request measured in many layouts, and where do the records of them lie?"""

import argparse
from pathlib import Path

from analysis import layouts, observations, records
from analysis.observations import Observation
from bench.run import build, campaign, runner, sweep
from bench.run.errors import UsageError
from bench.run.paths import build_root

JOBS = 2
# Layouts are numbered with two digits in file names.
MOST = 99


def options(parser: argparse.ArgumentParser, number: int | None = 0) -> None:
    """number: the default; None for a command that has the number from elsewhere unless it is given."""
    default = "%(default)s" if number is not None else "as the campaign says"
    help_text = f"in N generated placements of code, data and stacks (default: {default}; 0: as the source places them)"
    parser.add_argument("--layouts", type=int, default=number, metavar="N", help=help_text)
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the placements (default: 1)")


def asked(arguments: argparse.Namespace) -> tuple[int, int]:
    """(number of layouts, seed). Raises UsageError."""
    if not 0 <= arguments.layouts <= MOST:
        raise UsageError(f"--layouts takes a number from 0 to {MOST}")
    if arguments.seed < 0:
        raise UsageError("--seed takes a number from 0 up")
    return arguments.layouts, arguments.seed


def folder(request: runner.Request, seed: int) -> Path:
    """One folder for each seed: the names of records carry the number of a layout only."""
    out = request.tree.out if request.tree else build_root()
    return out / "layouts" / f"{request.variant.name}.{request.board}.seed{seed}"


def measure(request: runner.Request, number: int, seed: int) -> list[records.Record]:
    """The records of all layouts in their order; those of the same image and model are kept from an earlier call."""
    requests = request.placed(number, seed)
    target = folder(request, seed)
    sweep.run(campaign.Plan("layouts", requests), target, JOBS)
    return [records.load(target / f"{one.name}.jsonl") for one in requests]


def positions(request: runner.Request, number: int, seed: int) -> list[layouts.Places]:
    """Where everything lies in each layout; the images must have been built."""
    images = [build.folder_of(one.variant, one.layout, one.tree) for one in request.placed(number, seed)]
    return [layouts.places(image, request.benchmark) for image in images]


def by_case(of: list[records.Record]) -> dict[str, list[Observation]]:
    """The observations of each timed case, one for each layout."""
    found: dict[str, list[Observation]] = {}
    for record in of:
        for seen in observations.of(record):
            if seen.timed:
                found.setdefault(str(seen.line["case"]), []).append(seen)
    return found


def distributions(of: list[records.Record]) -> dict[str, records.Line]:
    """Case -> the distribution of its cycles over the layouts."""
    return {
        case: layouts.distribution([seen.cycles for seen in found if seen.cycles is not None])
        for case, found in by_case(of).items()
    }

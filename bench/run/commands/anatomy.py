# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab anatomy`: every instruction of one round trip, with its step, its cycles and what caused them."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis import anatomy, anatomy_difference, anatomy_text, observations
from analysis.dwarf import Program
from bench.run import catalog, runner
from bench.run.errors import RunFailed, UsageError
from bench.run.paths import shown
from bench.run.storage import write_bytes, write_text

EXAMPLE = "l4lab anatomy --variant liedtke93 --svg anatomy.svg"
CASE = "two-large-large-8-warm"
ABOUT = (
    "variant",
    "benchmark",
    "case",
    "machine",
    "board",
    "model_hash",
    "unit",
    "metric",
    "tasks",
    "client_space",
    "server_space",
    "bytes",
    "temperature",
    "warmups",
)


def configure(parser: argparse.ArgumentParser) -> None:
    variant = parser.add_argument("--variant", required=True, help="see `l4lab list variants`")
    setattr(variant, "completer", lambda **_: catalog.variants())
    parser.add_argument(
        "--axis", action="append", default=[], metavar="AXIS=CHOICE", help="lay a choice over the variant"
    )
    parser.add_argument("--benchmark", default="pingpong", help="see `l4lab list benchmarks` (default: pingpong)")
    parser.add_argument("--case", default=CASE, help=f"see `l4lab list cases` (default: {CASE})")
    parser.add_argument("--sample", metavar="N", help="which sample (default: the one that stands for the case)")
    parser.add_argument("--machine", default="i486", help="a machine with a cycle model (default: i486)")
    parser.add_argument("--board", help="the board around the processor (the machine's default if left out)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="also draw one bar per step, stacked by cause")
    other = parser.add_argument("--diff", metavar="VARIANT", help="the steps on which this variant differs")
    setattr(other, "completer", lambda **_: catalog.variants())
    parser.add_argument("--waterfall", type=Path, metavar="FILE", help="also draw how the steps add up, or with --diff differ (SVG)")
    parser.add_argument("--folded", type=Path, metavar="FILE", help="also write collapsed stacks for flame graphs")


def _sample(text: str | None) -> int | None:
    if text is not None and not (text.isascii() and text.isdecimal()):
        raise UsageError(f"'{text}' is not the number of a sample, which count from 0")
    return None if text is None else int(text)


def _request(arguments: argparse.Namespace) -> runner.Request:
    machine = catalog.machine(arguments.machine)
    if machine.unit != "modelled_cycles":
        raise UsageError(f"machine {machine.name} has no cycle model, so there is nothing to dissect")
    return runner.requested(arguments, machine, runner.TraceRequest(arguments.case, _sample(arguments.sample)))


def _about(seen: observations.Observation, sample: int) -> dict[str, Any]:
    """The facts of the case; n counts the samples from which the one that stands for the case is chosen."""
    assert seen.chosen is not None
    return {**{key: getattr(seen, key) for key in ABOUT}, "sample": sample, "n": seen.chosen.n}


def _dissect(request: runner.Request, prepared: runner.Prepared, outcome: runner.Outcome) -> anatomy.Anatomy:
    assert request.trace is not None and outcome.steps is not None
    seen = observations.Observation(outcome.record, outcome.record.case(request.trace.case))
    assert seen.chosen is not None
    sample = seen.chosen.index if request.trace.sample is None else request.trace.sample
    line_bytes = request.machine.rule("cache_line_bytes")
    kernel, _, task = map(Program, prepared.image.files(request.benchmark))
    try:
        return anatomy.dissect(outcome.steps, seen.line["values"][sample], _about(seen, sample), kernel, task, line_bytes)
    except anatomy.AnatomyError as error:
        raise RunFailed(f"{request.name}: {error}") from error


def _other(arguments: argparse.Namespace, request: runner.Request) -> anatomy.Anatomy | None:
    """The same case of the variant that --diff names."""
    if arguments.diff is None:
        return None
    if arguments.json:
        raise UsageError("--diff has no JSON: ask for that of each variant")
    base, *overrides = arguments.diff.split("+")
    other = replace(request, variant=catalog.variant(base, overrides))
    runner.check_cases(other)
    prepared = runner.prepare(other)
    return _dissect(other, prepared, runner.perform(prepared))


def _write(arguments: argparse.Namespace, seen: anatomy.Anatomy, other: anatomy.Anatomy | None) -> list[Path]:
    if arguments.waterfall:
        from analysis.figures import waterfall

        write_bytes(arguments.waterfall, waterfall.svg(seen, other))
    if arguments.svg:
        # Drawing loads matplotlib, which text and JSON do without.
        from analysis.figures import anatomy as figure

        write_bytes(arguments.svg, figure.svg(seen))
    if arguments.folded:
        write_text(arguments.folded, anatomy.folded(seen))
    return [path for path in (arguments.svg, arguments.waterfall, arguments.folded) if path]


def run(arguments: argparse.Namespace) -> int:
    request = _request(arguments)
    runner.check_cases(request)
    prepared = runner.prepare(request)
    seen = _dissect(request, prepared, runner.perform(prepared))
    other = _other(arguments, request)
    written = _write(arguments, seen, other)
    if arguments.json:
        print(json.dumps(anatomy.as_json(seen), indent=2))
        return 0
    print(anatomy_difference.lay_out(seen, other) if other else anatomy_text.lay_out(seen), end="")
    for path in written:
        print(f"written: {shown(path)}")
    return 0

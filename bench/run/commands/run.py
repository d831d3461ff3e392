# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab run`: one variant, one benchmark, one machine, one boot."""

import argparse
import json
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis import host_text, layouts, observations, records, report
from bench.run import boot as booting
from bench.run import build, catalog, place, runner
from bench.run.errors import UsageError
from bench.run.paths import build_root, shown
from bench.run.storage import json_line
from boot.machines.machine import Boot

EXAMPLE = "l4lab run --variant liedtke93 --benchmark pingpong --machine i486 --case 'two-large-large-*'"


def configure(parser: argparse.ArgumentParser) -> None:
    for option, names in (
        ("--variant", catalog.variants),
        ("--benchmark", catalog.benchmarks),
        ("--machine", catalog.machines),
    ):
        completed = parser.add_argument(option, required=True, help=f"see `l4lab list {option[2:]}s`")
        setattr(completed, "completer", _names(names))
    parser.add_argument("--board", help="the board around the processor (the machine's default if left out)")
    parser.add_argument("--case", default=runner.EVERY_CASE, metavar="GLOB", help="only the cases that match")
    parser.add_argument(
        "--axis", action="append", default=[], metavar="AXIS=CHOICE", help="lay a choice over the variant"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where the record goes (default: build/runs/NAME.jsonl)"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--trace", metavar="CASE[:SAMPLE]", help="write the steps of one sample beside the record")
    place.options(parser)
    parser.add_argument("--dry-run", action="store_true", help="print the commands and run none")


def _names(source: Any) -> Any:
    return lambda **_: source()


def _trace(text: str | None) -> runner.TraceRequest | None:
    if text is None:
        return None
    case, colon, sample = text.partition(":")
    if colon and not sample.isdecimal():
        raise UsageError(f"'{text}' is not of the form CASE or CASE:SAMPLE")
    return runner.TraceRequest(case, int(sample) if colon else None)


def _request(arguments: argparse.Namespace) -> runner.Request:
    return runner.requested(arguments, catalog.machine(arguments.machine), _trace(arguments.trace))


def print_commands(request: runner.Request) -> None:
    """The commands of `run`, but for the hash of a model that is not built."""
    print(shlex.join(build.image_command(request.variant, request.layout)))
    if request.machine.model:
        print(shlex.join(build.model_command()))
    digest = build.model_hash(request.machine, request.board) if request.board else None
    plan = Boot(Path(), request.benchmark, request.cases, request.board, digest)
    print("# in a private folder with copies of the image, the plugin and its parameters:")
    for command in booting.driver(request.machine).commands(request.machine, plan):
        print(shlex.join(command))


def _in_layouts(request: runner.Request, number: int, seed: int, as_json: bool) -> int:
    found = place.measure(request, number, seed)
    rows = place.distributions(found)
    spread = layouts.spread(place.positions(request, number, seed))
    if as_json:
        results = [{"case": case, **row} for case, row in rows.items()]
        print(json.dumps({"seed": seed, "results": results, "objects": [asdict(one) for one in spread]}, indent=2))
        return 0
    print(layouts.distribution_text(found[0], rows, seed), end="")
    print(layouts.spread_text(spread, number), end="")
    print(f"records: {shown(place.folder(request, seed))}")
    return 0


def _print_measured(record: records.Record, path: Path, as_json: bool) -> None:
    """Ticks are no cycles, and stand under no name that says so: the record itself, or its own table."""
    if as_json:
        print("".join(json_line(line) for line in record.lines), end="")
    else:
        print(host_text.text(record), end="")
        print(f"record: {shown(path)}")


def run(arguments: argparse.Namespace) -> int:
    request = _request(arguments)
    number, seed = place.asked(arguments)
    if number and request.machine.unit == records.HOST_UNIT:
        raise UsageError(f"--layouts needs the same cycles on every run, and machine {request.machine.name} is measured")
    if arguments.dry_run:
        for one in request.placed(number, seed):
            print_commands(one)
        return 0
    runner.check_cases(request)
    if number:
        if request.trace or arguments.out:
            raise UsageError("--layouts makes a record for each layout: it goes with neither --trace nor --out")
        return _in_layouts(request, number, seed, arguments.json)
    outcome = runner.perform(runner.prepare(request))
    path = arguments.out or build_root() / "runs" / f"{request.name}.jsonl"
    outcome.write(path)
    if outcome.record.measured:
        _print_measured(outcome.record, path, arguments.json)
        return 0
    seen = observations.of(outcome.record)
    if arguments.json:
        print(json.dumps({"definition": observations.DEFINITION, "results": [one.result() for one in seen]}, indent=2))
    else:
        print(report.results(seen), end="")
        print(report.kernel_stack(outcome.record), end="")
        print(f"record: {shown(path)}")
    return 0

# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab gate`: is a case of the committed reference slower in the working tree, by however little?

The model is exact and the layout that of the source, so the floor is 0 cycles. Every record of the default campaign is made
again; of a variant that got slower, the traced round trip is compared with the committed one and the step named. Exit 1 if
a case is slower. What got faster is said: the reference should then be renewed.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from analysis import difference, records, steps
from bench.run import again, campaign, runner, sweep
from bench.run.errors import RunFailed
from bench.run.paths import RAW, build_root

EXAMPLE = "l4lab gate"
CAMPAIGN = "default"
JOBS = 2
TRACED = "two-large-large-8-warm"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=Path, default=RAW / CAMPAIGN, metavar="DIR", help="the reference")
    parser.add_argument("--variant", metavar="GLOB", default="*", help="only the variants that match (default: all)")


def _slower_step(request: runner.Request, trace: Path) -> str:
    if not trace.exists():
        return "the reference has no trace of it"
    made = runner.perform(runner.prepare(replace(request, trace=runner.TraceRequest(TRACED)))).steps
    old, new = (steps.costs(steps.rows(text)) for text in (trace.read_text(), made or ""))
    step = difference.slowest_step(old, new)
    return f"in {TRACED} the step that lost most is {step}" if step else f"no step of {TRACED} got slower"


def _judge(path: Path, request: runner.Request, made: records.Record) -> int:
    """Prints what differs and returns how many cases are slower or gone."""
    reference = records.load(path)
    changed = difference.slower(reference, made)
    gone = {line["case"] for line in reference.samples} - {line["case"] for line in made.samples}
    worse = {case: cycles for case, cycles in changed.items() if cycles > 0}
    for case, cycles in changed.items():
        print(f"{'SLOWER' if cycles > 0 else 'faster'} {request.variant.name} {request.benchmark} {case}: {cycles:+g} cycles")
    for case in sorted(gone):
        print(f"GONE {request.variant.name} {request.benchmark} {case}")
    if worse:
        trace = path.with_suffix(".steps.tsv")
        print(f"       {request.variant.name}: {_slower_step(request, trace)}")
    print(f"{request.name}: {len(reference.samples) - len(changed) - len(gone)} of {len(reference.samples)} cases unchanged")
    return len(worse) + len(gone)


def run(arguments: argparse.Namespace) -> int:
    paths = sorted(arguments.source.glob(f"{arguments.variant}.*.jsonl"))
    if not paths:
        raise RunFailed(f"{arguments.source} holds no record of a variant that matches {arguments.variant}")
    requests = {path: again.request(again.load(path)) for path in paths}
    folder = build_root() / "gate"
    sweep.run(campaign.Plan("gate", list(requests.values())), folder, JOBS)
    worse = sum(_judge(path, one, records.load(folder / f"{one.name}.jsonl")) for path, one in requests.items())
    print(f"gate {'FAILED' if worse else 'passed'}: {worse} cases slower than the reference, floor 0 cycles")
    return 1 if worse else 0

# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab fuzz`: does the kernel survive tasks that ask it for anything at all?

Hostile tasks make random system calls on machine qemu, from one seed for each boot; afterwards the kernel's lists, trees
and frames are looked at from outside. The same seed makes the same calls: a failure names the --seed and --calls that
replay it. Exit 1 if the kernel broke, or if a long run has not met every completion code and every step.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from bench.run import catalog, process, test_modules
from bench.run.errors import LabError, TimeLimit, UsageError
from bench.run.paths import ROOT
from bench.run.progress import Progress

EXAMPLE = "l4lab fuzz --variant liedtke93 --seed 7 --calls 50000"
HELPERS = (ROOT / "tests" / "images", ROOT / "tests" / "fuzz")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--variant", action="append", default=[], help="see `l4lab list variants`; may be repeated")
    parser.add_argument(
        "--axis", action="append", default=[], metavar="AXIS=CHOICE", help="lay a choice over each variant"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the first boot (default 1)")
    parser.add_argument("--calls", type=int, default=50_000, metavar="N", help="for each variant (default 50000)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")


def _helper(name: str) -> ModuleType:
    return test_modules.load(name, HELPERS)


def _images(arguments: argparse.Namespace) -> list[Any]:
    guest = _helper("guest")
    if not arguments.variant and not arguments.axis:
        return list(guest.representative())
    found = [catalog.variant(name, arguments.axis) for name in arguments.variant or ["liedtke93"]]
    return [guest.Image(one.base, one.overrides) for one in found]


def _results(images: list[Any], seed: int, calls: int) -> Iterator[tuple[Any, Any]]:
    """(image, result over all its boots) as soon as they are over, made on all processors."""
    fuzz = _helper("fuzz")
    work = [(image, *one) for image in images for one in fuzz.seeds(seed, calls)]
    progress = Progress(len(work))

    def made(item: tuple[Any, int, int]) -> Any:
        result = fuzz.run(*item)
        progress.finish(f"{item[0].name} seed {item[1]}", "failed" if result.problems else "ok")
        return result

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            boots = pool.map(made, work)
            for image in images:
                whole = fuzz.Result()
                for _ in fuzz.seeds(seed, calls):
                    whole.add(next(boots))
                yield image, whole
        except (KeyboardInterrupt, GeneratorExit):
            process.stop_all()
            raise


def _report(image: Any, result: Any, problems: list[str]) -> dict[str, Any]:
    calls = sorted({call for call, _ in result.counts})
    return {
        "variant": image.name,
        "calls": result.calls,
        "valid": result.valid,
        "counts": {call: {kind: n for (one, kind), n in sorted(result.counts.items()) if one == call} for call in calls},
        "problems": problems,
    }


def _print(report: dict[str, Any]) -> None:
    share = 100 * report["valid"] // max(report["calls"], 1)
    print(f"{report['variant']}: {report['calls']} calls, {share} % got past the checks of their arguments")
    for call, counts in report["counts"].items():
        words = [f"{int(kind, 16) << 4:02X}: {n}" for kind, n in counts.items() if kind != "valid"]
        print(f"  {call:16} {', '.join(words)}")
    for problem in report["problems"]:
        print(f"  BROKEN {problem}")
    sys.stdout.flush()


def run(arguments: argparse.Namespace) -> int:
    if arguments.seed < 1 or arguments.calls < 1:
        raise UsageError("--seed and --calls are positive numbers")
    for tool, package in (("qemu-system-i386", "qemu-system-x86"), ("i686-linux-gnu-gcc", "gcc-i686-linux-gnu")):
        process.require(tool, package)
    reports, timed_out = [], False
    for image, result in _results(_images(arguments), arguments.seed, arguments.calls):
        reports.append(_report(image, result, [*result.problems, *_helper("fuzz").shortcomings(result, image)]))
        timed_out = timed_out or result.timed_out
        if not arguments.json:
            _print(reports[-1])
    if arguments.json:
        print(json.dumps({"variants": reports}, indent=2))
    if timed_out:
        raise TimeLimit("a boot was still running when its time was over")
    if any(report["problems"] for report in reports):
        raise LabError("the kernel did not stand up to it, or not enough was tried")
    return 0

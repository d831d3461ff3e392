# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab conformance`: does the kernel keep the rules of the interface?

Builds and boots the guest tests on machine qemu and prints TAP: one test point for each case, with the rules that it
checks in brackets. Without --variant it takes variants that have every choice of every axis between them.
--list prints every rule with the tests that check it, and runs nothing; exit 1 if a rule has none.
"""

import argparse
import json
from dataclasses import asdict
from types import ModuleType
from typing import Any

from bench.run import catalog, process, test_modules
from bench.run.errors import RunFailed, UsageError
from bench.run.paths import ROOT
from bench.run.progress import Progress

EXAMPLE = "l4lab conformance --variant liedtke93 --test ipc_selftest"
HELPERS = (ROOT / "tests" / "images", ROOT / "tests" / "conformance")
TOOLS = (("make", "make"), ("qemu-system-i386", "qemu-system-x86"), ("i686-linux-gnu-gcc", "gcc-i686-linux-gnu"))
UNCHECKED = "unchecked"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--variant", action="append", default=[], help="see `l4lab list variants`; may be repeated")
    parser.add_argument(
        "--axis", action="append", default=[], metavar="AXIS=CHOICE", help="lay a choice over each variant"
    )
    parser.add_argument("--all", action="store_true", help="every combination of choices")
    parser.add_argument("--test", action="append", default=[], metavar="PROGRAM", help="only these of tests/guest/")
    parser.add_argument("--list", action="store_true", help="which test checks which rule; runs nothing")
    parser.add_argument("--json", action="store_true", help="print JSON instead of TAP or lines")


def _helper(name: str) -> ModuleType:
    return test_modules.load(name, HELPERS)


def _images(arguments: argparse.Namespace) -> list[Any]:
    guest = _helper("guest")
    if arguments.all and arguments.variant:
        raise UsageError("--all takes every combination; --variant does not go with it")
    if arguments.all:
        return list(guest.combinations())
    if not arguments.variant and not arguments.axis:
        return list(guest.representative())
    found = [catalog.variant(name, arguments.axis) for name in arguments.variant or ["liedtke93"]]
    return [guest.Image(one.base, one.overrides) for one in found]


def _tests(wanted: list[str]) -> list[str]:
    known: list[str] = _helper("tap").programs()
    return [catalog.known("guest test", name, known) for name in wanted] or known


def _rows() -> list[dict[str, Any]]:
    """Every rule with the tests that say they check it, as PROGRAM.CASE."""
    claims = _helper("claims")
    tests: dict[str, list[str]] = {rule.id: [] for rule in claims.rules()}
    for claim in claims.all_claims():
        for rule in claim.rules:
            if rule not in tests:
                raise RunFailed(f"{claim.test}.{claim.case} names the rule '{rule}', which rules.psv has not")
            tests[rule].append(f"{claim.test}.{claim.case}")
    return [asdict(rule) | {"tests": tests[rule.id]} for rule in claims.rules()]


def _print_rows(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        print(f"{row['section']:<5} {row['id']:<40} {', '.join(row['tests']) or UNCHECKED}")
        print(f"      {row['text']}")
    unchecked = sum(not row["tests"] for row in rows)
    print(f"{len(rows)} rules, {unchecked} unchecked")


def _list(as_json: bool) -> int:
    rows = _rows()
    if as_json:
        print(json.dumps({"rules": rows}, indent=2))
    else:
        _print_rows(rows)
    return 0 if all(row["tests"] for row in rows) else 1


def _print_tap(reports: Any) -> int:
    """Prints each point as it comes, the plan at the end; the worst status."""
    number = status = 0
    print("TAP version 13")
    for report in reports:
        status = max(status, report.status)
        for point in report.points:
            number += 1
            print("\n".join(point.lines(number)), flush=True)
    print(f"1..{number}")
    return status


def _print_json(reports: Any) -> int:
    found = list(reports)
    print(json.dumps({"points": [asdict(point) for report in found for point in report.points]}, indent=2))
    return max((int(report.status) for report in found), default=0)


def run(arguments: argparse.Namespace) -> int:
    if arguments.list:
        return _list(arguments.json)
    for tool, package in TOOLS:
        process.require(tool, package)
    images, names = _images(arguments), _tests(arguments.test)
    progress = Progress(len(images))
    made = _helper("tap").reports(images, names, lambda name: progress.finish(name, "ended"))
    reports = (report for of_image in made for report in of_image)
    return _print_json(reports) if arguments.json else _print_tap(reports)

# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab compare A B`: is B faster than A, by how much, where, and is it more than the layout would do by itself?

A and B are variants (with `+axis=choice`), folders of records, or git revisions, whose kernel/ and variants/ are built for
the current benchmarks. Verdicts, the first that applies: fewer than 10 layouts: not resolved; the 95 % interval of the
difference within 0.5 % or 1 cycle: same; without zero: faster or slower; else not resolved. `invalid`: the two differ in
machine, board, model or interface.
"""

import argparse
import sys

from analysis import compare, compare_text
from bench.run import catalog, place, runner, sides
from bench.run.errors import UsageError

EXAMPLE = "l4lab compare liedtke93 baseline --case 'two-large-large-*-warm' --layouts 20 --gate 'worse:1%+2cycles'"
LAYOUTS = 20
STEPS_CASE = "two-large-large-8-warm"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help="a variant, a folder of records or a git revision")
    parser.add_argument("b", metavar="B", help="the same")
    parser.add_argument("--benchmark", action="append", metavar="NAME", help="may be repeated (default: pingpong)")
    parser.add_argument("--case", default=runner.EVERY_CASE, metavar="GLOB", help="only the cases that match")
    parser.add_argument("--machine", default="i486", help="a machine that tells cycles (default: i486)")
    parser.add_argument("--board", help="the board around the processor (the machine's default if left out)")
    parser.add_argument("--variant", help="of a revision (default: liedtke93) or in a folder of several")
    place.options(parser, LAYOUTS)
    parser.add_argument("--steps", default=STEPS_CASE, metavar="CASE", help="compare the steps of this case (default: %(default)s)")
    parser.add_argument("--format", choices=list(compare_text.FORMATS), default="table")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.add_argument("--gate", metavar="LIMIT", help="exit 1 if B is surely worse, such as 'worse:1%%+2cycles'")


def _gate(text: str | None) -> compare.Gate | None:
    if text is None:
        return None
    gate = compare.read_gate(text)
    if gate is None:
        raise UsageError(f"'{text}' is not a gate: worse:1%+2cycles, worse:1% or worse:2cycles")
    return gate


def _wanted(arguments: argparse.Namespace) -> sides.Wanted:
    machine = catalog.machine(arguments.machine)
    number, _ = place.asked(arguments)
    wanted = sides.Wanted(
        arguments.benchmark or ["pingpong"],
        machine,
        catalog.board(machine, arguments.board),
        catalog.case_glob(arguments.case),
        number,
        arguments.variant,
    )
    sides.check(wanted)
    return wanted


def _steps(found: compare.Comparison, a: sides.Side, b: sides.Side, case: str) -> str:
    """Empty if the case was not compared or a side has no plain round trip of it."""
    if case not in {row.case for row in found.rows} or found.invalid:
        return ""
    ours, theirs = a.costs(case), b.costs(case)
    return compare_text.steps(case, ours, theirs) if ours and theirs else ""


def _pass_gate(found: compare.Comparison, gate: compare.Gate | None) -> int:
    """Says every row's number, on stderr, so that the output stays what --format says."""
    if gate is None:
        return 0
    lines = list(compare_text.gate(found, gate))
    print("\n".join(lines or ["gate FAILED: there is no row"]), file=sys.stderr)
    return 1 if not lines or any(line.startswith("gate FAILED") for line in lines) else 0


def run(arguments: argparse.Namespace) -> int:
    gate, wanted = _gate(arguments.gate), _wanted(arguments)
    seeds = sides.seeds_of(arguments.a, arguments.b, arguments.seed)
    a, b = (sides.resolve(name, wanted, seed) for name, seed in zip((arguments.a, arguments.b), seeds))
    found = compare.compare((a.name, b.name), a.records, b.records, arguments.seed, a.invalid or b.invalid)
    print(compare_text.FORMATS[arguments.format](found), end="")
    if arguments.format == "table":
        print(_steps(found, a, b, arguments.steps), end="")
    return _pass_gate(found, gate)

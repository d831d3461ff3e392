# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab new`: the files and the test of a choice, a variant or a benchmark, which build and pass as they are.

A choice begins as a copy of another choice of its axis, a benchmark as a timed call of a server.
"""

import argparse
from typing import Any

from bench.run import catalog, new
from bench.run.paths import shown
from bench.run.storage import write_text

EXAMPLE = "l4lab new choice priority --axis handoff --like direct"


def _completed(argument: Any, names: Any) -> None:
    argument.completer = lambda **_: names()


def configure(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    choice = kinds.add_parser("choice", help="an answer to the question of an axis")
    _completed(choice.add_argument("--axis", required=True, help="see `l4lab list axes`"), lambda: list(catalog.axes()))
    choice.add_argument("--like", metavar="CHOICE", help="which to begin with (default: the axis's first)")
    variant = kinds.add_parser("variant", help="a selection with a name")
    _completed(variant.add_argument("--base", default="liedtke93", help="default: liedtke93"), catalog.variants)
    variant.add_argument("--axis", action="append", default=[], metavar="AXIS=CHOICE", help="what differs from the base")
    benchmark = kinds.add_parser("benchmark", help="a program that measures")
    for kind in (choice, variant, benchmark):
        kind.add_argument("name")


def _files(arguments: argparse.Namespace) -> new.Files:
    if arguments.kind == "choice":
        return new.choice(arguments.name, arguments.axis, arguments.like)
    if arguments.kind == "variant":
        return new.variant(arguments.name, arguments.base, arguments.axis)
    return new.benchmark(arguments.name)


def run(arguments: argparse.Namespace) -> int:
    files = _files(arguments)
    for path, text in files.items():
        write_text(path, text)
        print(shown(path))
    print(f"test it: /usr/bin/python3 -m pytest -q {shown(list(files)[-1])}")
    return 0

# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab list`: what can be named elsewhere on the command line?"""

import argparse
import json
from typing import Any

from bench.run import campaign, catalog, runner

EXAMPLE = "l4lab list variants --json"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=list(LISTINGS))
    parser.add_argument("--variant", default="liedtke", help="whose cases (list cases only)")
    parser.add_argument("--benchmark", default="pingpong", help="whose cases (list cases only)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")


def _variants(_: argparse.Namespace) -> list[dict[str, Any]]:
    found = [catalog.variant(name) for name in catalog.variants()]
    return [{"name": one.name, "summary": one.summary, "axes": one.axes} for one in found]


def _axes(_: argparse.Namespace) -> list[dict[str, Any]]:
    return [{"name": axis, "choices": choices} for axis, choices in catalog.axes().items()]


def _benchmarks(_: argparse.Namespace) -> list[dict[str, Any]]:
    return [{"name": name, "question": catalog.question(name)} for name in catalog.benchmarks()]


def _campaigns(_: argparse.Namespace) -> list[dict[str, Any]]:
    plans = [campaign.load(name) for name in catalog.campaigns()]
    return [{"name": one.name, "summary": catalog.campaign_summary(one.name), "cells": len(one.requests)} for one in plans]


def _machines(_: argparse.Namespace) -> list[dict[str, Any]]:
    found = [catalog.machine(name) for name in catalog.machines()]
    return [
        {
            "name": one.name,
            "summary": one.summary,
            "unit": one.unit,
            "default_board": one.default_board,
            "boards": one.boards(),
        }
        for one in found
    ]


def _cases(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    variant, benchmark = catalog.variant(arguments.variant), catalog.benchmark(arguments.benchmark)
    return [{"name": name} for name in runner.cases(variant, benchmark)]


LISTINGS = {
    "variants": _variants,
    "axes": _axes,
    "benchmarks": _benchmarks,
    "machines": _machines,
    "cases": _cases,
    "campaigns": _campaigns,
}


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={choice}" for key, choice in value.items())
    return " ".join(value) if isinstance(value, list) else str(value)


def run(arguments: argparse.Namespace) -> int:
    rows = LISTINGS[arguments.what](arguments)
    if arguments.json:
        print(json.dumps({arguments.what: rows}, indent=2))
        return 0
    for row in rows:
        print("  ".join(_words(value) for value in row.values() if value))
    return 0

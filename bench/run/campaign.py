# SPDX-License-Identifier: BSD-2-Clause
"""Which cells does a campaign file ask for, and in which order? A cell is a variant, a benchmark, a machine and a layout."""

import fnmatch
import random
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.run import catalog, runner
from bench.run.errors import UsageError
from bench.run.paths import CAMPAIGNS

ALL = "all"
EVERY_COMBINATION = "combinations"
DEFAULT_SEED = 1
REQUIRED = ("machines", "benchmarks", "variants")
KEYS = (*REQUIRED, "boards", "cases", "trace", "layouts", "layout_seed", "order_seed")
SHOWN_NAMES = 20


@dataclass(frozen=True)
class Plan:
    """requests: the cells in the order in which they run; order_seed: of the shuffle that made it, None without one."""

    name: str
    requests: list[runner.Request]
    order_seed: int | None = None


@dataclass(frozen=True)
class Placement:
    """`number` generated layouts of a seed; 0: the layout of the source."""

    number: int
    seed: int = DEFAULT_SEED


def _variants(listed: list[str] | str) -> list[catalog.Variant]:
    if listed == EVERY_COMBINATION:
        return catalog.combinations()
    return [catalog.variant(name) for name in (catalog.variants() if listed == ALL else listed)]


def _benchmarks(listed: list[str] | str) -> list[str]:
    return catalog.benchmarks() if listed == ALL else [catalog.benchmark(name) for name in listed]


def _requests(name: str, table: dict[str, Any]) -> Iterable[runner.Request]:
    cases = catalog.case_glob(table.get("cases", runner.EVERY_CASE))
    trace = runner.TraceRequest(table["trace"]) if "trace" in table else None
    boards = table.get("boards", {})
    for machine in map(catalog.machine, table["machines"]):
        board = catalog.board(machine, boards.get(machine.name))
        for variant in _variants(table["variants"]):
            for benchmark in _benchmarks(table["benchmarks"]):
                yield runner.Request(variant, benchmark, machine, board, cases, name, trace)


def _check_keys(name: str, table: dict[str, Any]) -> None:
    for key in table:
        catalog.known(f"key in campaign {name}:", key, KEYS)
    if lacking := [key for key in REQUIRED if key not in table]:
        raise UsageError(f"campaign {name} lacks: {', '.join(lacking)}")
    for machine in table.get("boards", {}):
        catalog.known(f"machine with a board in campaign {name}:", machine, table["machines"])


def planned(name: str, table: dict[str, Any], placement: Placement | None = None) -> Plan:
    """The cells of a campaign's table; a placement replaces the table's own. Raises UsageError."""
    _check_keys(name, table)
    chosen = placement or Placement(table.get("layouts", 0), table.get("layout_seed", DEFAULT_SEED))
    requests = [layout for one in _requests(name, table) for layout in one.placed(chosen.number, chosen.seed)]
    seed = table.get("order_seed", DEFAULT_SEED)
    random.Random(seed).shuffle(requests)
    return Plan(name, requests, seed)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} is not TOML: {error}") from error


def load(name: str, placement: Placement | None = None) -> Plan:
    catalog.known("campaign", name, catalog.campaigns())
    return planned(name, _table(CAMPAIGNS / f"{name}.toml"), placement)


def only(plan: Plan, pattern: str) -> Plan:
    """The cells whose names match. Raises UsageError if none does."""
    chosen = [one for one in plan.requests if fnmatch.fnmatchcase(one.name, pattern)]
    if not chosen:
        names = sorted(one.name for one in plan.requests)
        rest = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        raise UsageError(f"no cell matches '{pattern}'; cells: {', '.join(names[:SHOWN_NAMES])}{rest}")
    return replace(plan, requests=chosen)

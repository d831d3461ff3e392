# SPDX-License-Identifier: BSD-2-Clause
"""What does a name on the command line of `compare` mean, and which records does it stand for?

A folder of records, a variant, or a git revision, tried in this order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from analysis import records, steps
from bench.run import catalog, place, revision, runner
from bench.run.build import Tree
from bench.run.errors import RunFailed, UsageError
from bench.run.paths import ROOT
from boot.machines.machine import Machine


@dataclass(frozen=True)
class Wanted:
    """What both sides are asked for. variant: the one to build of a revision or to take from a folder."""

    benchmarks: list[str]
    machine: Machine
    board: str | None
    cases: str
    layouts: int
    variant: str | None


@dataclass(frozen=True)
class Side:
    """invalid: why its cycles may not be compared, if that is known. costs: of one traced round trip, if it has one."""

    name: str
    records: list[records.Record]
    costs: Callable[[str], list[steps.Cost] | None]
    invalid: str | None = None


def named_variant(name: str) -> catalog.Variant:
    base, *overrides = name.split("+")
    return catalog.variant(base, overrides)


def _requests(variant: catalog.Variant, wanted: Wanted, tree: Tree | None) -> list[runner.Request]:
    of_all = (catalog.benchmark(name) for name in wanted.benchmarks)
    return [runner.Request(variant, name, wanted.machine, wanted.board, wanted.cases, tree=tree) for name in of_all]


def _traced(requests: list[runner.Request]) -> Callable[[str], list[steps.Cost] | None]:
    def costs(case: str) -> list[steps.Cost] | None:
        traced = replace(requests[0], cases=case, trace=runner.TraceRequest(case))
        text = runner.perform(runner.prepare(traced)).steps
        try:
            return steps.costs(steps.rows(text or ""))
        except steps.TraceError:
            return None

    return costs


def _measured(name: str, requests: list[runner.Request], wanted: Wanted, seed: int, invalid: str | None) -> Side:
    found = [record for one in requests for record in place.measure(one, wanted.layouts, seed)]
    return Side(name, found, _traced(requests), invalid)


def _from_folder(folder: Path, wanted: Wanted) -> Side:
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            found.append(records.load(path))
        except records.RecordError as error:
            raise RunFailed(str(error)) from error
    names = sorted({record.run["variant"] for record in found})
    if not found:
        raise UsageError(f"{folder} holds no records")
    if wanted.variant is None and len(names) > 1:
        raise UsageError(f"{folder} holds records of several variants; --variant names one of {', '.join(names)}")
    name = catalog.known("variant of this folder", wanted.variant, names) if wanted.variant else names[0]
    chosen = [record for record in found if record.run["variant"] == name]

    def costs(case: str) -> list[steps.Cost] | None:
        traces = sorted(folder.glob(f"{name}.*.steps.tsv"))
        del case  # A campaign traces one case, and says which by its file.
        return steps.costs(steps.rows(traces[0].read_text())) if traces else None

    return Side(f"{folder.name}:{name}", chosen, costs)


def _from_revision(name: str, commit: str, wanted: Wanted, seed: int) -> Side:
    tree = revision.tree(commit)
    variant = named_variant(wanted.variant or "liedtke93")
    same = revision.interface(tree.root) == revision.interface(ROOT)
    invalid = None if same else f"the kernel of {name} has another interface than the current tree's programs"
    return _measured(f"{name}:{variant.name}", _requests(variant, wanted, tree), wanted, seed, invalid)


def resolve(name: str, wanted: Wanted, seed: int) -> Side:
    """Runs what has not been run yet. Raises UsageError if the name means nothing."""
    if Path(name).is_dir():
        return _from_folder(Path(name), wanted)
    if name.split("+")[0] in catalog.variants():
        return _measured(name, _requests(named_variant(name), wanted, None), wanted, seed, None)
    commit = revision.commit_of(name)
    if commit is None:
        known = ", ".join(catalog.variants())
        raise UsageError(f"'{name}' is no folder of records, no git revision and no variant; variants: {known}")
    return _from_revision(name, commit, wanted, seed)


def seeds_of(first: str, second: str, seed: int) -> tuple[int, int]:
    """The seeds of the two sides: different ones where the same thing is compared with itself."""
    return (seed, seed + 1) if first == second else (seed, seed)


def check(wanted: Wanted) -> None:
    if wanted.machine.unit is None:
        raise UsageError(f"machine {wanted.machine.name} tells no cycles")
    if wanted.machine.unit == records.HOST_UNIT:
        raise UsageError(f"machine {wanted.machine.name} is measured: its ticks differ from run to run, and no layout is the reason")

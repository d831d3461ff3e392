# SPDX-License-Identifier: BSD-2-Clause
"""How does a whole campaign run? Builds one after the other, boots several at a time, keeps whatever has finished."""

import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import records
from bench.run import catalog, process, runner
from bench.run.errors import LabError, RunFailed
from bench.run.paths import CAMPAIGNS
from bench.run.progress import Progress


EVERY_BENCHMARK = "all"
EVERY_COMBINATION = "combinations"


@dataclass(frozen=True)
class Plan:
    """A campaign file: variants x benchmarks on one machine, with one case traced."""

    name: str
    requests: list[runner.Request]


def _variants(listed: list[str] | str) -> list[catalog.Variant]:
    """The named ones, or all that `combinations` stands for."""
    if listed == EVERY_COMBINATION:
        return catalog.combinations()
    return [catalog.variant(name) for name in listed]


def _requests(name: str, table: dict[str, Any]) -> Iterator[runner.Request]:
    machine = catalog.machine(table["machine"])
    board = catalog.board(machine, table.get("board"))
    trace = runner.TraceRequest(table["trace"]) if "trace" in table else None
    every = table["benchmarks"] == EVERY_BENCHMARK
    benchmarks = catalog.benchmarks() if every else table["benchmarks"]
    for variant in _variants(table["variants"]):
        for benchmark in benchmarks:
            cases = catalog.case_glob(table.get("cases", runner.EVERY_CASE))
            yield runner.Request(variant, catalog.benchmark(benchmark), machine, board, cases, name, trace)


def load(name: str) -> Plan:
    catalog.known("campaign", name, catalog.campaigns())
    with (CAMPAIGNS / f"{name}.toml").open("rb") as stream:
        return Plan(name, list(_requests(name, tomllib.load(stream))))


def placed(plan: Plan, number: int, seed: int) -> Plan:
    """Each request in `number` generated layouts; as it is if that is 0."""
    return Plan(plan.name, [layout for one in plan.requests for layout in one.placed(number, seed)])


def _current(prepared: runner.Prepared, path: Path) -> bool:
    """True if this file is a complete record of exactly this image and model, with its trace."""
    try:
        run = records.load(path).run
    except (OSError, records.RecordError):
        return False
    traced = prepared.request.trace is None or path.with_suffix(".steps.tsv").exists()
    return traced and (run["image_hash"], run["model_hash"]) == (prepared.image_hash, prepared.model_hash)


def _work(request: runner.Request, path: Path, resume: bool) -> str:
    prepared = runner.prepare(request)
    if resume and _current(prepared, path):
        return "kept"
    runner.perform(prepared).write(path)
    return "ok"


def _gather(pending: dict[Future[str], str], progress: Progress) -> list[LabError]:
    """Waits for all; a failed run does not keep the others from finishing."""
    failures = []
    for future in as_completed(pending):
        try:
            how = future.result()
            progress.finish(pending[future], how, timed=how == "ok")
        except LabError as error:
            failures.append(error)
            progress.finish(pending[future], "failed")
    return failures


def run(plan: Plan, folder: Path, jobs: int, resume: bool) -> None:
    """Raises RunFailed (or the one failure itself) after all others have been written.

    On KeyboardInterrupt every machine is ended, and the records that were complete stay.
    """
    progress = Progress(len(plan.requests), jobs)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            pending = {pool.submit(_work, one, folder / f"{one.name}.jsonl", resume): one.name for one in plan.requests}
            failures = _gather(pending, progress)
        except KeyboardInterrupt:
            process.stop_all()
            pool.shutdown(cancel_futures=True)
            raise
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise RunFailed(
            f"{len(failures)} of {len(plan.requests)} runs failed:\n" + "\n".join(str(one) for one in failures)
        )

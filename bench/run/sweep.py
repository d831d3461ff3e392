# SPDX-License-Identifier: BSD-2-Clause
"""How do many cells run? Several at a time, each built and booted, one build per folder; what has finished is kept in the store
(store.py), so a sweep that was ended in any way goes on where it was.

A cell that fails does not keep the others from finishing; a full disk does, since nothing could be kept.
"""

import json
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from bench.run import boot, process, runner, store
from bench.run.campaign import Plan
from bench.run.errors import DiskFull, LabError, RunFailed
from bench.run.progress import Progress
from bench.run.storage import write_text

ORDER = "order.json"


@dataclass
class _Ending:
    """failed: (cell, why); unbegun: cells that a full disk left out."""

    failed: list[tuple[str, LabError]] = field(default_factory=list)
    unbegun: list[str] = field(default_factory=list)


def _work(request: runner.Request, path: Path, force: bool, progress: Progress) -> str:
    progress.begin(request.name)
    prepared = runner.prepare(request)
    outcome = None if force else store.find(prepared)
    how = "kept" if outcome else "ok"
    if outcome is None:
        outcome = runner.perform(prepared)
        store.keep(prepared, outcome)
    outcome.write(path)
    return how


def _gather(pending: dict[Future[str], str], progress: Progress) -> _Ending:
    ending = _Ending()
    for future in as_completed(pending):
        name = pending[future]
        try:
            how = future.result()
            progress.finish(name, how, timed=how == "ok")
        except CancelledError:
            ending.unbegun.append(name)
        except LabError as error:
            ending.failed.append((name, error))
            progress.finish(name, "failed")
            if isinstance(error, DiskFull):
                for other in pending:
                    other.cancel()
    return ending


def _sentence(name: str, error: LabError) -> str:
    return str(error) if name in str(error) else f"{name}: {error}"


def _complain(ending: _Ending, total: int) -> None:
    """Raises what failed and why, with the status of the failure if all have the same."""
    if not ending.failed:
        return
    kinds = {type(error) for _, error in ending.failed}
    done = total - len(ending.failed) - len(ending.unbegun)
    counted = f"{len(ending.failed)} of {total} cells failed, {done} are done"
    if ending.unbegun:
        counted += f", {len(ending.unbegun)} were not begun because the disk is full"
    reasons = "\n".join(_sentence(name, error) for name, error in sorted(ending.failed, key=lambda one: one[0]))
    raise (kinds.pop() if len(kinds) == 1 else RunFailed)(f"{counted}:\n{reasons}")


def _write_order(plan: Plan, folder: Path) -> None:
    order = {"campaign": plan.name, "order_seed": plan.order_seed, "cells": [one.name for one in plan.requests]}
    write_text(folder / ORDER, json.dumps(order, indent=1) + "\n")


def run(plan: Plan, folder: Path, jobs: int, force: bool = False) -> None:
    """Writes a record of each cell into `folder`; force: also of those that the store has.

    Raises RunFailed, or the class that all failures have, after all others have been written. On KeyboardInterrupt every
    machine is ended.
    """
    boot.remove_abandoned()
    if plan.order_seed is not None:
        _write_order(plan, folder)
    progress = Progress(len(plan.requests))
    with ThreadPoolExecutor(jobs) as pool:
        try:
            pending = {
                pool.submit(_work, one, folder / f"{one.name}.jsonl", force, progress): one.name for one in plan.requests
            }
            ending = _gather(pending, progress)
        except KeyboardInterrupt:
            process.stop_all()
            pool.shutdown(cancel_futures=True)
            raise
    _complain(ending, len(plan.requests))

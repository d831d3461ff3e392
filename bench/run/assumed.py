# SPDX-License-Identifier: BSD-2-Clause
"""What is the headline with each assumed parameter at either end of its range? One image, a boot for each end.

The parameters are those of a copy of the machine's folder in which one value differs; the boots are not recorded.
"""

import shutil
import tempfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analysis import assumed, observations
from analysis.assumed import Effect, Parameter
from bench.run import build, catalog, runner
from bench.run.errors import LabError, RunFailed
from boot.machines.machine import Machine

VARIANT, BENCHMARK, CASE = "liedtke93", "pingpong", "two-large-large-8-warm"
NAME = f"{VARIANT}, {BENCHMARK} {CASE}"


@contextmanager
def _varied(machine: Machine, values: Mapping[Parameter, int]) -> Iterator[Machine]:
    """The machine with other parameter files."""
    with tempfile.TemporaryDirectory(prefix="l4lab-") as name:
        folder = Path(name) / machine.name
        shutil.copytree(machine.folder, folder)
        for parameter, value in values.items():
            path = folder / parameter.file
            path.write_text(assumed.with_value(path.read_text(), parameter, value))
        yield replace(machine, parameters=folder)


def _headline(prepared: runner.Prepared, machine: Machine) -> float:
    board = prepared.request.board
    assert board is not None
    request = replace(prepared.request, machine=machine)
    changed = replace(prepared, request=request, model_hash=build.model_hash(machine, board))
    [found] = observations.of(runner.perform(changed).record)
    if found.cycles is None:
        raise RunFailed(f"{NAME} has no cycles")
    return found.cycles


def _effect(prepared: runner.Prepared, parameter: Parameter) -> Effect:
    def at(value: int | None) -> float | None:
        if value is None:
            return None
        with _varied(prepared.request.machine, {parameter: value}) as machine:
            return _headline(prepared, machine)

    return Effect(parameter, at(parameter.low), at(parameter.high))


def _unseen(prepared: runner.Prepared, headline: float) -> list[Effect]:
    """The forms of which the midpoint may be charged. All at their minima and all at their maxima first: if that changes nothing, none of them is on the
    path, and no form need be run alone.
    """
    machine = prepared.request.machine
    forms = assumed.unseen(machine.folder)
    for ends in ({one: one.low for one in forms}, {one: one.high for one in forms}):
        with _varied(machine, {one: end for one, end in ends.items() if end is not None}) as changed:
            if _headline(prepared, changed) != headline:
                return [_effect(prepared, one) for one in forms]
    return [Effect(one, headline, headline) for one in forms]


def effects(machine: Machine, only: Container[str] | None = None) -> tuple[float, list[Effect]]:
    """The headline in one-way cycles, and what each assumed parameter of its board does to it; or only those with the
    given keys, and no form of which the midpoint may be charged.
    """
    board = machine.default_board
    assert board is not None
    try:
        found = assumed.parameters(machine.folder, board)
    except assumed.AssumedError as error:
        raise LabError(str(error)) from error
    request = runner.Request(catalog.variant(VARIANT), BENCHMARK, machine, board, CASE, campaign="assumed")
    prepared = runner.prepare(request)
    headline = _headline(prepared, machine)
    if only is not None:
        return headline, [_effect(prepared, parameter) for parameter in found if parameter.key in only]
    return headline, [_effect(prepared, parameter) for parameter in found] + _unseen(prepared, headline)

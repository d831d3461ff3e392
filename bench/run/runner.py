# SPDX-License-Identifier: BSD-2-Clause
"""How does a request become a record? Build, boot, judge, and once more with a trace if one was asked for."""

import argparse
import fnmatch
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis import records, statistics, steps
from analysis.dwarf import Program
from bench.run import boot as booting
from bench.run import build, catalog, record
from bench.run.errors import RunFailed, Skipped, TimeLimit, UsageError
from bench.run.storage import write_text
from boot.machines.machine import Boot, Machine, Trace

EVERY_CASE = "*"
# What a machine's self-test runs: a few hundred ways into the kernel and back to user level.
SELF_TEST = ("liedtke93", "pingpong", "one-large-large-8-warm")


@dataclass(frozen=True)
class TraceRequest:
    """sample None means: the one that stands for the case."""

    case: str
    sample: int | None = None


@dataclass(frozen=True)
class Request:
    variant: catalog.Variant
    benchmark: str
    machine: Machine
    board: str | None
    cases: str = EVERY_CASE
    campaign: str = "single"
    trace: TraceRequest | None = None
    layout: build.Layout = build.AS_WRITTEN
    tree: build.Tree | None = None

    @property
    def name(self) -> str:
        return f"{self.variant.name}.{self.benchmark}.{self.machine.name}.{self.layout.name}"

    def placed(self, number: int, seed: int) -> list["Request"]:
        """This request in `number` generated layouts, or as it is if that is 0."""
        layouts = [build.Layout(place, seed) for place in range(1, number + 1)]
        return [replace(self, layout=layout) for layout in layouts] or [self]


def requested(arguments: argparse.Namespace, machine: Machine, trace: TraceRequest | None) -> Request:
    """What a command line with --variant, --axis, --benchmark, --board and --case asks for. Raises UsageError."""
    return Request(
        catalog.variant(arguments.variant, arguments.axis),
        catalog.benchmark(arguments.benchmark),
        machine,
        catalog.board(machine, arguments.board),
        catalog.case_glob(arguments.case),
        trace=trace,
    )


@dataclass(frozen=True)
class Prepared:
    """A request whose image and plugin are built and whose hashes are therefore known."""

    request: Request
    image: build.Image
    plugin: Path | None
    image_hash: str
    model_hash: str | None


@dataclass(frozen=True)
class Outcome:
    """steps: the attributed trace, if one was asked for."""

    record: records.Record
    steps: str | None

    def write(self, path: Path) -> None:
        record.write(self.record, path)
        if self.steps is not None:
            write_text(path.with_suffix(".steps.tsv"), self.steps)


def _plan(request: Request, folder: Path, model_hash: str | None, trace: Trace | None = None) -> Boot:
    return Boot(folder, request.benchmark, request.cases, request.board, model_hash, trace)


def prepare(request: Request) -> Prepared:
    only = request.benchmark if request.layout.number or request.tree else None
    image = build.image(request.variant, request.layout, tree=request.tree, only=only)
    plugin = build.plugin() if request.machine.model else None
    digest = build.model_hash(request.machine, request.board) if request.board else None
    lines = _plan(request, Path(), digest).module_lines(request.machine)
    return Prepared(request, image, plugin, build.image_hash(image.files(request.benchmark), lines), digest)


def run_line(prepared: Prepared) -> records.Line:
    """The first line of this request's record."""
    request = prepared.request
    plan = _plan(request, Path(), prepared.model_hash)
    return record.run_line(prepared.image, request.machine, plan, request.campaign, prepared.image_hash)


def _once(prepared: Prepared, trace: Trace | None = None) -> tuple[records.Record, str | None]:
    request = prepared.request
    with booting.private_folder(request.machine.memory_mib) as folder, booting.explained(folder, request.name):
        plan = _plan(request, folder, prepared.model_hash, trace)
        result = booting.run(request.machine, plan, prepared.image, prepared.plugin)
        return record.build(result, run_line(prepared), request.machine), result.trace


def _trace_of(request: TraceRequest, first: records.Record) -> Trace:
    """Where the asked sample is. Raises UsageError if the case was not run or has no such sample."""
    names = [line["case"] for line in first.samples]
    number = names.index(catalog.known("case", request.case, names))
    line = first.samples[number]
    if line["values"] is None or line["counts"] is None:
        raise UsageError(f"machine {first.run['machine']} has no cycle model, so there is nothing to trace")
    sample = request.sample
    if sample is None:
        sample = statistics.settle(line["values"], line["counts"]["ticks"]).index
    if sample >= len(line["values"]):
        raise UsageError(f"case {request.case} has the samples 0 to {len(line['values']) - 1}, not {sample}")
    return Trace(number, sample)


def _check_trace(text: str, cycles: int) -> None:
    total = sum(row.cycles for row in steps.rows(text))
    if total != cycles:
        raise RunFailed(f"the trace sums to {total} cycles and the sample took {cycles}")


def _why(said: str, error: Exception) -> str:
    """What the machine said of its failure: the line that names KVM, or its last one."""
    lines = said.strip().splitlines()
    named = [line for line in lines if "KVM" in line]
    return (named or lines[-1:] or str(error).splitlines())[0]


@cache
def why_not(machine: Machine) -> str | None:
    """Why this machine is of no use here, None if it is of use: its self-test, a short boot with a time limit."""
    if machine.self_test_seconds is None:
        return None
    variant, benchmark, case = SELF_TEST
    brief = replace(machine, timeout_seconds=machine.self_test_seconds)
    prepared = prepare(Request(catalog.variant(variant), benchmark, brief, None, case))
    with booting.private_folder(machine.memory_mib) as folder:
        try:
            booting.run(brief, _plan(prepared.request, folder, None), prepared.image, None)
        except (RunFailed, TimeLimit) as error:
            errors = folder / booting.ERRORS
            return f"its self-test failed: {_why(errors.read_text() if errors.exists() else '', error)}"
    return None


def require(machine: Machine) -> None:
    """Raises Skipped if the machine is of no use here."""
    why = why_not(machine)
    if why is not None:
        raise Skipped(f"skipped: machine {machine.name}: {why}")


def perform(prepared: Prepared) -> Outcome:
    """Runs a request. A traced one boots twice, and the second boot must repeat the first, sample by sample."""
    require(prepared.request.machine)
    first, _ = _once(prepared)
    wanted = prepared.request.trace
    if wanted is None:
        return Outcome(first, None)
    place = _trace_of(wanted, first)
    second, trace = _once(prepared, place)
    if second.lines != first.lines:
        raise RunFailed(f"{prepared.request.name}: two boots of one image differ: the machine is not deterministic")
    try:
        kernel, task = Program(prepared.image.folder / "kernel.elf"), Program(
            prepared.image.files(prepared.request.benchmark)[-1]
        )
        text = steps.attribute(trace or "", kernel, task)
        _check_trace(text, first.samples[place.case]["values"][place.sample])
    except steps.TraceError as error:
        raise RunFailed(f"{prepared.request.name}: {error}") from error
    return Outcome(first, text)


def cases(variant: catalog.Variant, benchmark: str) -> list[str]:
    """The cases of a benchmark in their order, from a boot without a model; remembered until the image changes."""
    prepared = prepare(Request(variant, benchmark, catalog.machine("qemu"), None))
    store = prepared.image.folder / f"{benchmark}.cases.json"
    if store.exists():
        remembered = json.loads(store.read_text())
        if remembered["image_hash"] == prepared.image_hash:
            return [str(name) for name in remembered["cases"]]
    found = [line["case"] for line in _once(prepared)[0].samples]
    write_text(store, json.dumps({"image_hash": prepared.image_hash, "cases": found}) + "\n")
    return found


def check_cases(request: Request) -> None:
    """Raises UsageError if the pattern or the traced case names nothing."""
    if request.cases == EVERY_CASE and request.trace is None:
        return
    names = cases(request.variant, request.benchmark)
    chosen = [name for name in names if fnmatch.fnmatchcase(name, request.cases)]
    if not chosen:
        catalog.known("case", request.cases, names)
    if request.trace is not None:
        catalog.known("case", request.trace.case, chosen)

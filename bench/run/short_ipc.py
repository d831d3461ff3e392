# SPDX-License-Identifier: BSD-2-Clause
"""How does the Pentium's short IPC between small spaces stand beside Liedtke's, as a whole and by its parts?

HotOS'97 gives 121 cycles one way; its parts are recalled. Ours is `liedtke`, 8 bytes, warm, both tasks small, from a
traced round trip on the machine's default board; half of it is one way. The second comparison is the round trip of the
benchmark `working_set` between tasks of 48 pages: what it costs more in large spaces than in small ones, beside the 864 cycles
of a full TLB refill.
"""

from collections.abc import Iterable

from analysis import observations, published, steps
from analysis.steps import Row
from analysis.validation import EndToEnd
from bench.run import catalog, runner
from bench.run.errors import RunFailed
from boot.machines.machine import Machine

MACHINE = "pentium"
VARIANT, BENCHMARK, CASE = "liedtke", "pingpong", "two-small-small-8-warm"
SEGMENT_LOADS = tuple(f"mov {register}, " for register in ("ds", "es", "fs", "gs"))
WORKING_SET, PAGES = "working_set", 48
OURS = "ours: liedtke, 8 bytes, two small tasks, warm, one way"


def _one_way(rows: Iterable[Row]) -> float:
    return sum(row.cycles for row in rows) / 2


def _parts(rows: list[Row]) -> dict[str, float]:
    """One-way cycles by the published quantity; together they are the whole."""
    entering = [row for row in rows if row.step == steps.ENTER]
    leaving = [row for row in rows if row.step == steps.LEAVE]
    segments = [row for row in rows if row.text.startswith(SEGMENT_LOADS)]
    parts = {
        "enter_kernel_cycles": _one_way(entering),
        "leave_kernel_cycles": _one_way(leaving),
        "segment_register_cycles": _one_way(segments),
    }
    return {**parts, "kernel_and_stub_cycles": _one_way(rows) - sum(parts.values())}


def _figure(quantity: str, name: str, confidence: str, modelled: float, board: str, note: str) -> EndToEnd:
    figure = published.find("small_spaces", "Pentium", quantity)
    source = f"{figure.source}, {figure.label}" if figure.label else figure.source
    return EndToEnd(name, figure.value, modelled, "cycles", "other_kernel", confidence, source, board, note)


def _short(machine: Machine, board: str) -> list[EndToEnd]:
    request = runner.Request(
        catalog.variant(VARIANT), BENCHMARK, machine, board, CASE, "short_ipc", runner.TraceRequest(CASE)
    )
    outcome = runner.perform(runner.prepare(request))
    [seen] = observations.of(outcome.record)
    if seen.cycles is None or outcome.steps is None:
        raise RunFailed(f"{request.name} has no cycles")
    parts = _parts(list(steps.rows(outcome.steps)))
    names = {
        "enter_kernel_cycles": ("  of which entering the kernel", "the int instruction"),
        "leave_kernel_cycles": ("  of which leaving the kernel", "the iretd instruction"),
        "segment_register_cycles": ("  of which segment registers", "loads of DS, ES, FS and GS"),
        "kernel_and_stub_cycles": ("  of which kernel and user code", "everything else"),
    }
    whole = _figure("small_spaces_one_way_cycles", "short IPC, small spaces", "A", seen.cycles, board, OURS)
    return [whole] + [
        _figure(quantity, *names[quantity][:1], "C", cycles, board, names[quantity][1]) for quantity, cycles in parts.items()
    ]


def _refill(machine: Machine, board: str) -> EndToEnd:
    request = runner.Request(catalog.variant(VARIANT), WORKING_SET, machine, board, f"*-{PAGES}", "short_ipc")
    seen = {one.line["case"]: one for one in observations.of(runner.perform(runner.prepare(request)).record)}
    large, small = (seen[f"{space}-{PAGES}"] for space in ("large", "small"))
    more = (large.cycles or 0) - (small.cycles or 0)
    note = f"ours: a round trip of liedtke, large over small spaces, {PAGES} pages each; a walk takes longer on this board than 9"
    return _figure("full_tlb_refill_cycles", "working set lost with the TLB", "A", more, board, note)


def figures(machine: Machine) -> list[EndToEnd]:
    board = machine.default_board
    assert board is not None
    return [*_short(machine, board), _refill(machine, board)]

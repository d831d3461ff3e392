# SPDX-License-Identifier: BSD-2-Clause
"""Are the modelled cycles of IPC what must hold whatever their exact values: relations, loads of CR3, and the guard rails
that keep the replaced techniques real designs?

The guard rails count clocks of instructions: stalls for caches, TLB and write buffers belong to the board.
"""

import itertools
import re
from typing import Any

import lab
import pytest

MOVS_SETUP, MOVS_WORD, WORDS_4096 = 12, 3, 1024
ONE_COPY = MOVS_SETUP + MOVS_WORD * WORDS_4096
WINDOW, WINDOW_BYTES = 0xFF000000, 2 << 22
SHORT = "two-large-large-8-warm"
LONG = "two-large-large-4096-warm"
Results = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=["liedtke93", "baseline"])
def every_case(request: pytest.FixtureRequest) -> Results:
    return lab.results(request.param, "*")


def cycles(results: Results, tasks: str, temperature: str) -> list[float]:
    """One-way cycles of the cases between large spaces, by bytes; cases with a load of threads are none of them."""
    chosen = [r for r in results.values() if r["case"] == f"{tasks}-large-large-{r['bytes']}-{temperature}"]
    assert chosen
    return [cycles for _, cycles in sorted((r["bytes"], r["one_way_cycles"]) for r in chosen)]


def test_two_tasks_are_not_faster_than_one(every_case: Results) -> None:
    two = cycles(every_case, "two", "warm")
    one = cycles(every_case, "one", "warm")
    assert len(two) == len(one)
    assert all(a >= b for a, b in zip(two, one)), (two, one)


@pytest.mark.parametrize("tasks", ["two", "one"])
def test_more_bytes_are_not_faster(every_case: Results, tasks: str) -> None:
    warm = cycles(every_case, tasks, "warm")
    assert all(a <= b for a, b in itertools.pairwise(warm)), warm


@pytest.mark.parametrize("tasks", ["two", "one"])
def test_cold_is_not_faster_than_warm(every_case: Results, tasks: str) -> None:
    cold, warm = (cycles(every_case, tasks, t) for t in ("cold", "warm"))
    assert len(cold) == len(warm)
    assert all(a >= b for a, b in zip(cold, warm)), (cold, warm)


def test_short_ipc_of_liedtke93_takes_at_most_300_cycles() -> None:
    result = lab.results("liedtke93", SHORT)[SHORT]
    assert result["board"] == "async-l2", "the board is part of the promise"
    assert 0 < result["one_way_cycles"] <= 300


@pytest.mark.parametrize("variant,case,loads", [
    ("liedtke93", SHORT, 1),
    ("baseline", SHORT, 1),
    ("liedtke93", "one-large-large-8-warm", 0),
    ("liedtke", "two-small-small-8-warm", 0),
])  # fmt: skip
def test_cr3_loads_of_one_way(variant: str, case: str, loads: int) -> None:
    assert lab.results(variant, case)[case]["cr3_loads"] == loads


def test_tlb_misses_follow_cr3_loads() -> None:
    """After a load of CR3 nothing is in the TLB: at least kernel code, kernel data, control block, user code and stack."""
    result = lab.results("liedtke93", SHORT)[SHORT]
    assert result["tlb_misses"] >= 5 * result["cr3_loads"]


def test_eager_insert_and_remove_take_at_most_40_clocks() -> None:
    steps = lab.trace("liedtke93-no-queue", SHORT)
    remove = lab.clocks_in(steps, {"queue_block", "ready_remove"})
    insert = lab.clocks_in(steps, {"queue_run", "queue_wake", "ready_append"})
    assert remove > 0 and insert > 0
    assert insert + remove <= 40


@pytest.mark.parametrize("variant", ["liedtke93-no-handoff", "baseline"])
def test_pick_of_the_scheduler_takes_at_most_60_clocks(variant: str) -> None:
    pick = lab.clocks_in(lab.trace(variant, SHORT), {"queue_pick"})
    assert 0 < pick <= 60


def test_timer_ticks_in_timed_runs() -> None:
    assert lab.results("liedtke93", "*-load")["two-large-large-8-load"]["ticks"] > 0


def test_double_copy_takes_at_most_2_3_single_copies() -> None:
    steps = lab.trace("liedtke93-no-transfer", LONG)
    copy = lab.clocks_in(steps, {"transfer_words", "copy_words", "copy_words_move"})
    # Both copies are in it; words 0-2 are in registers.
    assert 2 * (ONE_COPY - MOVS_WORD * 3) <= copy <= 2.3 * ONE_COPY


def test_temporary_mapping_copies_once_through_the_window() -> None:
    steps = lab.trace("liedtke93", LONG)
    moves = [step for step in steps if step.segment == lab.CALL and step.text.startswith("rep movs")]
    assert len(moves) == 1
    target = re.search(r"\bto=([0-9A-F]{8})\b", moves[0].notes)
    assert target and WINDOW <= int(target[1], 16) < WINDOW + WINDOW_BYTES

# SPDX-License-Identifier: BSD-2-Clause
"""Do the benchmarks run, and are their modelled cycles what must hold whatever the exact values?"""

import itertools
from functools import cache
from typing import Any

import lab
import pytest

from bench.run import catalog

Results = dict[str, dict[str, Any]]
BESIDE_PINGPONG = [name for name in catalog.benchmarks() if name != "pingpong"]


@cache
def results(benchmark: str, variant: str = "liedtke93") -> Results:
    return lab.results(variant, "*", benchmark=benchmark)


def cycles(benchmark: str, case: str, variant: str = "liedtke93") -> float:
    """Of one operation, or one way."""
    result = results(benchmark, variant)[case]
    return float(result["operation_cycles"] or result["one_way_cycles"])


def series(benchmark: str, stem: str, variant: str = "liedtke93") -> list[float]:
    """Cycles of the cases STEM-N, by N."""
    found = [case for case in results(benchmark, variant) if case.rpartition("-")[0] == stem]
    assert len(found) > 2
    return [cycles(benchmark, case, variant) for case in sorted(found, key=lambda case: int(case.rpartition("-")[2]))]


def grows(values: list[float]) -> bool:
    return all(a <= b for a, b in itertools.pairwise(values))


@pytest.mark.parametrize("variant", ["liedtke", "baseline"])
@pytest.mark.parametrize("benchmark", BESIDE_PINGPONG)
def test_runs_without_a_model(benchmark: str, variant: str) -> None:
    """On machine qemu, with small spaces and with none of the techniques; its own checks must pass."""
    found = lab.results(variant, "*", "qemu", benchmark=benchmark)
    assert found and all(result["one_way_instructions"] or result["operation_instructions"] for result in found.values())


def test_null_calls_cost_at_least_entry_and_return() -> None:
    enter_and_leave = 107
    assert len(results("null_calls")) == 7
    assert all(result["operation_cycles"] > enter_and_leave for result in results("null_calls").values())


def test_switching_between_tasks_costs_a_load_of_cr3_and_is_not_faster() -> None:
    assert results("thread_operations")["switch-two"]["cr3_loads"] == 1
    assert results("thread_operations")["switch-one"]["cr3_loads"] == 0
    assert cycles("thread_operations", "switch-two") >= cycles("thread_operations", "switch-one")


def space_switch(space: str, variant: str = "liedtke") -> list[float]:
    """Cycles of the switch between two tasks more than between two threads of one, by the pages touched."""
    both = zip(series("space_switch", f"two-{space}", variant), series("space_switch", f"one-{space}", variant))
    return [two - one for two, one in both]


def test_only_a_switch_by_page_tables_loads_cr3() -> None:
    for case, result in results("space_switch", "liedtke").items():
        assert result["cr3_loads"] == case.startswith("two-large"), case


def test_a_switch_by_page_tables_costs_at_least_the_walks_that_it_brings() -> None:
    least_clocks_of_a_walk = 9
    found = results("space_switch", "liedtke")
    for pages, cost in zip((0, 2, 4, 8, 12), space_switch("large")):
        walks = found[f"two-large-{pages}"]["tlb_misses"] - found[f"one-large-{pages}"]["tlb_misses"]
        assert cost > least_clocks_of_a_walk * walks > least_clocks_of_a_walk * pages


def test_a_fuller_tlb_makes_a_switch_by_page_tables_dearer() -> None:
    found = {case: cycles("space_switch", case, "liedtke") for case in results("space_switch", "liedtke")}
    nothing, half, full = (found[f"two-large-{n}"] - found[f"one-large-{n}"] for n in ("0", "alone-14", "alone-28"))
    assert nothing < half < full


def test_the_more_pages_the_dearer_is_a_switch_by_page_tables() -> None:
    assert grows(space_switch("large"))


def test_a_switch_by_segments_is_cheaper_than_one_by_page_tables() -> None:
    assert all(0 < small < large for small, large in zip(space_switch("small"), space_switch("large")))


def test_a_block_that_is_there_saves_its_making() -> None:
    assert cycles("thread_operations", "thread-create-new") >= cycles("thread_operations", "thread-create-again")


def test_a_link_of_a_longer_chain_is_hardly_cheaper() -> None:
    """More tasks need more lines and TLB entries; but the chain's two ends are shared by more links."""
    links = series("chain", "chain")
    assert links[-1] > links[0] and all(later > 0.98 * earlier for earlier, later in itertools.pairwise(links))


def test_a_chain_of_two_is_pingpong() -> None:
    short = lab.results("liedtke93", "two-large-large-12-warm")["two-large-large-12-warm"]["one_way_cycles"]
    assert cycles("chain", "chain-2") == pytest.approx(short, rel=0.05)


def test_every_message_between_tasks_loads_cr3_once() -> None:
    assert {result["cr3_loads"] for result in results("chain").values()} == {1}


def test_a_queue_of_clients_does_not_make_requests_dearer() -> None:
    """The first of a first-come queue is found at once: no case costs more than the one without a queue."""
    values = series("fan_in", "clients")
    assert max(values) <= values[0]


def test_handing_a_request_on_costs_more_than_answering_it() -> None:
    values = series("workers", "workers")
    assert all(value > values[0] for value in values[1:])


@pytest.mark.parametrize("kind", ["no-call", "large"])
def test_more_pages_are_not_cheaper(kind: str) -> None:
    assert grows(series("working_set", kind))


def test_a_call_costs_at_least_the_pages_it_makes_the_client_load_again() -> None:
    calls, none = series("working_set", "large"), series("working_set", "no-call")
    assert all(call > no_call for call, no_call in zip(calls, none))


def test_small_spaces_keep_the_clients_pages_in_the_tlb() -> None:
    found = results("working_set", "liedtke")
    for pages in (2, 4, 8, 16):
        assert found[f"small-{pages}"]["cr3_loads"] == 0 < found[f"large-{pages}"]["cr3_loads"]
        assert found[f"small-{pages}"]["tlb_misses"] < found[f"large-{pages}"]["tlb_misses"]


def test_a_page_fault_costs_at_least_a_call() -> None:
    assert all(cycles("page_fault", case) > 2 * cycles("chain", "chain-2") for case in ("read", "write", "upgrade"))


@pytest.mark.parametrize("stem", ["map", "unmap", "unmap-chain"])
def test_more_pages_and_more_owners_take_longer(stem: str) -> None:
    assert grows(series("map_unmap", stem))


def test_an_error_code_is_not_free() -> None:
    assert cycles("exception_handling", "protection") >= cycles("exception_handling", "divide") > 107


def test_an_interrupt_costs_at_least_the_write_that_raises_it_and_entry_and_return() -> None:
    enter_and_leave = 107
    raised, unraised = [case for case in results("interrupt") if case != "port-write"], cycles("interrupt", "port-write")
    assert raised == ["one-large", "two-large-large"]
    assert all(cycles("interrupt", case) > unraised + enter_and_leave for case in raised)


def test_a_driver_in_another_space_costs_a_load_of_cr3_unless_one_of_the_spaces_is_small() -> None:
    found = {case: result for case, result in results("interrupt", "liedtke").items() if case != "port-write"}
    assert len(found) == 6
    assert [case for case, result in found.items() if result["cr3_loads"]] == ["two-large-large"]
    dearest = cycles("interrupt", "two-large-large", "liedtke")
    assert all(cycles("interrupt", case, "liedtke") < dearest for case in found if case != "two-large-large")


@pytest.mark.parametrize("variant", ["liedtke93", "baseline"])
@pytest.mark.parametrize(
    ("benchmark", "stem"),
    [("timeouts", "endless"), ("timeouts", "finite"), ("ready_queue", "ready"), ("existing_threads", "threads")],
)
def test_ipc_does_not_cost_more_the_more_threads_there_are(benchmark: str, stem: str, variant: str) -> None:
    """From the second case on; the first has nobody else, and so no neighbour in a list whose block must be touched."""
    alone, *among_others = series(benchmark, stem, variant)
    assert max(among_others) <= 1.03 * min(among_others)
    assert max(among_others) <= 1.1 * alone


@pytest.mark.parametrize("variant", ["liedtke93", "baseline"])
def test_ten_thousand_threads_exist(variant: str) -> None:
    """The crowd checks the state of each; the run fails if one is missing."""
    assert max(int(case.rpartition("-")[2]) for case in results("existing_threads", variant)) == 10_000


def test_driving_more_out_of_the_caches_is_not_cheaper() -> None:
    assert cycles("cold", "after-0") < cycles("cold", "after-65536") < cycles("cold", "after-524288")
    assert cycles("cold", "after-0") < cycles("cold", "after-8192")


def test_a_file_server_costs_more_than_its_functions_called_directly() -> None:
    for case in results("file_server"):
        if case.startswith("rpc-"):
            assert cycles("file_server", case) > cycles("file_server", case.replace("rpc", "function"))


@pytest.mark.parametrize(("benchmark", "stem"), [("file_server", "rpc-read"), ("datagram", "loopback")])
def test_more_bytes_take_longer(benchmark: str, stem: str) -> None:
    assert grows(series(benchmark, stem))


def test_a_process_costs_more_than_a_call_and_its_life_more_than_its_making() -> None:
    rpc, spawn, life = (cycles("process_server", case) for case in ("rpc", "spawn", "spawn-wait"))
    assert rpc < spawn < life


def test_a_megabyte_in_larger_chunks_is_not_slower() -> None:
    assert grows(list(reversed(series("pipeline", "chunks"))))


def test_a_megabyte_costs_at_least_three_copies_of_its_dwords() -> None:
    clocks_by_dword, copies = 3, 3
    assert min(series("pipeline", "chunks")) > copies * clocks_by_dword * (1 << 20) / 4


def test_no_message_beats_one_copy_of_its_bytes() -> None:
    found = results("sizes")
    for case in found:
        kind, _, number = case.rpartition("-")
        if kind == "dwords":
            assert cycles("sizes", case) > cycles("sizes", f"copy-{number}")


@pytest.mark.parametrize("stem", ["dwords", "strings", "copy"])
def test_more_of_a_message_takes_longer(stem: str) -> None:
    assert grows(series("sizes", stem))


@pytest.mark.parametrize("stem", ["map", "grant"])
def test_four_megabytes_take_longer_than_one_page(stem: str) -> None:
    assert cycles("sizes", f"{stem}-4194304") > cycles("sizes", f"{stem}-4096")

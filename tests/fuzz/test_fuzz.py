# SPDX-License-Identifier: BSD-2-Clause
"""Does the kernel stand up to a short run of hostile calls, does a seed replay, and do the invariants notice damage?"""

import struct
from collections.abc import Callable
from pathlib import Path

import fuzz
import guest
import invariants
import pytest
import stacks
from dump import PAGE, PHYSICAL_ALIAS, Kernel, Memory

from bench.run import process

CALLS = 6000
SECONDS = 60


@pytest.mark.parametrize("variant", ["liedtke93", "liedtke", "baseline"])
def test_short_run(variant: str) -> None:
    image = guest.Image(variant)
    result = fuzz.run(image, 1, CALLS)
    assert result.problems == []
    assert fuzz.shortcomings(result, image) == []
    assert result.calls >= CALLS


def test_same_seed_makes_the_same_calls() -> None:
    first, second, other = (fuzz.run(guest.Image("liedtke93"), seed, 2000) for seed in (3, 3, 4))
    assert (first.calls, first.counts) == (second.calls, second.counts)
    assert first.counts != other.counts


def test_seeds_share_the_calls() -> None:
    shares = list(fuzz.seeds(5, 2 * fuzz.CALLS_PER_BOOT + 10))
    assert shares == [(5, fuzz.CALLS_PER_BOOT), (6, fuzz.CALLS_PER_BOOT), (7, 10)]


def test_a_long_run_must_meet_everything() -> None:
    image = guest.Image("liedtke93")
    result = fuzz.Result(calls=fuzz.CALLS_FOR_EVERYTHING)
    found = fuzz.shortcomings(result, image)
    assert "no IPC ended with E0" in found
    assert "ipc_break() was never reached" in found


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A kernel and its memory after a guest program, without anything broken."""
    folder = guest.build(guest.Image("liedtke93"), fuzz.TARGETS)
    scratch = tmp_path_factory.mktemp("sound")
    process.run(fuzz.command(1, 500, scratch), SECONDS, folder)
    ram = (scratch / "ram").read_bytes()
    assert invariants.broken(folder / "kernel.elf", scratch / "ram") == []
    return folder / "kernel.elf", ram


Damage = Callable[[Memory], tuple[int, int]]


def _root(memory: Memory) -> int:
    return next(thread for thread in invariants.State(memory).threads if memory.field("tcb", thread, "id") == 0x04040001)


def _sigma0(memory: Memory) -> int:
    return next(thread for thread in invariants.State(memory).threads if memory.field("tcb", thread, "id") == 0x04020001)


def _tcb_word(thread: int, memory: Memory, name: str) -> int:
    return memory.physical(thread + memory.kernel.fields("tcb")[name].offset)


def _node(memory: Memory) -> int:
    return next(node for _, _, node in invariants.State(memory).trees())


def _users_page(memory: Memory) -> int:
    return next(frame for frame, _, _ in invariants.State(memory).trees()) * PAGE


# Each changes one word of memory: (physical address, new value).
DAMAGES: dict[str, Damage] = {
    "ready_lists": lambda m: (_tcb_word(_sigma0(m), m, "ready.next"), _root(m)),
    "send_queues": lambda m: (_tcb_word(_root(m), m, "send_queue"), _sigma0(m)),
    "wakeup_list": lambda m: (m.kernel.symbols["first_timed"] - PHYSICAL_ALIAS, _sigma0(m)),
    "transfers": lambda m: (_tcb_word(_root(m), m, "transfer.partner"), PHYSICAL_ALIAS),
    "mapping_trees": lambda m: (_node(m) - PHYSICAL_ALIAS + m.kernel.fields("mapping")["place.page"].offset, 0x7000),
    "frames": lambda m: (m.kernel.symbols["first_free"] - PHYSICAL_ALIAS, 0),
    "only_first_tasks": lambda m: (_tcb_word(_sigma0(m), m, "id"), 0x04070001),
    "kernel_stacks": lambda m: (_users_page(m), int.from_bytes(stacks.paint(), "little")),
    "kernel_code": lambda m: (m.kernel.code()[0] - PHYSICAL_ALIAS, 0x90909090),
}


def test_every_invariant_has_its_damage() -> None:
    assert set(DAMAGES) == {check.__name__ for check in invariants.CHECKS}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_noticed(name: str, sound: tuple[Path, bytes], tmp_path: Path) -> None:
    kernel, ram = sound
    address, value = DAMAGES[name](Memory(Kernel(kernel), ram))
    damaged = ram[:address] + struct.pack("<I", value) + ram[address + 4 :]
    (tmp_path / "ram").write_bytes(damaged)
    assert any(sentence.startswith(f"{name}:") for sentence in invariants.broken(kernel, tmp_path / "ram"))

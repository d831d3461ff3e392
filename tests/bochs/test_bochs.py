# SPDX-License-Identifier: BSD-2-Clause
"""Does the kernel protect its tasks on a machine that checks segments as the processor's manual says?

By default the guest tests that depend on what the processor checks; all of them with BOCHS_ALL=1, as `make conformance` has it.
"""

import json
import os
import sys
import time
from pathlib import Path

import emulator
import guest
import pytest

from bench.run import process

OF_THE_PROCESSOR = (
    *("badargs", "debug_registers", "exceptions", "fpu", "interrupts", "io_ports", "ipc_selftest", "pagefaults"),
    *("segments", "spaces", "string_bounds", "user_exceptions", "v86", "vectors"),
)
ALL = sorted(path.stem for path in (guest.ROOT / "tests/guest").glob("*.c") if path.stem != "limits")
PROGRAMS = ALL if "BOCHS_ALL" in os.environ else OF_THE_PROCESSOR
RUN_SECONDS = 120
# Far below the machine's time limit: a refused image must not look like a hang.
REFUSED_SECONDS = 30


def built(variant: str, *programs: str) -> Path:
    folder: Path = guest.build(guest.Image(variant), ["kernel.elf", "sigma0.elf", *(f"{name}.elf" for name in programs)])
    return folder


@pytest.mark.parametrize("program", PROGRAMS)
def test_guest_program(program: str) -> None:
    assert emulator.problems(emulator.log_of(built("liedtke", *PROGRAMS), program), program) == []


@pytest.mark.parametrize("variant", ["liedtke", "baseline-plus-space"])
def test_small_space_ends_at_its_limit(variant: str) -> None:
    """The last byte is inside and the next one outside, for every kind of access and every segment."""
    log = emulator.log_of(built(variant, "limits"), "limits")
    assert "@note segments=checked" in log, "the machine does not check segments: nothing was tried"
    assert emulator.problems(log, "limits") == []


def test_large_space_ends_at_its_limit() -> None:
    """Without small spaces the same accesses stay in the task's own pages."""
    log = emulator.log_of(built("liedtke93", "limits"), "limits")
    assert emulator.problems(log, "limits") == []


def test_pingpong_runs_as_a_benchmark() -> None:
    command = [sys.executable, "l4lab", "run", "--variant", "liedtke", "--benchmark", "pingpong", "--machine", "bochs"]
    ended = process.run([*command, "--case", "two-*-8-warm", "--json"], RUN_SECONDS, guest.ROOT)
    assert ended.status == 0, ended.errors
    results = json.loads(ended.output)["results"]
    pairs = {(result["client_space"], result["server_space"]) for result in results}
    assert pairs == {(client, server) for client in ("large", "small") for server in ("large", "small")}
    assert {(result["machine"], result["one_way_cycles"]) for result in results} == {("bochs", None)}


def test_refused_image_ends_at_once_and_says_why(tmp_path: Path) -> None:
    """GRUB's reason is in the log, and Bochs has ended by itself."""
    folder = built("liedtke", "spaces")
    for name in ("sigma0.elf", "spaces.elf"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "kernel.elf").write_bytes(bytes(len((folder / "kernel.elf").read_bytes())))
    begin = time.monotonic()
    log = emulator.log_of(tmp_path, "spaces")
    assert "error: no multiboot header found" in log
    assert time.monotonic() - begin < REFUSED_SECONDS

# SPDX-License-Identifier: BSD-2-Clause
"""Does `l4lab attach` time kernels of other shapes as the documents say, and stop where the model knows nothing?

Clocks are those of the board `ideal` with everything warm, added by hand from the clock tables.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bench.run import process
from bench.run.foreign import Names
from bench.run.paths import ROOT

HERE = Path(__file__).resolve().parent
COMPILER = ["i686-linux-gnu-gcc", "-m32", "-march=i486", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none"]
COMPILER += ["-Wl,-z,noseparate-code,--no-warn-rwx-segments"]
OFFSET = 0xC0000000
LINK_BASE = OFFSET + 0x200000
SECONDS = 120
USAGE, RUN_FAILED, TIME_LIMIT = 2, 3, 4
USER = 0x40000000
# mov and nop, 1 each; then `int` at its 6th byte, the code behind it at its 8th.
INT, BEHIND_INT = f"{USER + 6:#x}", f"{USER + 8:#x}"
USER_LOOP = ("--begin", f"{USER:#x}", "--end", f"{USER:#x}")
# int from level 3 to 0: 71. mov from CR3 4, mov from memory 1, sub 1, mov to CR3 4, three of one clock, iretd to level 3: 36.
# Four walks of 9: the page of the IDT and the TSS, the gate's code, and in iretd the stack and the GDT. The code that follows the
# move to CR3 is still in the queue.
GATE_CLOCKS = 71 + 4 + 1 + 1 + 4 + 3 + 36 + 4 * 9
BEHIND_LCALL = f"{USER + 13:#x}"
# The same path by lcall to level 0 without parameters, 69, a nop, and lret to level 3, 35. The walks are the same: the page of the
# TSS, which the gate's stack comes from, is that of the IDT.
CALL_GATE_CLOCKS = 69 + 1 + 4 + 1 + 1 + 4 + 3 + 35 + 4 * 9
# push, mov, add and pop, one clock each.
LINUX_PATH_CLOCKS = 4


def build(folder: Path, source: str, script: str, *symbols: str) -> Path:
    image = folder / f"{source}.elf"
    defined = [f"-Wa,--defsym,{symbol}" for symbol in symbols]
    command = [*COMPILER, f"-Wl,-T,{HERE / script}.ld", *defined, "-o", str(image), str(HERE / f"{source}.S")]
    subprocess.run(command, check=True, timeout=60)
    return image


def higher_half(folder: Path, *symbols: str, base: int = 0) -> Path:
    return build(folder, "higher_half", "kernel", f"BASE={base:#x}", f"BASE_16={LINK_BASE:#x}", *symbols)


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return higher_half(tmp_path_factory.mktemp("flat"))


def boot_image(folder: Path, *symbols: str) -> tuple[Path, Path]:
    """The boot image, which is no ELF file, and the file with its symbols."""
    linked, image = build(folder, "linux", "linux", *symbols), folder / "linux.img"
    subprocess.run(["i686-linux-gnu-objcopy", "-O", "binary", str(linked), str(image)], check=True, timeout=60)
    return image, linked


@pytest.fixture(scope="module")
def linux(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return boot_image(tmp_path_factory.mktemp("linux"))


def attach(image: Path, *words: str, status: int = 0) -> tuple[dict[str, Any], str]:
    """What `--json` printed, and stderr."""
    command = ["./l4lab", "attach", "--image", str(image), "--board", "ideal", "--json", *words]
    ended = process.run(command, SECONDS, ROOT)
    assert ended.status == status, ended.errors
    return json.loads(ended.output) if ended.output else {}, ended.errors


def cycles(seen: dict[str, Any]) -> list[int]:
    return [sample["cycles"] for sample in seen["samples"]]


def test_a_region_of_a_higher_half_kernel(flat: Path) -> None:
    seen, _ = attach(flat, "--begin", "warm", "--end", "warm_end", "--samples", "4")
    assert cycles(seen)[-1] == 3
    assert [sample["instructions"] for sample in seen["samples"]] == [3] * 4
    assert seen["functions"] == [
        {"name": "warm", "side": "kernel", "instructions": 3, "cycles": 3, "causes": {"base": 3}}
    ]
    assert seen["untimed"] > 0


@pytest.mark.parametrize("base", [0, 0xC0000000], ids=["flat", "based"])
def test_from_user_code_through_the_kernel_and_back(tmp_path: Path, base: int) -> None:
    """The same clocks whether the kernel's segments are flat or have a base."""
    image = higher_half(tmp_path, base=base)
    seen, _ = attach(image, "--begin", INT, "--end", BEHIND_INT, "--samples", "6")
    assert cycles(seen)[-2:] == [GATE_CLOCKS] * 2
    last = seen["samples"][-1]
    assert (last["tlb_misses"], last["cr3_loads"], last["interrupts"]) == (4, 1, {"64": 1})
    sides = {(one["side"], one["name"]) for one in seen["functions"]}
    assert sides == {("user", f"? page {USER:08X}"), ("kernel", "gate"), ("kernel", "work"), ("kernel", "warm"), ("kernel", "warm_end")}


@pytest.mark.parametrize("base", [0, 0xC0000000], ids=["flat", "based"])
def test_through_a_call_gate_and_back(tmp_path: Path, base: int) -> None:
    image = higher_half(tmp_path, "CALL_GATE=1", base=base)
    seen, _ = attach(image, "--begin", INT, "--end", BEHIND_LCALL, "--samples", "6")
    assert cycles(seen)[-2:] == [CALL_GATE_CLOCKS] * 2
    last = seen["samples"][-1]
    assert (last["tlb_misses"], last["cr3_loads"], last["interrupts"]) == (4, 1, {})


def test_large_pages_on_the_pentium(tmp_path: Path) -> None:
    """Two no-operations pair, the move follows: 2. The TLB is empty after the move to CR3, and the entry of a 4 MB page takes a
    walk of one read: 5 + 2.
    """
    image = higher_half(tmp_path, "LARGE=1")
    seen, _ = attach(image, "--begin", "warm", "--end", "warm_end", "--machine", "pentium")
    assert cycles(seen)[-2:] == [2 + 5 + 2] * 2
    assert seen["samples"][-1]["tlb_misses"] == 1


def test_passages_of_one_address_space(flat: Path) -> None:
    """The two spaces take turns, so of one of them every second passage counts."""
    every, _ = attach(flat, *USER_LOOP, "--samples", "6")
    assert len({one["instructions"] for one in every["samples"]}) == 1
    directory = Names.of([flat], inline=False).address("directory_b") - OFFSET
    one, _ = attach(flat, *USER_LOOP, "--samples", "6", "--task-of", f"{directory:#x}")
    assert cycles(one)[-1] == 2 * cycles(every)[-1]
    frame = Names.of([flat], inline=False).address("frame_b") - OFFSET
    same, _ = attach(flat, *USER_LOOP, "--samples", "6", "--task-of", f"{frame:#x}-{frame + 0xFFF:#x}")
    assert cycles(same) == cycles(one)
    none, errors = attach(flat, *USER_LOOP, "--task-of", "0x5000", "--seconds", "3", status=TIME_LIMIT)
    assert none == {} and "0 samples" in errors


def test_one_of_some_passages(flat: Path) -> None:
    region = ("--begin", INT, "--end", BEHIND_INT, "--samples", "4")
    gaps = []
    for every in ("1", "3"):
        clocks = [one["clock"] for one in attach(flat, *region, "--every", every)[0]["samples"]]
        gaps.append(clocks[-1] - clocks[-2])
    assert gaps[1] == 3 * gaps[0] > 0


def test_a_linux_boot_image(linux: tuple[Path, Path]) -> None:
    image, symbols = linux
    seen, _ = attach(image, "--symbols", str(symbols), "--append", "quiet", "--begin", "path", "--end", "path_end")
    assert cycles(seen)[-1] == LINUX_PATH_CLOCKS


def test_a_profile_needs_no_region(linux: tuple[Path, Path]) -> None:
    """Of each turn `path` has four instructions and as many clocks, `path_end` one of 5, `again` two of 3."""
    image, symbols = linux
    seen, _ = attach(image, "--symbols", str(symbols), "--profile", "--instructions", "70000")
    turns = 10_000
    found = {one["name"]: one for one in seen["profile"]}
    for name, instructions, clocks in (("path", 4, 4), ("path_end", 1, 5), ("again", 2, 6)):
        assert abs(found[name]["instructions"] - instructions * turns) <= 10
        assert abs(found[name]["cycles"] - clocks * turns) <= 100
    assert seen["samples"] == [] and seen["functions"] is None
    assert sum(one["instructions"] for one in seen["profile"]) == seen["instructions"] == 70000


@pytest.mark.parametrize(
    ("symbol", "words", "reason"),
    [
        ("FPU=1", ("--begin", "warm", "--end", "gate_end"), "fchs at C02001"),
        ("SYSENTER=1", ("--begin", "warm", "--end", "gate_end"), "sysenter at C02001"),
        ("SYSENTER=1", ("--begin", "warm", "--end", "gate_end", "--machine", "pentium"), "sysenter at C02001"),
        ("NONE=1", ("--begin", "through_16", "--end", "from_16"), "is not 32-bit protected mode"),
    ],
)
def test_the_unknown_ends_a_region_with_its_address(tmp_path: Path, symbol: str, words: tuple[str, ...], reason: str) -> None:
    _, errors = attach(higher_half(tmp_path, symbol), *words, status=RUN_FAILED)
    assert reason in errors


def test_page_tables_of_another_format_end_a_region(tmp_path: Path) -> None:
    image, symbols = boot_image(tmp_path, "PAE=1")
    words = ("--symbols", str(symbols), "--begin", "path", "--end", "path_end", "--machine", "pentium", "--cpu", "pentium3")
    _, errors = attach(image, *words, status=RUN_FAILED)
    assert "PAE" in errors
    _, errors = attach(image, *words, "--task-of", "0x1000", "--seconds", "3", status=TIME_LIMIT)
    assert "0 samples" in errors


@pytest.mark.parametrize("symbol", ["FPU=1", "SYSENTER=1"])
def test_the_unknown_outside_a_region_is_passed(tmp_path: Path, symbol: str) -> None:
    seen, _ = attach(higher_half(tmp_path, symbol), "--begin", "warm", "--end", "warm_end", "--samples", "2")
    assert cycles(seen)[-1] == 3


@pytest.mark.parametrize(
    "words",
    [
        ("--begin", "nowhere", "--end", "warm"),
        ("--begin", "warm"),
        (),
        ("--begin", "warm", "--end", "warm", "--task-of", "everyone"),
        ("--begin", "warm", "--end", "warm", "--machine", "qemu"),
    ],
)
def test_refusals(flat: Path, words: tuple[str, ...]) -> None:
    attach(flat, *words, status=USAGE)


def test_a_file_that_does_not_boot_is_refused() -> None:
    _, errors = attach(HERE / "kernel.ld", "--begin", "0", "--end", "0", status=USAGE)
    assert "neither a multiboot" in errors

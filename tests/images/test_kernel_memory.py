# SPDX-License-Identifier: BSD-2-Clause
"""Does the kernel's memory come from sigma0, as much as it recommends, gives or the configuration word says, and is all of
it free again when the tasks are gone that used it up? The kernel itself tells how much it has when a guest test enters its
debugger, and at the end of each.
"""

import re
import shutil
import struct
from pathlib import Path

import guest
import pytest
from elftools.elf.elffile import ELFFile

SHOWN = re.compile(r"^(?:\w+\n)?l4lab: kernel stack: .*\nl4lab: kernel memory: (\d+) of (\d+) frames free$", re.MULTILINE)
NAMED = re.compile(r"^(begun|full|deleted)\nl4lab: kernel stack: .*\nl4lab: kernel memory: (\d+) of (\d+) frames free$", re.MULTILINE)
TARGETS = ["kernel.elf", "sigma0.elf", "sigma0_protocol.elf"]
CONFIGURATION = 0x50
# QEMU keeps the last 128 KB for itself.
QEMUS_PAGES = 32
FRAMES_TO_START = 32  # as the kernel has it
MEMORY_PAGES = (guest.MEMORY_MIB << 8) - QEMUS_PAGES
# Page tables of the root task for what it touches on the way, and frames that stay because nodes of its pages, made
# while a dozen helpers took their nodes, stand among theirs.
ROOT_TASKS_GROWTH = 12


def spans(memory_mib: int) -> int:
    """Of 4 MB, complete ones."""
    return memory_mib // 4 - 1


def frames_at_most(memory_mib: int) -> int:
    """Those at boot, and the half that sigma0 gives."""
    return FRAMES_TO_START + spans(memory_mib) + ((memory_mib << 8) - QEMUS_PAGES) // 2


def frames_owned(log: str) -> int:
    return int(SHOWN.findall(log)[-1][1])


@pytest.mark.parametrize("variant", ["liedtke93", "liedtke", "baseline"])
def test_all_memory_returns(variant: str) -> None:
    outcome = guest.run(guest.Image(variant), "exhaustion")
    assert outcome.problems("exhaustion") == []
    shown = [(name, int(free), int(owned)) for name, free, owned in NAMED.findall(outcome.log)]
    assert [name for name, _, _ in shown] == ["begun", "full", "deleted", "deleted", "deleted"]
    assert {owned for _, _, owned in shown[1:]} == {frames_at_most(guest.memory_mib("exhaustion"))}
    assert shown[1][1] == 0
    begun, _, first, second, _ = (owned - free for _, free, owned in shown)
    assert first == second
    assert first - begun <= ROOT_TASKS_GROWTH


@pytest.mark.covers("sigma0.kernel-page", "sigma0.kernel-pages")
def test_the_kernel_takes_what_sigma0_recommends() -> None:
    outcome = guest.run(guest.Image("liedtke93"), "sigma0_protocol")
    assert frames_owned(outcome.log) == MEMORY_PAGES // 8


def configured(folder: Path, tables_per_4_mb: int, nodes_per_frame: int) -> int:
    """The kernel's frames with this configuration word in its image."""
    built = guest.build(guest.Image("liedtke93"), TARGETS)
    for name in TARGETS:
        shutil.copy(built / name, folder / name)
    with (folder / "kernel.elf").open("r+b") as stream:
        elf = ELFFile(stream)
        address = elf.get_section_by_name(".symtab").get_symbol_by_name("info_page")[0]["st_value"]
        section = elf.get_section_by_name(".data")
        stream.seek(section["sh_offset"] + address - section["sh_addr"] + CONFIGURATION)
        stream.write(struct.pack("<I", nodes_per_frame << 8 | tables_per_4_mb))
    outcome = guest.boot(folder, "sigma0_protocol", cases="info-page")
    assert outcome.breakdown("sigma0_protocol") == []
    return frames_owned(outcome.log)


@pytest.mark.covers("info.configuration")
def test_the_configuration_word_says_how_much(tmp_path: Path) -> None:
    recommended, nodes_in_a_frame = MEMORY_PAGES // 8, (4096 - 20) // 20
    nodes = -(-MEMORY_PAGES * 20 // nodes_in_a_frame)
    assert configured(tmp_path, 40, 20) == spans(guest.MEMORY_MIB) * 40 + nodes
    assert configured(tmp_path, 90, 0) == spans(guest.MEMORY_MIB) * 90 + recommended // 2


def test_sigma0_gives_half_at_most(tmp_path: Path) -> None:
    assert configured(tmp_path, 255, 255) == frames_at_most(guest.MEMORY_MIB)

# SPDX-License-Identifier: BSD-2-Clause
"""How does QEMU run a kernel that was not built here, with the cycle model watching addresses?"""

from dataclasses import dataclass
from pathlib import Path

from boot.machines import qemu
from boot.machines.machine import COUNTS, PLUGIN, RAM, SERIAL, TRACE, Machine

KERNEL, PROFILE = "kernel.image", "profile.tsv"


@dataclass(frozen=True)
class Region:
    """A sample goes from the instruction at `begin` up to the one at `end`; linear addresses. `every`: one of so many
    passages of the begin is sampled; `directory` and `physical` (first and last address) say which passages count.
    """

    begin: int
    end: int
    every: int = 1
    samples: int = 8
    directory: int | None = None
    physical: tuple[int, int] | None = None


@dataclass(frozen=True)
class Guest:
    """What is started. modules: file name and arguments; entry: physical address of the first instruction of the image;
    limit: the run ends after so many instructions of it.
    """

    modules: list[str]
    append: str
    cpu: str
    memory_mib: int
    entry: int
    board: str
    model_hash: str
    region: Region | None
    profile: bool = False
    limit: int | None = None


def _region_words(region: Region) -> list[str]:
    words = [f"begin={region.begin:x}", f"end={region.end:x}", f"every={region.every}", f"samples={region.samples}"]
    words += [f"trace={TRACE}", "trace_case=0", f"trace_sample={region.samples - 1}"]
    if region.directory is not None:
        words.append(f"directory={region.directory:x}")
    if region.physical is not None:
        words += [f"physical_low={region.physical[0]:x}", f"physical_high={region.physical[1]:x}"]
    return words


def plugin_argument(machine: Machine, guest: Guest) -> str:
    words = [f"./{PLUGIN}", f"ram={RAM}", f"out={COUNTS}", f"model={machine.model}", "clocks=clocks.psv"]
    words += ["rules=rules.psv", f"board={guest.board}.psv", f"hash={guest.model_hash}", f"entry={guest.entry:x}"]
    words += _region_words(guest.region) if guest.region else []
    words += [f"profile={PROFILE}"] if guest.profile else []
    words += [f"limit={guest.limit}"] if guest.limit else []
    return ",".join(words)


def command(machine: Machine, guest: Guest) -> list[str]:
    memory = f"{guest.memory_mib}M"
    words = [qemu.TOOL, "-nodefaults", "-display", "none", "-no-reboot", "-cpu", guest.cpu, "-m", memory]
    words += ["-object", f"memory-backend-file,id=ram,size={memory},mem-path={RAM},share=on"]
    words += ["-machine", "pc,memory-backend=ram", "-icount", f"shift={machine.icount_shift},sleep=off"]
    words += ["-serial", f"file:{SERIAL}", "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", KERNEL]
    words += ["-append", guest.append] if guest.append else []
    words += ["-initrd", ",".join(line.replace(",", ",,") for line in guest.modules)] if guest.modules else []
    return [*words, "-plugin", plugin_argument(machine, guest)]

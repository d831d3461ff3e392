# SPDX-License-Identifier: BSD-2-Clause
"""How does QEMU run an image, with the cycle model or only counting instructions?

The guest's memory is a file, because the plugin API gives no memory reads: the plugin maps the same file.
"""

from pathlib import Path

from boot.machines.machine import COUNTS, PLUGIN, RAM, SERIAL, TRACE, Boot, Machine

TOOL = "qemu-system-i386"
PACKAGE = "qemu-system-x86"
# isa-debug-exit answers 2 * value + 1, and the benchmark writes 0. QEMU's own 0 is what a triple fault leaves.
GUEST_DONE = 1


def plugin_argument(machine: Machine, boot: Boot) -> str:
    words = [f"./{PLUGIN}", f"ram={RAM}", f"out={COUNTS}", f"model={machine.model}"]
    if boot.board is not None:
        words += ["clocks=clocks.psv", "rules=rules.psv", f"board={boot.board}.psv", f"hash={boot.model_hash}"]
    if boot.trace is not None:
        words += [f"trace={TRACE}", f"trace_case={boot.trace.case}", f"trace_sample={boot.trace.sample}"]
    return ",".join(words)


def commands(machine: Machine, boot: Boot) -> list[list[str]]:
    memory = f"{machine.memory_mib}M"
    return [
        [TOOL, "-nodefaults", "-display", "none", "-no-reboot", "-cpu", machine.cpu, "-m", memory]
        + ["-object", f"memory-backend-file,id=ram,size={memory},mem-path={RAM},share=on"]
        + ["-machine", "pc,memory-backend=ram", "-icount", f"shift={machine.icount_shift},sleep=off"]
        + ["-serial", f"file:{SERIAL}", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
        + ["-kernel", "kernel.elf", "-initrd", ",".join(boot.module_lines(machine))]
        + ["-plugin", plugin_argument(machine, boot)]
    ]


def copy_parameters(machine: Machine, board: str, folder: Path) -> None:
    """The parameter files of the model, under the names that the plugin's argument uses."""
    for source in (f"boards/{board}.psv", "clocks.psv", "rules.psv"):
        (folder / Path(source).name).write_bytes((machine.folder / source).read_bytes())


def prepare(machine: Machine, boot: Boot) -> None:
    if boot.board is not None:
        copy_parameters(machine, boot.board, boot.folder)

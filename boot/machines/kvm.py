# SPDX-License-Identifier: BSD-2-Clause
"""How does the processor at hand run an image? QEMU with KVM, which lets the guest read the real time-stamp counter.

There is no plugin, so nothing is counted. That /dev/kvm exists says little: on some hosts a guest of 32 bits dies at its
first iret. Hence the self-test (bench/run/runner.py).
"""

from boot.machines import qemu
from boot.machines.machine import SERIAL, Boot, Machine

TOOL = qemu.TOOL
PACKAGE = qemu.PACKAGE
GUEST_DONE = qemu.GUEST_DONE


def commands(machine: Machine, boot: Boot) -> list[list[str]]:
    return [
        [TOOL, "-nodefaults", "-display", "none", "-no-reboot", "-accel", "kvm", "-machine", "pc", "-cpu", machine.cpu]
        + ["-m", f"{machine.memory_mib}M", "-serial", f"file:{SERIAL}", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
        + ["-kernel", "kernel.elf", "-initrd", ",".join(boot.module_lines(machine))]
    ]


def prepare(machine: Machine, boot: Boot) -> None:
    """The image is all it needs."""
    del machine, boot

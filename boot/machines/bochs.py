# SPDX-License-Identifier: BSD-2-Clause
"""How does Bochs run an image without a screen?

Debian's Bochs has no display that draws nothing, so it gets the network display without waiting for a viewer,
boots a GRUB CD, and starts under its debugger, whose command file says `c` (continue) and `q`.
"""

from boot.machines.machine import SERIAL, Boot, Machine

TOOL = "bochs"
PACKAGE = "bochs bochsbios vgabios grub-pc-bin xorriso mtools"
# Bochs has no exit device: the runner ends it once the log is complete.
GUEST_DONE = None

BOCHSRC = """\
megs: {memory}
cpu: model={cpu}, reset_on_triple_fault=0
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
display_library: rfb, options="timeout=0"
sound: driver=dummy, waveout=none, wavein=none, midiout=none
clock: sync=none
com1: enabled=1, mode=file, dev={serial}
ata0-master: type=cdrom, path=boot.iso, status=inserted
boot: cdrom
log: bochs.log
panic: action=fatal
"""

GRUB = """\
set timeout=0
menuentry "l4lab" {{
    multiboot /kernel.elf
{modules}
}}
"""


def commands(machine: Machine, boot: Boot) -> list[list[str]]:
    del machine, boot
    return [
        ["grub-mkrescue", "--locales=", "--fonts=", "--themes=", "-o", "boot.iso", "iso"],
        [TOOL, "-q", "-f", "bochsrc", "-rc", "debugger.rc"],
    ]


def prepare(machine: Machine, boot: Boot) -> None:
    """Lays out the CD. GRUB drops a module's file name from its command line, so the name is given twice."""
    disc = boot.folder / "iso"
    (disc / "boot" / "grub").mkdir(parents=True)
    lines = boot.module_lines(machine)
    for name in ["kernel.elf", *(line.split()[0] for line in lines)]:
        (disc / name).write_bytes((boot.folder / name).read_bytes())
    modules = "\n".join(f"    module /{line.split()[0]} {line}" for line in lines)
    (disc / "boot" / "grub" / "grub.cfg").write_text(GRUB.format(modules=modules))
    (boot.folder / "bochsrc").write_text(BOCHSRC.format(memory=machine.memory_mib, cpu=machine.cpu, serial=SERIAL))
    (boot.folder / "debugger.rc").write_text("c\nq\n")

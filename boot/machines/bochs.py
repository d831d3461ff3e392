# SPDX-License-Identifier: BSD-2-Clause
"""How does Bochs run an image without a screen?

Debian's Bochs has no display that draws nothing, so it gets the network display without waiting for a viewer, and it
starts under its debugger, whose command file says `c` (continue) and `q`. It cannot load a kernel by itself: it boots
a CD with a GRUB that has the few commands it needs built in, and no menu and no files to read but the image.

A `boot` that works does not return. After one that does, GRUB tries again with the serial log as its terminal, so that
the log says why, and ends Bochs by a word written to a port of Bochs's own.
"""

from boot.machines.machine import SERIAL, Boot, Machine

TOOL = "bochs"
PACKAGE = "bochs bochsbios vgabios grub-common grub-pc-bin xorriso"
# Bochs has no exit device: the runner ends it once the log is complete.
GUEST_DONE = None

# A 486 at 50 MHz with 3.2 clocks per instruction: so many instructions make a second of the guest's timer.
INSTRUCTIONS_PER_SECOND = 50_000_000 * 10 // 32
# The guest's date, in seconds since 1970; any constant will do.
DATE = 725_846_400
SHUTDOWN_PORT = 0x8900
SHUTDOWN_WORD = b"Shutdown"

BOCHSRC = """\
megs: {memory}
cpu: model={cpu}, ips={ips}, reset_on_triple_fault=0
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
display_library: rfb, options="timeout=0"
sound: driver=dummy, waveout=none, wavein=none, midiout=none
clock: sync=none, time0={date}
com1: enabled=1, mode=file, dev={serial}
ata0-master: type=cdrom, path=boot.iso, status=inserted
boot: cdrom
log: bochs.log
panic: action=fatal
"""

GRUB_MODULES = ["biosdisk", "iso9660", "multiboot", "serial", "iorw"]
GRUB = """\
set root=(cd)
{boot}
serial --unit=0 --speed=115200
terminal_output serial
{boot}
{shutdown}
"""


def commands(machine: Machine, boot: Boot) -> list[list[str]]:
    del machine, boot
    return [
        ["grub-mkimage", "-O", "i386-pc-eltorito", "-p", "/", "-c", "grub.cfg", "-o", "disc/grub.img", *GRUB_MODULES],
        ["xorriso", "-as", "mkisofs", "-quiet", "-o", "boot.iso", "-b", "grub.img", "-no-emul-boot"]
        + ["-boot-load-size", "4", "-boot-info-table", "disc"],
        [TOOL, "-q", "-f", "bochsrc", "-rc", "debugger.rc"],
    ]


def grub_script(module_lines: list[str]) -> str:
    """GRUB drops a module's file name from its command line, so the name is given twice."""
    modules = [f"module /{line.split()[0]} {line}" for line in module_lines]
    boot = "\n".join(["multiboot /kernel.elf", *modules, "boot"])
    shutdown = "\n".join(f"outb {SHUTDOWN_PORT:#x} {byte:#x}" for byte in SHUTDOWN_WORD)
    return GRUB.format(boot=boot, shutdown=shutdown)


def prepare(machine: Machine, boot: Boot) -> None:
    disc = boot.folder / "disc"
    disc.mkdir()
    lines = boot.module_lines(machine)
    for name in ["kernel.elf", *(line.split()[0] for line in lines)]:
        (disc / name).write_bytes((boot.folder / name).read_bytes())
    (boot.folder / "grub.cfg").write_text(grub_script(lines))
    settings = {"memory": machine.memory_mib, "cpu": machine.cpu, "ips": INSTRUCTIONS_PER_SECOND}
    (boot.folder / "bochsrc").write_text(BOCHSRC.format(**settings, date=DATE, serial=SERIAL))
    (boot.folder / "debugger.rc").write_text("c\nq\n")

# SPDX-License-Identifier: BSD-2-Clause
"""What is a probe? Some instructions in a region, and the clocks the documents give for them."""

from __future__ import annotations

from dataclasses import dataclass, field

REPETITIONS = 4


@dataclass(frozen=True)
class Probe:
    """`body` runs between START and STOP, `REPETITIONS` times; the last two samples must take `clocks`.

    At entry of `setup` EBX is the address of the scratch page, ESI its alias, EDI the target page, ESP a stack; other
    registers are undefined. `setup` and `after` run outside the region. START tests EAX, so carry and overflow are
    clear, and the zero flag too if EAX is 2. `after` must undo what the body did to ESP.
    """

    name: str
    body: str
    clocks: int
    setup: str = ""
    after: str = ""
    user: bool = False
    instructions: int | None = None
    iterations: int = 0
    restarts: int = 0
    tlb_misses: int = 0
    cache_misses: int | None = None
    interrupts: dict[str, int] = field(default_factory=dict)


def _lines(text: str) -> str:
    return "".join(f"    {part.strip()}\n" for part in text.split(";") if part.strip())


# 27 bytes before START, so that the body begins a line that is in the queue. On the Pentium START must not be able to pair
# with the body: TEST of a register and an immediate never pairs, so START joins the no-operation after it.
LEAD = ".fill 27, 1, 0x90"
PAIRED_LEAD = ".fill 23, 1, 0x90; testb $0, %cl; nop"


# A region may begin no nearer to the end of a page: behind a flush of the TLB the next page would be a walk of its own.
PAGE_END = 127


def _assembly(probe: Probe, lead: str) -> str:
    """One case."""
    return (
        f"/* {probe.name} */\n    MARK 1\n    movl $0, count\n"
        "7:  mov $scratch, %ebx\n    mov $DATA_ALIAS + scratch, %esi\n    mov $target, %edi\n"
        + _lines(probe.setup)
        + f"    .p2align 12, 0x90, {PAGE_END}\n    .p2align 5, 0x90\n"
        + _lines(lead)
        + "    MARK 2\n"
        + _lines(probe.body)
        + "    MARK 3\n"
        + _lines(probe.after)
        + f"    incl count\n    cmpl ${REPETITIONS}, count\n    jb 7b\n    MARK 5\n"
    )


def order(probes: list[Probe]) -> list[Probe]:
    """The order of the cases in the image: kernel first."""
    return [probe for probe in probes if not probe.user] + [probe for probe in probes if probe.user]


def include_file(probes: list[Probe], lead: str = LEAD) -> str:
    """The assembly of all probes, for image.S."""
    kernel = "".join(_assembly(probe, lead) for probe in probes if not probe.user)
    user = "".join(_assembly(probe, lead) for probe in probes if probe.user)
    return f"kernel_probes:\n    pushal\n{kernel}    popal\n    ret\nuser_probes:\n{user}    int $0x31\n"

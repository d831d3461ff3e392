# SPDX-License-Identifier: BSD-2-Clause
"""Which pieces of guest code have a published cost on a Pentium, and what does one pass of each cost here?

As in loops.py. Sources: DM97 is Intel, Pentium Processor Family Developer's Manual, 1997; AFU and AFT are Agner Fog,
Microarchitecture and Instruction tables, measured; LMB is McVoy and Staelin, lmbench, USENIX 1996, "FreeBSD/i586";
SOSP95 is Liedtke, On micro-Kernel Construction. Clocks of forms that the table takes from AFT are no evidence here; only
those stand below for which it has the maker's figure instead.
"""

from loops import BUFFER, KIB, UNROLLED, Loop, counted, follow, passes_twice_round, repeat, ring
from probe import Probe

CLOCK_NS = 7.5
UNNAMED = "a 133 MHz Pentium on a board that is not named; core clock inferred from the 7 ns of a hit"
BOARD = "pb-l2-133"
CODE = 0x280000
# Each page's line in another set of the caches, as far as they have sets.
PAGE_STEP = 4096 + 32
DATA_PAGES, CODE_PAGES = 64, 32


def refill() -> Probe:
    """All pages that the TLBs hold, once after a CR3 load: one page of data is the stack, one of code this code's own."""
    plant = f".set i, 0; .rept {CODE_PAGES - 1}; movb $0xC3, {CODE} + i * {PAGE_STEP}; .set i, i + 1; .endr"
    load = f".set i, 0; .rept {DATA_PAGES - 1}; mov {BUFFER} + i * {PAGE_STEP}, %eax; .set i, i + 1; .endr"
    call = f".set i, 0; .rept {CODE_PAGES - 1}; call {CODE} + i * {PAGE_STEP}; .set i, i + 1; .endr"
    # Lines that walks and fills would fight for are brought before.
    return Probe("refill of both TLBs", f"mov %edx, %cr3; {load}; {call}", 0, setup=f"{plant}; {load}; mov %cr3, %edx")


REFILL = refill()


def identities() -> list[Loop]:
    return [
        Loop("segment switch", 15, "C", "SOSP95 4.1.2", repeat("mov %ax, %ds; mov %ax, %es; mov %ax, %fs; mov %ax, %gs; mov %ax, %es"),
             setup="mov $0x10, %eax", kind="identity", low=20, high=40, note="5 segment loads of 3, chosen to make 15"),
        Loop("dependent additions", 1, "A", "DM97", repeat("add %eax, %ecx; add %ecx, %eax"), kind="identity", units=2,
             low=200, high=400),
        Loop("independent additions", 0.5, "A", "DM97", repeat("add %eax, %ecx; add %eax, %edx"), kind="identity", units=2,
             low=200, high=400),
        Loop("add to memory paired with add from memory", 4, "A", "AFU 4.1", repeat("add %eax, (%ebx); add 4(%ebx), %ecx"),
             kind="identity", low=200, high=400, note="the pair table"),
        Loop("add from memory paired with add to memory", 3, "A", "AFU 4.1", repeat("add 4(%ebx), %ecx; add %eax, (%ebx)"),
             kind="identity", low=200, high=400, note="the pair table"),
    ]


def manual() -> list[Loop]:
    interlock = "mov ${n}, %edx; mov %ebx, %ebp"
    return [
        Loop("prime sieve, inner loop", 2, "A", "DM97 2.2",
             ".p2align 5, 0x90; 9: mov %cl, scratch(%eax); add %edx, %eax; cmp $3000, %eax; jle 9b",
             setup="mov $3000 - ({n} - 1) * 4, %eax; mov $4, %edx; mov scratch, %ebp",
             note="loop at the start of a line; its bytes are written to lines that are not in the cache"),
        Loop("interlock across a pair", 4, "A", "AFU 4.2",
             repeat("mov $scratch, %eax; xor %edx, %edx; inc %edi; mov (%eax), %ecx; jmp 8f; 8:"), setup=interlock,
             low=200, high=400),
        Loop("the same with one more instruction", 3, "A", "AFU 4.2",
             repeat("mov $scratch, %eax; xor %edx, %edx; nop; inc %edi; mov (%eax), %ecx; jmp 8f; 8:"), setup=interlock,
             low=200, high=400),
    ]


def measured_forms() -> list[Loop]:
    return [
        Loop("32-bit multiplication", 9, "A", "AFT, measured", repeat("mul %ecx"), low=100, high=200,
             note="the model has the maker's 10"),
        Loop("xchg with memory", 15, "B", "AFT, measured: more than 15", repeat("xchg %eax, (%ebx)"), low=100, high=200,
             note="the model has the maker's 3 and a locked read and write"),
        Loop("cli", 7.5, "B", "AFT, measured: 6 to 9", repeat("cli"), low=100, high=200, note="the model has the maker's 7"),
    ]


def chase(name: str, published_ns: float, size: int, stride: int = 128) -> Loop:
    """Dependent loads; lmbench leaves one clock of the load out of the nanoseconds it prints."""
    passes = passes_twice_round(size, stride)
    return Loop(
        name, published_ns / CLOCK_NS + 1, "C", "LMB", follow(), setup=ring(size, stride), note=f"{published_ns} ns and 1 clock; {UNNAMED}",
        board=BOARD, low=passes, high=2 * passes, units=UNROLLED,
    )


def stream(name: str, published: float, code: str) -> Loop:
    body = "; ".join(code.format(offset=4 * index) for index in range(UNROLLED))
    return Loop(
        name, published, "C", "LMB", counted(f"{body}; add ${4 * UNROLLED}, %ebx"),
        setup=f"mov ${BUFFER}, %ebx; mov ${{n}}, %edx", note=UNNAMED, unit="MiB/s", board=BOARD, low=2048, high=4096,
        units=4 * UNROLLED,
    )


def lmbench() -> list[Loop]:
    copy = f"mov ${BUFFER}, %esi; mov ${BUFFER} + 0x100000, %edi; mov ${{n}}, %ecx"
    return [
        chase("dependent load, on-chip cache", 7, 4 * KIB),
        chase("dependent load, board's cache", 111, 64 * KIB),
        chase("dependent load, memory", 181, 1024 * KIB),
        stream("memory read", 67.5, "add {offset}(%ebx), %ecx"),
        stream("memory write", 83, "mov %eax, {offset}(%ebx)"),
        Loop("memory copy", 39, "C", "LMB", "rep movsl", setup=copy, note=f"36 to 42 published; {UNNAMED}", unit="MiB/s",
             board=BOARD, low=128 * KIB, high=256 * KIB, units=4),
    ]


def loops() -> list[Loop]:
    return identities() + manual() + measured_forms() + lmbench()

# SPDX-License-Identifier: BSD-2-Clause
"""Which pieces of guest code have a cost that others have published, and what does one pass of each cost here?

A loop runs twice, `low` and `high` passes; the difference over `high - low` is one pass, free of the cost of
beginning and ending. `{n}` in the code stands for the number of passes. The code runs in the image of the probes,
and has the entry conditions of a probe. The published measurements of GPBB are of 16-bit code in real mode: the same
instructions stand here with 32-bit registers, and only pieces without a real-mode interlock are taken.

Sources: GPBB is Abrash, Graphics Programming Black Book, timed on a 33 MHz 486; DM97 is Intel, Pentium Processor
Family Developer's Manual, 1997, where it speaks of the Intel486; LMB is McVoy and Staelin, lmbench, USENIX 1996,
"Linux i486"; SOSP95 is Liedtke, On micro-Kernel Construction. Confidence: A text of the maker, or more than one source;
B one source; C recalled, or an assumption of ours is needed to compare.
"""

from dataclasses import dataclass

BUFFER = 0x200000
KIB = 1024
UNROLLED = 64
# dec, and jnz taken (D486); they stand between two dependent loads, which then have no interlock (1).
LOOP_CONTROL = 1 + 3 - 1
LMB_CLOCK_NS = 12.5
UNNAMED = "machine unnamed; bus clock unknown; core clock, 80 MHz, inferred from the 12 ns"


@dataclass(frozen=True)
class Loop:
    """`published` is in `unit`; a pass does `units` of what is published, after `overhead` clocks are taken off."""

    name: str
    published: float
    confidence: str
    source: str
    body: str
    setup: str = ""
    after: str = ""
    note: str = ""
    kind: str = "independent"
    unit: str = "cycles"
    board: str = "ideal"
    low: int = 100
    high: int = 200
    units: float = 1
    overhead: float = 0


def repeat(code: str) -> str:
    return f".rept {{n}}; {code}; .endr"


def counted(code: str) -> str:
    return f".p2align 4, 0x90; 9: {code}; dec %edx; jnz 9b"


def ring(size: int, stride: int, base: int = BUFFER) -> str:
    """Pointers through `size` bytes, `stride` apart, the last to the first; the head in ECX, the passes in EDX."""
    last = base + size - stride
    return (
        f"mov ${base}, %ecx; 6: lea {stride}(%ecx), %eax; mov %eax, (%ecx); mov %eax, %ecx; cmp ${last}, %ecx; jb 6b;"
        f"movl ${base}, {last}; mov ${base}, %ecx; mov ${{n}}, %edx"
    )


def follow() -> str:
    """A pass goes `UNROLLED` pointers further."""
    return counted(f".rept {UNROLLED}; mov (%ecx), %ecx; .endr")


def passes_twice_round(size: int, stride: int) -> int:
    """At least 8, so that what further passes add is steady."""
    return 2 * max(4, -(-size // (stride * UNROLLED)))


def chase(name: str, published_ns: float, size: int, stride: int = 128) -> Loop:
    """Dependent loads; lmbench leaves one clock of the load out of the nanoseconds it prints."""
    passes = passes_twice_round(size, stride)
    return Loop(
        name, published_ns / LMB_CLOCK_NS + 1, "C", "LMB", follow(), setup=ring(size, stride),
        note=f"{published_ns} ns and 1 clock; {UNNAMED}", board="async-l2", low=passes, high=2 * passes, units=UNROLLED,
        overhead=LOOP_CONTROL,
    )


def stream(name: str, published: float, code: str) -> Loop:
    """`code` with an offset, for every dword of 512 KB and of 1 MB: twice and four times the board's cache."""
    body = "; ".join(code.format(offset=4 * index) for index in range(UNROLLED))
    return Loop(
        name, published, "C", "LMB", counted(f"{body}; add ${4 * UNROLLED}, %ebx"),
        setup=f"mov ${BUFFER}, %ebx; mov ${{n}}, %edx", note=UNNAMED, unit="MiB/s", board="async-l2",
        low=2048, high=4096, units=4 * UNROLLED,
    )


def identities() -> list[Loop]:
    # Every address returned to is the loop's own but the last.
    frames = "push $8f; push $0; mov ${n} - 1, %ecx; 6: push $9f; push $0; dec %ecx; jnz 6b"
    return [
        Loop("pop and ret", 6, "A", "GPBB ch. 12", ".p2align 4, 0x90; 9: pop %eax; ret; 8:", kind="identity",
             low=20, high=40, setup=frames, note="measured; but the model's pop = 1 is taken from it"),
        Loop("byte register two clocks before an address", 4, "B", "GPBB listing 12.1",
             repeat("mov %cl, %dl; nop; mov (%ebx), %eax"), low=500, high=1000, kind="identity",
             note="120 us for 1000, measured; but the model's rule is taken from it"),
        Loop("byte registers one and two clocks before an address", 5, "B", "GPBB ch. 12",
             repeat("mov %al, %dl; mov $3, %cl; mov (%ebx), %edi"), kind="identity",
             note="measured; but it is part of the rule that the model takes"),
        Loop("segment switch", 39, "C", "SOSP95 4.1.2",
             repeat("mov %ax, %ds; mov %ax, %es; mov %ax, %fs; mov %ax, %gs; .fill 3, 1, 0x90"),
             setup="mov $0x10, %eax", kind="identity", low=20, high=40, note="4 segment loads of 9, and 3"),
    ]


def abrash() -> list[Loop]:
    below = "mov %esp, %ebp; sub $1024, %esp"
    above = "mov %ebp, %esp"
    pair = "mov %ebx, %ebp; mov %ebx, %edi; mov %ebx, (%ebx); mov %ebx, 8(%ebx); xor %eax, %eax"
    return [
        Loop("xchg with memory", 9, "B", "GPBB", repeat("xchg %eax, (%ebx)"),
             note="the model has the manual's 5, and charges the locked bus cycles as drained write buffers only"),
        Loop("pop to memory", 6, "B", "GPBB", repeat("popl (%ebx)"), low=20, high=40, setup=below, after=above,
             note="the model has the manual's 5"),
        Loop("four pops", 4, "B", "GPBB ch. 12", repeat("pop %edx; pop %ecx; pop %edi; pop %eax"), low=20, high=40,
             setup=below, after=above,
             note="here without a gap, so the model's prefetch queue runs dry; how the book ran it is not said"),
        Loop("byte register one clock before an address", 3, "B", "GPBB listing 12.2",
             repeat("nop; mov %cl, %dl; mov (%ebx), %eax"), low=500, high=1000, note="90 us for 1000"),
        Loop("the same, in 10 KB of code", 3.7, "C", "GPBB ch. 12", repeat("nop; mov %cl, %dl; mov (%ebx), %eax"),
             board="async-l2", low=0, high=2000, note="224 us for 2000; a 33 MHz board that is not named"),
        Loop("byte load and xlat", 5, "B", "GPBB ch. 12", repeat("mov (%ecx), %al; xlatb"),
             setup="mov %ebx, %ecx; movl $0, (%ebx)", note="1 + 4; no penalty found"),
        Loop("word count, two characters", 4, "B", "GPBB listing 13.4",
             repeat("mov (%edi), %bl; mov 8(%ebp), %edi; add %eax, %edx; mov 0x340(%ebx), %eax"), setup=pair,
             low=64, high=128, note="2 cycles a character; 16 million characters a second at 33 MHz"),
    ]


def manual() -> list[Loop]:
    return [
        Loop("prime sieve, inner loop", 6, "A", "DM97 2.2",
             ".p2align 4, 0x90; 9: mov %cl, scratch(%eax); add %edx, %eax; cmp $3000, %eax; jle 9b",
             setup="mov $3000 - ({n} - 1) * 4, %eax; mov $4, %edx", note="loop at the start of a line"),
    ]


def lmbench() -> list[Loop]:
    copy = f"mov ${BUFFER}, %esi; mov ${BUFFER} + 0x100000, %edi; mov ${{n}}, %ecx"
    return [
        chase("dependent load, on-chip cache", 12, 4 * KIB),
        chase("dependent load, board's cache", 234, 64 * KIB),
        chase("dependent load, memory", 336, 1024 * KIB),
        stream("memory read", 33, "add {offset}(%ebx), %ecx"),
        stream("memory write", 41, "mov %eax, {offset}(%ebx)"),
        Loop("memory copy", 16.5, "C", "LMB", "rep movsl", setup=copy, note=f"16 to 17 published; {UNNAMED}",
             unit="MiB/s", board="async-l2", low=128 * KIB, high=256 * KIB, units=4),
    ]


def loops() -> list[Loop]:
    return identities() + abrash() + manual() + lmbench()

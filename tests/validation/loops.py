# SPDX-License-Identifier: BSD-2-Clause
"""Which pieces of guest code have a cost that others have published, and what does one pass of each cost here?

A loop runs twice, `low` and `high` passes; the difference over `high - low` is one pass, free of the cost of
beginning and ending. `{n}` in the code stands for the number of passes. The code runs in the image of the probes,
and has the entry conditions of a probe. The published measurements of GPBB are of 16-bit code in real mode: the same
instructions stand here with 32-bit registers, and only pieces without a real-mode interlock are taken.

Sources: GPBB is Abrash, Graphics Programming Black Book, timed on a 33 MHz 486; DM97 is Intel, Pentium Processor Family Developer's
Manual, 1997, where it speaks of the Intel486; LMB is McVoy and Staelin, lmbench, USENIX 1996, "Linux i486";
SOSP95 is Liedtke, On micro-Kernel Construction. Confidence: A text of the maker, or a measurement with its conditions; B one source;
C recalled, or an assumption of ours is needed to compare.
"""

from dataclasses import dataclass

BUFFER = 0x200000
KIB = 1024
UNROLLED = 64
# dec, and jnz taken: D486.
LOOP_CONTROL = 1 + 3
UNNAMED = "machine unnamed; its clock is inferred from the latency itself (12 ns, so 80 MHz), its bus clock is unknown"


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


def _repeat(code: str) -> str:
    return f".rept {{n}}; {code}; .endr"


def _counted(code: str) -> str:
    return f".p2align 4, 0x90; 9: {code}; dec %edx; jnz 9b"


def _chain(size: int, stride: int) -> str:
    """A ring of pointers through `size` bytes, `stride` apart; its head in ECX, the number of passes in EDX."""
    last = BUFFER + size - stride
    return (
        f"mov ${BUFFER}, %ecx; 6: lea {stride}(%ecx), %eax; mov %eax, (%ecx); mov %eax, %ecx; cmp ${last}, %ecx; jb 6b;"
        f"movl ${BUFFER}, {last}; mov ${BUFFER}, %ecx; mov ${{n}}, %edx"
    )


def chase(size: int, stride: int) -> dict[str, object]:
    """The fields of a loop that follows pointers: `low` goes once round the ring at least, so that `high` is warm."""
    passes = max(4, -(-size // (stride * UNROLLED)))
    return {
        "setup": _chain(size, stride),
        "body": _counted(f".rept {UNROLLED}; mov (%ecx), %ecx; .endr"),
        "low": 2 * passes,
        "high": 4 * passes,
        "units": UNROLLED,
        "overhead": LOOP_CONTROL,
    }


def identities() -> list[Loop]:
    return [
        Loop("pop and ret", 6, "A", "GPBB ch. 12", _repeat("pop %eax; ret; 8:"), kind="identity", low=20, high=40,
             setup="mov $200, %ecx; 6: push $0; dec %ecx; jnz 6b",
             note="pop = 1 was taken from this measurement"),
    ]


def abrash() -> list[Loop]:
    xlat = "mov %ebx, %ecx; movl $0, (%ebx)"
    pair = "mov %ebx, %ebp; mov %ebx, %edi; mov %ebx, (%ebx); xor %eax, %eax"
    return [
        Loop("xchg with memory", 9, "B", "GPBB, table", _repeat("xchg %eax, (%ebx)"),
             note="the model has the manual's 5; the locked bus cycles are charged as drained write buffers only"),
        Loop("pop to memory", 6, "B", "GPBB", _repeat("popl (%ebx)"), low=20, high=40,
             setup="mov $50, %ecx; 6: push $0; dec %ecx; jnz 6b", after="add $40, %esp",
             note="the model has the manual's 5"),
        Loop("four pops", 4, "B", "GPBB ch. 12", _repeat("pop %edx; pop %ecx; pop %edi; pop %eax"), low=20, high=40,
             setup="mov $200, %ecx; 6: push $0; dec %ecx; jnz 6b"),
        Loop("byte register two clocks before an address", 4, "B", "GPBB listing 12.1",
             _repeat("mov %cl, %dl; nop; mov (%ebx), %eax"), low=500, high=1000,
             note="120 us for 1000; the model has no rule for it"),
        Loop("byte register one clock before an address", 3, "B", "GPBB listing 12.2",
             _repeat("nop; mov %cl, %dl; mov (%ebx), %eax"), low=500, high=1000, note="90 us for 1000"),
        Loop("byte registers one and two clocks before an address", 5, "B", "GPBB ch. 12, rule 4",
             _repeat("mov %al, %dl; mov $3, %cl; mov (%ebx), %edi"), note="the model has no rule for it"),
        Loop("load byte, xlat", 5, "B", "GPBB ch. 12", _repeat("mov (%ecx), %al; xlatb"), setup=xlat,
             note="no penalty measured: 1 + 4"),
        Loop("word count, two characters", 4, "B", "GPBB listing 13.4",
             _repeat("mov (%edi), %bl; mov 8(%ebp), %edi; add %eax, %edx; mov 0x40(%ebx), %eax"),
             setup=f"{pair}; mov %ebx, 8(%ebx)", low=64, high=128,
             note="2 cycles a character; 16 million characters a second at 33 MHz"),
    ]


def manual() -> list[Loop]:
    return [
        Loop("prime sieve, inner loop", 6, "A", "DM97 2.2",
             ".p2align 4, 0x90; 9: mov %cl, scratch(%eax); add %edx, %eax; cmp $3000, %eax; jle 9b",
             setup="mov $3000 - ({n} - 1) * 4, %eax; mov $4, %edx", note="loop at the start of a line"),
    ]


def lmbench() -> list[Loop]:
    """Latencies as printed plus the one clock that lmbench leaves out, in core clocks of 12.5 ns."""
    clock = 12.5
    of = {"board": "async-l2", "confidence": "C", "source": "LMB", "note": UNNAMED}
    moves = " ".join(f"mov %eax, {4 * index}(%ebx);" for index in range(UNROLLED))
    adds = " ".join(f"add {4 * index}(%ebx), %ecx;" for index in range(UNROLLED))
    walk = {"setup": f"mov ${BUFFER}, %ebx; mov ${{n}}, %edx", "low": 2048, "high": 4096}
    bandwidth = {"unit": "MiB/s", "units": 4 * UNROLLED, **of, **walk}
    return [
        _loop("dependent load, on-chip cache", 12 / clock + 1, **chase(4 * KIB, 128), **of),
        _loop("dependent load, board cache", 234 / clock + 1, **chase(64 * KIB, 128), **of),
        _loop("dependent load, memory", 336 / clock + 1, **chase(1024 * KIB, 128), **of),
        _loop("memory read", 33, body=_counted(f"{adds} add $256, %ebx"), **bandwidth),
        _loop("memory write", 41, body=_counted(f"{moves} add $256, %ebx"), **bandwidth),
        _loop("bcopy", 16.5, body="rep movsl", **{**bandwidth, "units": 4, "low": 64 * KIB, "high": 128 * KIB},
              **{}),
    ]

# SPDX-License-Identifier: BSD-2-Clause
"""Which clocks do the documents give where a value decides, and which values does the model know?

i486 only. The formulas are worked out by hand. A register is known if it was written in an earlier block of the emulator, before an
access to memory of the same block, or as a constant; otherwise the midpoint is charged: 28 of 13 to 42.
"""

from __future__ import annotations

from probe import Probe

HUNDRED = "movl $100, (%ebx)"
UNKNOWN = 28
# The clocks of a multiplication by 100, whose logarithm is 7 if rounded up.
BY_100 = 10 + 7


def multipliers() -> list[Probe]:
    cases = [
        ("mul", 0, 13), ("mul", 1, 13), ("mul", 2, 13), ("mul", 3, 13), ("mul", 8, 13), ("mul", 9, 14), ("mul", 256, 18),
        ("mul", 257, 19), ("mul", 0x80000000, 41), ("mul", 0x80000001, 42), ("mul", 0xFFFFFFFF, 42),
        ("imul", 0, 13), ("imul", 1, 13), ("imul", 17, 15), ("imul", 0x7FFFFFFF, 41), ("imul", -1, 15), ("imul", -32, 15),
        ("imul", -33, 16), ("imul", -0x80000000, 41),
    ]  # fmt: skip
    probes = []
    for name, value, clocks in cases:
        probes.append(Probe(f"{name} r by {value}", f"{name} %ecx", clocks, setup=f"mov ${value}, %ecx"))
        probes.append(Probe(f"{name} m by {value}", f"{name}l (%ebx)", clocks, setup=f"movl ${value}, (%ebx)"))
    narrow = "mov $0x118011FF, %ecx; mov %ecx, (%ebx)"
    return probes + [
        Probe("mul by the low byte", "mul %cl", 18, setup=narrow),
        Probe("mul by the second byte", "mul %ch", 15, setup=narrow),
        Probe("imul by the low byte", "imul %cl", 15, setup=narrow),
        Probe("mul by a byte of memory", "mulb 2(%ebx)", 10 + 7, setup=narrow),
        Probe("imul by a byte of memory", "imulb (%ebx)", 15, setup=narrow),
        Probe("mul by the low word", "mul %cx", 1 + 10 + 13, setup=narrow),
        Probe("imul by a negative word", "imulw 1(%ebx)", 1 + 25, setup="movl $0x11800011, (%ebx)"),
        Probe("imul by a negative immediate", "imul $-100, %ecx, %eax", BY_100),
        Probe("imul by a wide immediate", "imul $0x12345678, (%ebx), %eax", 10 + 29),
        Probe("mul by a misaligned dword", "mull 5(%ebx)", 3 + BY_100, setup="movl $100, 5(%ebx)"),
        Probe("mul by a dword in two pages", "mull 4094(%ebx)", 3 + BY_100 + 10, setup="movl $100 << 10, 4094(%ebx)"),
    ]


def scans() -> list[Probe]:
    cases = [
        ("bsf", 0, 6), ("bsf", 1, 18), ("bsf", 2, 21), ("bsf", 8, 27), ("bsf", 0x10, 21), ("bsf", 0x80, 30), ("bsf", 0x100, 22),
        ("bsf", 0x8000, 34), ("bsf", 0x80000000, 42), ("bsf", 0xFFFFFFF8, 27),
        ("bsr", 0, 6), ("bsr", 1, 103), ("bsr", 2, 100), ("bsr", 3, 100), ("bsr", 0x8000, 58), ("bsr", 0x80000000, 10), ("bsr", 0xFFFFFFFF, 10),
    ]  # fmt: skip
    probes = []
    for name, value, clocks in cases:
        probes.append(Probe(f"{name} r of {value:#x}", f"{name} %ecx, %eax", clocks, setup=f"mov ${value}, %ecx"))
        probes.append(Probe(f"{name} m of {value:#x}", f"{name} (%ebx), %eax", clocks + 1, setup=f"movl ${value}, (%ebx)"))
    return probes + [
        Probe("bsr of the low word", "bsr %cx, %ax", 1 + 103, setup="mov $0x80000001, %ecx"),
        Probe("bsf of an empty low word", "bsf (%ebx), %ax", 1 + 7, setup="movl $0x80000000, (%ebx)"),
    ]


def known_registers() -> list[Probe]:
    load = "mov (%ebx), %ecx"
    return [
        Probe("value of an earlier block", "mul %ecx", BY_100, setup=f"{HUNDRED}; {load}; jmp 8f; 8:"),
        Probe("value before a read", f"{load}; mov 4(%ebx), %edx; mul %ecx", 2 + BY_100, setup=HUNDRED),
        Probe("value before a write", f"{load}; mov %edx, 4(%ebx); mul %ecx", 2 + BY_100, setup=HUNDRED),
        Probe("value before a push", f"{load}; push %edx; mul %ecx", 2 + BY_100, setup=HUNDRED, after="pop %edx"),
        Probe("value before an access of an operand", f"{load}; add 4(%ebx), %edx; mul %ecx", 3 + BY_100, setup=HUNDRED),
        Probe("value and base in one", "mov %ecx, (%ebx); imul %ecx, %ecx", 1 + BY_100, setup="mov $100, %ecx; inc %ecx"),
        Probe("constant", "mov $100, %ecx; mul %ecx", 1 + BY_100),
        Probe("constant of zero", "xor %ecx, %ecx; mul %ecx", 1 + 13),
        Probe("constant by subtraction", "sub %ecx, %ecx; bsf %ecx, %eax", 1 + 6),
        Probe("constant, then changed and stored", f"mov $9, %ecx; {load}; push %edx; mul %ecx", 3 + BY_100, setup=HUNDRED, after="pop %edx"),
        Probe("own product", "mov $100, %eax; mul %eax; push %edx; mul %eax", 1 + BY_100 + 1 + 10 + 14, after="pop %edx"),
        Probe("source overwritten by the result", "mov $0x100, %ecx; bsf %ecx, %ecx; push %edx; bsf %ecx, %ecx", 1 + 22 + 1 + 27, after="pop %edx"),
    ]


def unknown_registers() -> list[Probe]:
    load = "mov (%ebx), %ecx"
    return [
        Probe("value just loaded", f"{load}; mul %ecx", 1 + UNKNOWN, setup=HUNDRED),
        Probe("value loaded after another access", f"mov 4(%ebx), %edx; {load}; mul %ecx", 2 + UNKNOWN, setup=HUNDRED),
        Probe("address without an access", f"{load}; lea 4(%ebx), %edx; mul %ecx", 2 + UNKNOWN, setup=HUNDRED),
        Probe("constant, then changed", "mov $99, %ecx; inc %ecx; mul %ecx", 2 + UNKNOWN),
        Probe("constant, then exchanged", "mov $100, %ecx; xchg %edx, %ecx; mul %ecx", 1 + 3 + UNKNOWN),
        Probe("constant, then moved", "mov $100, %edx; mov %edx, %ecx; mul %ecx", 2 + UNKNOWN),
        Probe("own product at once", "mov $100, %eax; mul %eax; mul %eax", 1 + BY_100 + UNKNOWN),
        Probe("upper half of the product", "mov $100, %eax; mul %eax; mul %edx", 1 + BY_100 + UNKNOWN),
    ]


def probes() -> list[Probe]:
    return multipliers() + scans() + known_registers() + unknown_registers()

# SPDX-License-Identifier: BSD-2-Clause
"""Which clocks do the documents give each instruction form on the Pentium, operands in the cache, branches predicted?

The same code as on the i486, with clocks entered by hand, never read from the model's own table. 0Fh, a width and REP are
prefixes of one clock here. A form whose clocks depend on a value has the midpoint of the printed range, rounded up.
"""

from __future__ import annotations

from dataclasses import replace

import probe_forms
from probe import Probe

# One clock to decode 0Fh, or a prefix.
ESCAPE = PREFIX = 1
# A locked read and write on a bus of two clocks each.
LOCKED = 2 + 2

MOVES = {
    "mov r,r": 1, "mov r,m": 1, "mov m,r": 1, "mov r,imm": 1, "mov m,imm": 1, "mov eax,moffs": 1, "mov moffs,eax": 1,
    "mov r,sreg": 1, "mov m,sreg": 1, "mov sreg,r": 3, "mov sreg,m": 3,
    "push r": 1, "push r long": 2, "push imm": 1, "push m": 2, "push sreg": 1,
    "pop r": 1, "pop r long": 3, "pop m": 3, "pop sreg": 3,
    "pushad": 5, "popad": 5, "pushfd": 3, "popfd": 4, "lea r,m": 1,
    "xchg r,r": 3, "xchg r,m": 3 + LOCKED, "xlat": 4, "bswap": 1 + ESCAPE,
    "movzx r,r": 3 + ESCAPE, "movsx r,r": 3 + ESCAPE, "movzx r,m": 3 + ESCAPE, "movsx r,m": 3 + ESCAPE,
    "cwde": 3, "cbw": 3 + PREFIX, "cwd": 2 + PREFIX, "cdq": 2,
    "lds": 4, "les": 4, "lfs": 4 + ESCAPE, "lgs": 4 + ESCAPE, "lss": 8 + ESCAPE,
}  # fmt: skip

ARITHMETIC = {
    "cmp r,r": 1, "cmp r,imm": 1, "cmp r,m": 2, "cmp m,r": 2, "cmp m,imm": 2,
    "test r,r": 1, "test r,imm": 1, "test m,r": 2, "test m,imm": 2,
    "cmpxchg r,r": 5 + ESCAPE, "cmpxchg m,r": 6 + ESCAPE, "xadd r,r": 3 + ESCAPE, "xadd m,r": 4 + ESCAPE,
    **{f"{name} {form}": clocks for name in probe_forms.ALU
       for form, clocks in (("r,r", 1), ("r,imm", 1), ("r,m", 2), ("m,r", 3), ("m,imm", 3))},
    **{f"{name} {form}": clocks for name in ("inc", "dec", "neg", "not") for form, clocks in (("r", 1), ("m", 3))},
    **{f"{name} {place} {width}": clocks for name in ("mul", "imul") for place in "rm"
       for width, clocks in (("b", 11), ("w", 11 + PREFIX), ("l", 10))},
    **{f"{name} {place} {width}": clocks for name, counts in (("div", (17, 25, 41)), ("idiv", (22, 30, 46)))
       for place in "rm" for width, clocks in zip("bwl", (counts[0], counts[1] + PREFIX, counts[2]), strict=True)},
    "imul r,r": 10 + ESCAPE, "imul r,m": 10 + ESCAPE, "imul r16,r16": 10 + ESCAPE + PREFIX,
    "imul r16,m16": 10 + ESCAPE + PREFIX, "imul r16,r16,imm": 10 + PREFIX, "imul r16,m16,imm": 10 + PREFIX,
    "imul r,r,imm": 10, "imul r,m,imm": 10,
}  # fmt: skip

SHIFTS = {
    **{f"{name} {form}": clocks for name in probe_forms.SHIFTS
       for form, clocks in (("r,imm", 1), ("r,1", 1), ("r,cl", 4), ("m,imm", 3), ("m,1", 3), ("m,cl", 5))},
    **{f"{name} {form}": clocks for name in ("rcl", "rcr")
       for form, clocks in (("r,1", 1), ("m,1", 3), ("r,imm", 8), ("r,cl", 7), ("m,imm", 10), ("m,cl", 9))},
    **{f"{name} {form}": clocks + ESCAPE for name in ("shld", "shrd")
       for form, clocks in (("r,r,imm", 4), ("m,r,imm", 5), ("r,r,cl", 4), ("m,r,cl", 5))},
}  # fmt: skip

BITS = {
    # Midpoints of 6 to 42, 6 to 43, 7 to 71 and 7 to 72.
    "bsf r,r": 24 + ESCAPE, "bsf r,m": 25 + ESCAPE, "bsr r,r": 39 + ESCAPE, "bsr r,m": 40 + ESCAPE,
    "bt r,r": 4 + ESCAPE, "bt r,imm": 4 + ESCAPE, "bt m,imm": 4 + ESCAPE, "bt m,r": 9 + ESCAPE,
    **{f"{name} {form}": clocks + ESCAPE for name in ("bts", "btr", "btc")
       for form, clocks in (("r,r", 7), ("r,imm", 7), ("m,imm", 8), ("m,r", 13))},
    **{f"set{condition} {place}": clocks + ESCAPE for condition in probe_forms.CONDITIONS
       for place, clocks in (("r", 1), ("m", 2))},
}  # fmt: skip

CONTROL = {
    **{f"j{condition} {reach}": 1 for condition in probe_forms.CONDITIONS for reach in ("short", "near")},
    "jmp rel": 1, "jmp r": 2, "jmp m": 2, "call rel": 1, "call r": 2, "call m": 2, "ret": 2, "ret imm": 3,
    "jecxz taken": 6, "jcxz taken": 6 + PREFIX, "jecxz not taken": 5, "loop taken": 5, "loop not taken": 6,
    "loope taken": 7, "loope not taken": 8, "loopne taken": 7, "loopne not taken": 8,
    "enter 0": 11, "enter 1": 15, "leave": 3, "ljmp direct": 3, "ljmp m": 4, "lcall direct": 4,
    "lcall gate, same level": 22 + 4, "ljmp gate": 18 + 2, "ljmp m gate": 18 + 2,
    "lcall gate to inner level and retf back": 44 + 23,
    # The two pushes pair.
    "lcall gate with two parameters and retf imm back": 1 + 45 + 2 * 2 + 23,
    "retf same level": 4, "retf imm same level": 4, "iretd same level": 10, "into not taken": 4,
    # mov; inc; the interrupt table and 5; iretd.
    "into taken": 1 + 1 + 25 + 5 + 10,
}  # fmt: skip


def _strings() -> dict[str, int]:
    found = {}
    repeated = {"movs": (12, 1), "stos": (10, 1), "lods": (7, 3), "scas": (9, 4), "cmps": (8, 4)}
    once = {"movs": 4, "stos": 3, "lods": 2, "scas": 4, "cmps": 5}
    word = {"scas": "repne", "cmps": "repe"}
    for width, prefix in (("b", 0), ("w", PREFIX), ("l", 0)):
        for name, (first, each) in repeated.items():
            found[name + width] = once[name] + prefix
            for count in (0, 1, 2, 16, 1024):
                found[f"{word.get(name, 'rep')} {name}{width} {count}"] = first + each * count + PREFIX + prefix
        found[f"rep ins{width}"] = 8 + 3 * 2 + PREFIX + prefix
        found[f"rep outs{width}"] = 10 + 4 * 2 + PREFIX + prefix
    return found


SYSTEM = {
    "in imm": 4, "in dx": 4, "out imm": 9, "out dx": 9, "in imm, CPL > IOPL": 21, "in dx, CPL > IOPL": 21,
    "out imm, CPL > IOPL": 26, "out dx, CPL > IOPL": 25,
    **{name: clocks + ESCAPE for name, clocks in {
        "lgdt": 6, "lidt": 6, "sgdt": 4, "sidt": 4, "lldt r": 9, "lldt m": 9, "ltr r": 10, "ltr m": 10,
        "sldt r": 2, "sldt m": 2, "str r": 2, "str m": 2, "smsw r": 4, "smsw m": 4, "lmsw r": 8, "lmsw m": 8,
        "lar": 8, "lsl": 8, "verr": 7, "verw": 7, "lar m": 8, "lsl m": 8, "verr m": 7, "verw m": 7,
        "clts": 10, "mov cr0,r": 22, "mov cr2,r": 12, "mov cr3,r": 21, "mov r,cr0": 4, "mov r,cr2": 4, "mov r,cr3": 4,
        "mov r,dr": 11, "mov dr,r": 11, "invlpg, entry present": 25, "invlpg, no entry": 25, "invd": 15, "wbinvd": 2000,
    }.items()},
    "arpl": 7, "arpl m": 7, "bound": 8, "fninit": 16, "fnclex": 9, "fnstsw": 6, "fnstcw": 2, "fldcw": 8,
    "fnsave": 124, "frstor": 70, "lahf": 2, "sahf": 2, "nop": 1, "pause": 1 + PREFIX, "cli": 7,
    "cld": 2, "clc": 2, "stc": 2, "cmc": 2, "std": 2,
}  # fmt: skip

DOCUMENTED = MOVES | ARITHMETIC | SHIFTS | BITS | CONTROL | _strings() | SYSTEM
# Writes that miss go to the bus, which is slower than a copy: source and destination are read before.
WARM = "mov ${lines}, %ecx; 6: mov (%edi), %eax; mov scratch - target(%edi), %eax; add $32, %edi; loop 6b; mov $target, %edi"
CLEAN = "wbinvd"  # the instruction writes dirty lines back besides
TOO_LONG = "rep movsl 1024"  # it would need every line of the data cache


def own() -> list[Probe]:
    """Forms that the i486 does not have, or does not tell apart."""
    return [
        Probe("xchg eax,r", "xchg %eax, %ecx", 2),
        Probe("test r,imm, not eax", "test $5, %ecx", 1),
        Probe("cmpxchg8b", "cmpxchg8b (%ebx)", 10 + ESCAPE),
        Probe("cpuid", "cpuid", 14 + ESCAPE, setup="xor %eax, %eax; push %ebx", after="pop %ebx"),
        Probe("rdtsc, CPL 0", "rdtsc", 6 + ESCAPE),
        Probe("rdtsc, CPL 3", "rdtsc", 11 + ESCAPE, user=True),
        Probe("rdmsr", "rdmsr", 22 + ESCAPE, setup="mov $0x10, %ecx"),
        Probe("wrmsr", "wrmsr", 38 + ESCAPE, setup="mov $0x10, %ecx; rdmsr"),
        Probe("mov r,cr4", "mov %cr4, %eax", 4 + ESCAPE),
        Probe("mov cr4,r", "mov %eax, %cr4", 14 + ESCAPE, setup="mov %cr4, %eax"),
    ]


def _bytes(name: str) -> int:
    _, word, count = name.split()
    return int(count) * {"b": 1, "w": 2, "l": 4}[word[-1]]


def _before(probe: Probe) -> str:
    """What this processor needs besides the setup of the i486."""
    if probe.name.startswith(("rep movs", "rep stos")):
        return WARM.format(lines=_bytes(probe.name) // 32 + 1)
    return CLEAN if probe.name == "wbinvd" else ""


def _here(probe: Probe) -> Probe:
    return replace(probe, clocks=DOCUMENTED[probe.name], setup=f"{_before(probe)}; {probe.setup}")


def probes() -> list[Probe]:
    return [_here(probe) for probe in probe_forms.probes() if probe.name != TOO_LONG] + own()

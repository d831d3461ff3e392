# SPDX-License-Identifier: BSD-2-Clause
"""Which clocks do the documents give each instruction form, operands in the cache?

Entered by hand, never read from the model's own table. A form whose clocks depend on a value has one here by which
the printed formula gives them; other values are in probe_values.py. Where no formula is printed, or the value is not known, it has the
midpoint of the printed range, rounded up.
"""

from __future__ import annotations

from probe import Probe

ALU = "add or adc sbb and sub xor".split()
# Suffix, and the clocks of the prefix that the form has.
WIDTHS = (("b", 0), ("w", 1), ("l", 0))
SHIFTS = "shl shr sar rol ror".split()
CONDITIONS = "a ae b be e g ge l le ne no np ns o p s".split()
# With EAX = 2 START leaves: carry, zero, sign, overflow and parity clear.
TAKEN = set("a ae g ge ne no np ns".split())


def moves() -> list[Probe]:
    return [
        Probe("mov r,r", "mov %ecx, %eax", 1),
        Probe("mov r,m", "mov (%ebx), %eax", 1),
        Probe("mov m,r", "mov %eax, (%ebx)", 1),
        Probe("mov r,imm", "mov $5, %eax", 1),
        Probe("mov m,imm", "movl $5, (%ebx)", 1),
        Probe("mov eax,moffs", "mov scratch, %eax", 1),
        Probe("mov moffs,eax", "mov %eax, scratch", 1),
        Probe("mov r,sreg", "mov %ds, %eax", 3),
        Probe("mov m,sreg", "mov %ds, (%ebx)", 3),
        Probe("mov sreg,r", "mov %ax, %es", 9, setup="mov $0x10, %eax"),
        Probe("mov sreg,m", "mov (%ebx), %es", 9, setup="movl $0x10, (%ebx)"),
        Probe("push r", "push %eax", 1, after="pop %eax"),
        Probe("push r long", ".byte 0xFF, 0xF0", 4, after="pop %eax"),
        Probe("push imm", "push $5", 1, after="pop %eax"),
        Probe("push m", "pushl (%ebx)", 4, after="pop %eax"),
        Probe("push sreg", "push %ds", 3, after="pop %eax"),
        Probe("pop r", "pop %eax", 1, setup="push %eax"),
        Probe("pop r long", ".byte 0x8F, 0xC0", 4, setup="push %eax"),
        Probe("pop m", "popl (%ebx)", 5, setup="push %eax"),
        Probe("pop sreg", "pop %es", 9, setup="push %ds"),
        Probe("pushad", "pushal", 11, after="popal"),
        Probe("popad", "popal", 9, setup="pushal"),
        Probe("pushfd", "pushfl", 3, after="pop %eax"),
        Probe("popfd", "popfl", 6, setup="pushfl"),
        Probe("lea r,m", "lea 4(%ebx), %eax", 1),
        Probe("xchg r,r", "xchg %ecx, %edx", 3),
        Probe("xchg r,m", "xchg %eax, (%ebx)", 5),
        Probe("xlat", "xlatb", 4, setup="xor %eax, %eax"),
        Probe("bswap", "bswap %eax", 1),
        Probe("movzx r,r", "movzbl %cl, %eax", 3),
        Probe("movsx r,r", "movsbl %cl, %eax", 3),
        Probe("movzx r,m", "movzbl (%ebx), %eax", 3),
        Probe("movsx r,m", "movswl (%ebx), %eax", 3),
        Probe("cwde", "cwtl", 3),
        Probe("cbw", "cbtw", 3 + 1),
        Probe("cwd", "cwtd", 3 + 1),
        Probe("cdq", "cltd", 3),
        Probe("lds", "lds (%ebx), %ecx", 12, setup="movl $0, (%ebx); movl $0x10, 4(%ebx)"),
        Probe("les", "les (%ebx), %ecx", 12, setup="movl $0, (%ebx); movl $0x10, 4(%ebx)"),
        Probe("lfs", "lfs (%ebx), %ecx", 12, setup="movl $0, (%ebx); movl $0x10, 4(%ebx)"),
        Probe("lgs", "lgs (%ebx), %ecx", 12, setup="movl $0, (%ebx); movl $0x10, 4(%ebx)"),
        Probe("lss", "lss (%ebx), %esp", 12, setup="mov %esp, (%ebx); movl $0x10, 4(%ebx)"),
    ]


def arithmetic() -> list[Probe]:
    probes = []
    for name in ALU:
        probes += [
            Probe(f"{name} r,r", f"{name} %ecx, %eax", 1),
            Probe(f"{name} r,imm", f"{name} $5, %ecx", 1),
            Probe(f"{name} r,m", f"{name} (%ebx), %eax", 2),
            Probe(f"{name} m,r", f"{name} %eax, (%ebx)", 3),
            Probe(f"{name} m,imm", f"{name}l $5, (%ebx)", 3),
        ]
    probes += [
        Probe("cmp r,r", "cmp %ecx, %eax", 1),
        Probe("cmp r,imm", "cmp $5, %ecx", 1),
        Probe("cmp r,m", "cmp (%ebx), %eax", 2),
        Probe("cmp m,r", "cmp %eax, (%ebx)", 2),
        Probe("cmp m,imm", "cmpl $5, (%ebx)", 2),
        Probe("test r,r", "test %ecx, %eax", 1),
        Probe("test r,imm", "test $5, %eax", 1),
        Probe("test m,r", "test %eax, (%ebx)", 2),
        Probe("test m,imm", "testl $5, (%ebx)", 2),
        Probe("cmpxchg r,r", "cmpxchg %ecx, %edx", 6),
        Probe("cmpxchg m,r", "cmpxchg %ecx, (%ebx)", 9),
        Probe("xadd r,r", "xadd %ecx, %edx", 3),
        Probe("xadd m,r", "xadd %ecx, (%ebx)", 4),
    ]
    for name in ("inc", "dec", "neg", "not"):
        probes += [Probe(f"{name} r", f"{name} %eax", 1), Probe(f"{name} m", f"{name}l (%ebx)", 3)]
    return probes + multiplication() + shifts() + bits()


def multiplication() -> list[Probe]:
    divide = "xor %edx, %edx; mov $100, %eax; mov $7, %ecx; movl $7, (%ebx)"
    hundred = "mov $100, %ecx; movl $100, (%ebx)"  # seven bits
    probes = []
    for name in ("mul", "imul"):
        for suffix, register, clocks in (("b", "%cl", 17), ("w", "%cx", 1 + 17), ("l", "%ecx", 17)):
            probes.append(Probe(f"{name} r {suffix}", f"{name} {register}", clocks, setup=hundred))
            probes.append(Probe(f"{name} m {suffix}", f"{name}{suffix} (%ebx)", clocks, setup=hundred))
    for name, counts in (("div", (16, 24, 40)), ("idiv", (19, 27, 43))):
        memory = 1 if name == "idiv" else 0
        for suffix, register, count in zip("bwl", ("%cl", "%cx", "%ecx"), counts, strict=True):
            prefix = 1 if suffix == "w" else 0
            probes.append(Probe(f"{name} r {suffix}", f"{name} {register}", count + prefix, setup=divide))
            probes.append(Probe(f"{name} m {suffix}", f"{name}{suffix} (%ebx)", count + memory + prefix, setup=divide))
    return probes + [
        Probe("imul r,r", "imul %ecx, %eax", 17, setup=hundred),
        Probe("imul r,m", "imul (%ebx), %eax", 17, setup=hundred),
        Probe("imul r16,r16", "imul %cx, %ax", 1 + 17, setup=hundred),
        Probe("imul r16,m16", "imul (%ebx), %ax", 1 + 17, setup=hundred),
        Probe("imul r16,r16,imm", "imul $100, %cx, %ax", 1 + 17),
        Probe("imul r16,m16,imm", "imul $100, (%ebx), %ax", 1 + 17),
        Probe("imul r,r,imm", "imul $100, %ecx, %eax", 17),
        Probe("imul r,m,imm", "imul $100, (%ebx), %eax", 17),
    ]


def shifts() -> list[Probe]:
    probes = []
    for name in SHIFTS:
        probes += [
            Probe(f"{name} r,imm", f"{name} $3, %eax", 2),
            Probe(f"{name} r,1", f"{name} %eax", 3),
            Probe(f"{name} r,cl", f"{name} %cl, %eax", 3),
            Probe(f"{name} m,imm", f"{name}l $3, (%ebx)", 4),
            Probe(f"{name} m,1", f"{name}l (%ebx)", 4),
            Probe(f"{name} m,cl", f"{name}l %cl, (%ebx)", 4),
        ]
    for name in ("rcl", "rcr"):
        probes += [
            Probe(f"{name} r,1", f"{name} %eax", 3),
            Probe(f"{name} m,1", f"{name}l (%ebx)", 4),
            Probe(f"{name} r,imm", f"{name} $3, %eax", 19),
            Probe(f"{name} r,cl", f"{name} %cl, %eax", 19),
            Probe(f"{name} m,imm", f"{name}l $3, (%ebx)", 20),
            Probe(f"{name} m,cl", f"{name}l %cl, (%ebx)", 20),
        ]
    for name in ("shld", "shrd"):
        probes += [
            Probe(f"{name} r,r,imm", f"{name} $3, %edx, %eax", 2),
            Probe(f"{name} m,r,imm", f"{name} $3, %edx, (%ebx)", 3),
            Probe(f"{name} r,r,cl", f"{name} %cl, %edx, %eax", 3),
            Probe(f"{name} m,r,cl", f"{name} %cl, %edx, (%ebx)", 4),
        ]
    return probes


def bits() -> list[Probe]:
    bit_8 = "mov $0x100, %ecx; movl $0x100, (%ebx)"
    probes = [
        Probe("bsf r,r", "bsf %ecx, %eax", 22, setup=bit_8),
        Probe("bsf r,m", "bsf (%ebx), %eax", 23, setup=bit_8),
        Probe("bsr r,r", "bsr %ecx, %eax", 79, setup=bit_8),
        Probe("bsr r,m", "bsr (%ebx), %eax", 80, setup=bit_8),
        Probe("bt r,r", "bt %ecx, %eax", 3),
        Probe("bt r,imm", "bt $3, %eax", 3),
        Probe("bt m,imm", "btl $3, (%ebx)", 3),
        Probe("bt m,r", "bt %ecx, (%ebx)", 8, setup="mov $3, %ecx"),
    ]
    for name in ("bts", "btr", "btc"):
        probes += [
            Probe(f"{name} r,r", f"{name} %ecx, %eax", 6),
            Probe(f"{name} r,imm", f"{name} $3, %eax", 6),
            Probe(f"{name} m,imm", f"{name}l $3, (%ebx)", 8),
            Probe(f"{name} m,r", f"{name} %ecx, (%ebx)", 13, setup="mov $3, %ecx"),
        ]
    probes += [Probe(f"set{condition} r", f"set{condition} %cl", 4) for condition in CONDITIONS]
    return probes + [
        Probe(f"set{condition} m", f"set{condition} (%ebx)", 3 if condition in TAKEN else 4, setup="mov $2, %eax")
        for condition in CONDITIONS
    ]


def control() -> list[Probe]:
    probes = []
    for condition in CONDITIONS:
        clocks = 3 if condition in TAKEN else 1
        number = _number(condition)
        short = f".byte 0x70 + {number}, 1; .byte 0; 8:"
        near = f".byte 0x0F, 0x80 + {number}; .long 1; .byte 0; 8:"
        if condition not in TAKEN:
            short, near = f"j{condition} 8f; 8:", f".byte 0x0F, 0x80 + {number}; .long 0; 8:"
        probes.append(Probe(f"j{condition} short", short, clocks, setup="mov $2, %eax"))
        probes.append(Probe(f"j{condition} near", near, clocks, setup="mov $2, %eax"))
    return probes + [
        Probe("jmp rel", "jmp 8f; .byte 0; 8:", 3),
        Probe("jmp r", "jmp *%ecx; 8:", 5, setup="mov $8f, %ecx"),
        Probe("jmp m", "jmp *(%ebx); 8:", 5, setup="movl $8f, (%ebx)"),
        Probe("jecxz taken", "jecxz 8f; .byte 0; 8:", 8, setup="xor %ecx, %ecx"),
        Probe("jcxz taken", ".byte 0x67; jecxz 8f; .byte 0; 8:", 8 + 1, setup="xor %ecx, %ecx"),
        Probe("jecxz not taken", "jecxz 8f; 8:", 5, setup="mov $1, %ecx"),
        Probe("loop taken", "loop 8f; .byte 0; 8:", 7, setup="mov $2, %ecx"),
        Probe("loop not taken", "loop 8f; 8:", 6, setup="mov $1, %ecx"),
        Probe("loope taken", "loope 8f; .byte 0; 8:", 9, setup="mov $2, %ecx; xor %eax, %eax"),
        Probe("loope not taken", "loope 8f; 8:", 6, setup="mov $2, %ecx; mov $2, %eax"),
        Probe("loopne taken", "loopne 8f; .byte 0; 8:", 9, setup="mov $2, %ecx; mov $2, %eax"),
        Probe("loopne not taken", "loopne 8f; 8:", 6, setup="mov $2, %ecx; xor %eax, %eax"),
        Probe("call rel", "call 8f; .byte 0; 8:", 3, after="pop %eax"),
        Probe("call r", "call *%ecx; 8:", 5, setup="mov $8f, %ecx", after="pop %eax"),
        Probe("call m", "call *(%ebx); 8:", 5, setup="movl $8f, (%ebx)", after="pop %eax"),
        Probe("ret", "ret; 8:", 5, setup="push $8f"),
        Probe("ret imm", "ret $4; 8:", 5, setup="push %eax; push $8f"),
        Probe("enter 0", "enter $4, $0", 14, setup="push %ebp", after="leave; pop %ebp"),
        Probe("enter 1", "enter $4, $1", 17, setup="push %ebp", after="leave; pop %ebp"),
        Probe("leave", "leave", 5, setup="push %ebp; mov %esp, %ebp; push %ebp; mov %esp, %ebp; nop", after="pop %ebp"),
        Probe("ljmp direct", "ljmp $8, $8f; 8:", 19),
        Probe("ljmp m", "ljmp *(%ebx); 8:", 18, setup="movl $8f, (%ebx); movl $8, 4(%ebx)"),
        Probe("lcall direct", "lcall $8, $8f; 8:", 20, after="add $8, %esp"),
        # The gate leads to LRET, or to JMP ECX.
        Probe("lcall gate, same level", "lcall $0x38, $0", 35 + 17, instructions=2),
        Probe("ljmp gate", "ljmp $0x48, $0; 8:", 32 + 5, setup="mov $8f, %ecx", instructions=2),
        Probe("ljmp m gate", "ljmp *(%ebx); 8:", 31 + 5,
              setup="movl $0, (%ebx); movl $0x48, 4(%ebx); mov $8f, %ecx", instructions=2),
        Probe("lcall gate to inner level and retf back", "lcall $0x3B, $0", 69 + 35, user=True, instructions=2),
        Probe("lcall gate with two parameters and retf imm back", "push %eax; push %eax; lcall $0x43, $0",
              1 + 1 + 77 + 2 * 4 + 36, user=True, instructions=4),
        Probe("retf same level", "lret; 8:", 17, setup="push %cs; push $8f"),
        Probe("retf imm same level", "lret $4; 8:", 18, setup="push %eax; push %cs; push $8f"),
        Probe("iretd same level", "iretl; 8:", 20, setup="pushfl; push %cs; push $8f"),
        Probe("into not taken", "into", 3),
        # It interrupts at the same level and returns: INT + 2, then IRETD.
        Probe("into taken", "mov $0x7FFFFFFF, %eax; inc %eax; into", 1 + 1 + 44 + 2 + 20, interrupts={"4": 1}),
    ]


def _number(condition: str) -> int:
    """The condition's number in an opcode."""
    return "o no b ae e ne be a s ns p np l ge le g".split().index(condition)


def strings() -> list[Probe]:
    """Every width; a word form has an operand-size prefix."""
    copy = "mov %ebx, %esi"
    probes = []
    for name, clocks in (("movs", 7), ("stos", 5), ("lods", 5), ("scas", 6), ("cmps", 8)):
        for width, prefix in WIDTHS:
            probes.append(Probe(name + width, name + width, clocks + prefix, setup=copy))
    for width, prefix in WIDTHS:
        for count, clocks in ((0, 5), (1, 13), (2, 18), (16, 60), (1024, 3084)):
            probes.append(_repeated(f"movs{width}", count, clocks + prefix))
        for count, clocks in ((0, 5), (1, 11), (16, 71)):
            probes.append(_repeated(f"stos{width}", count, clocks + prefix))
            probes.append(_repeated(f"lods{width}", count, clocks + prefix))
        for count, clocks in ((0, 5), (1, 12), (16, 87)):
            probes.append(_repeated(f"scas{width}", count, clocks + prefix, "repne", "mov $0x55667788, %eax"))
        for count, clocks in ((0, 5), (1, 14), (16, 119)):
            probes.append(_repeated(f"cmps{width}", count, clocks + prefix, "repe", "mov %ebx, %edi"))
        port = "mov %ebx, %esi; mov $0x80, %edx; mov $2, %ecx"
        probes.append(Probe(f"rep ins{width}", f"rep ins{width}", 10 + 8 * 2 + prefix, setup=port, iterations=1))
        probes.append(Probe(f"rep outs{width}", f"rep outs{width}", 11 + 5 * 2 + prefix, setup=port, iterations=1))
    return probes


def _repeated(name: str, count: int, clocks: int, prefix: str = "rep", extra: str = "") -> Probe:
    setup = f"mov %ebx, %esi; {extra}; mov ${count}, %ecx"
    body, steps = f"{prefix} {name}", max(0, count - 1)
    return Probe(f"{body} {count}", body, clocks, setup=setup, instructions=1, iterations=steps)


def system() -> list[Probe]:
    return [
        Probe("in imm", "in $0x80, %al", 9),
        Probe("in dx", "in %dx, %al", 8, setup="mov $0x80, %edx"),
        Probe("out imm", "out %al, $0x80", 11),
        Probe("out dx", "out %al, %dx", 10, setup="mov $0x80, %edx"),
        Probe("in imm, CPL > IOPL", "in $0x80, %al", 29, user=True),
        Probe("in dx, CPL > IOPL", "in %dx, %al", 28, setup="mov $0x80, %edx", user=True),
        Probe("out imm, CPL > IOPL", "out %al, $0x80", 31, user=True),
        Probe("out dx, CPL > IOPL", "out %al, %dx", 30, setup="mov $0x80, %edx", user=True),
        Probe("lgdt", "lgdt gdt_pointer", 12),
        Probe("lidt", "lidt idt_pointer", 12),
        Probe("sgdt", "sgdt 2(%ebx)", 10),
        Probe("sidt", "sidt 2(%ebx)", 10),
        Probe("lldt r", "lldt %ax", 11, setup="xor %eax, %eax"),
        Probe("ltr r", "ltr %ax", 20, setup="andb $0xFD, gdt + 0x2D; mov $0x28, %eax"),
        Probe("sldt r", "sldt %eax", 2),
        Probe("str r", "str %eax", 2),
        Probe("sldt m", "sldt (%ebx)", 3),
        Probe("smsw r", "smsw %eax", 2),
        Probe("lmsw r", "lmsw %ax", 13, setup="smsw %eax"),
        Probe("lar", "lar %ecx, %eax", 11, setup="mov $0x10, %ecx"),
        Probe("lsl", "lsl %ecx, %eax", 10, setup="mov $0x10, %ecx"),
        Probe("verr", "verr %cx", 11, setup="mov $0x10, %ecx"),
        Probe("verw", "verw %cx", 11, setup="mov $0x10, %ecx"),
        Probe("lldt m", "lldt (%ebx)", 11, setup="movl $0, (%ebx)"),
        Probe("ltr m", "ltr (%ebx)", 20, setup="andb $0xFD, gdt + 0x2D; movl $0x28, (%ebx)"),
        Probe("str m", "str (%ebx)", 3),
        Probe("smsw m", "smsw (%ebx)", 3),
        Probe("lmsw m", "lmsw (%ebx)", 13, setup="smsw (%ebx)"),
        Probe("lar m", "lar (%ebx), %eax", 11, setup="movl $0x10, (%ebx)"),
        Probe("lsl m", "lsl (%ebx), %eax", 10, setup="movl $0x10, (%ebx)"),
        Probe("verr m", "verr (%ebx)", 11, setup="movl $0x10, (%ebx)"),
        Probe("verw m", "verw (%ebx)", 11, setup="movl $0x10, (%ebx)"),
        Probe("arpl m", "arpl %cx, (%ebx)", 9),
        Probe("clts", "clts", 7),
        Probe("mov cr0,r", "mov %eax, %cr0", 17, setup="mov %cr0, %eax"),
        Probe("mov cr2,r", "mov %eax, %cr2", 4, setup="mov %cr2, %eax"),
        Probe("mov cr3,r", "mov %eax, %cr3", 4, setup="mov %cr3, %eax"),
        Probe("mov r,cr0", "mov %cr0, %eax", 4),
        Probe("mov r,cr2", "mov %cr2, %eax", 4),
        Probe("mov r,cr3", "mov %cr3, %eax", 4),
        Probe("mov r,dr", "mov %dr0, %eax", 9),
        Probe("mov dr,r", "mov %eax, %dr0", 10, setup="xor %eax, %eax"),
        Probe("invlpg, entry present", "invlpg (%esi)", 12, setup="mov (%esi), %eax"),
        Probe("invlpg, no entry", "invlpg (%esi)", 11, setup="invlpg (%esi)"),
        Probe("invd", "invd", 4),
        Probe("wbinvd", "wbinvd", 5),
        Probe("arpl", "arpl %cx, %dx", 9),
        Probe("bound", "bound %ecx, (%ebx)", 7, setup="movl $0, (%ebx); movl $9, 4(%ebx); mov $1, %ecx"),
        Probe("fninit", "fninit", 17),
        Probe("fnclex", "fnclex", 7),
        Probe("fnstsw", "fnstsw %ax", 3),
        Probe("fnstcw", "fnstcw (%ebx)", 3),
        Probe("fldcw", "fldcw (%ebx)", 4, setup="fnstcw (%ebx)"),
        Probe("fnsave", "fnsave (%ebx)", 143),
        Probe("frstor", "frstor (%ebx)", 120, setup="fnsave (%ebx)"),
        Probe("lahf", "lahf", 3),
        Probe("sahf", "sahf", 2),
        Probe("nop", "nop", 1),
        Probe("pause", "pause", 1),
        Probe("cli", "cli", 5),
    ] + [Probe(name, name, 2) for name in ("cld", "clc", "stc", "cmc")] + [Probe("std", "std", 2, after="cld")]


def probes() -> list[Probe]:
    return moves() + arithmetic() + control() + strings() + system()

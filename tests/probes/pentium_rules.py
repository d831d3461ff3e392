# SPDX-License-Identifier: BSD-2-Clause
"""Which clocks do pairing, interlocks, branch prediction, caches, TLBs and entries of the Pentium add? Worked out by hand.

The board is `ideal`: a line 2-1-1-1, a single transfer 2. The instruction before the body was the second of its pair.
"""

from __future__ import annotations

from probe import Probe

# No branch target is known, and no translation but that of the code from here, aligned so that it stays in its page.
FORGET = ".p2align 8, 0x90; mov %cr3, %edx; mov %edx, %cr3"
# ADD with memory, MOV, read-modify and read-modify-write: what fills a pipe for 1, 2 and 3 clocks.
FIRST = (("mov", "mov %ecx, %eax", 1), ("read-modify", "add (%ebx), %eax", 2), ("read-modify-write", "add %eax, (%ebx)", 3))
SECOND = (
    ("mov", "mov %ecx, %edx", 1),
    ("read-modify", "add 4(%ebx), %edx", 2),
    ("read-modify-write", "add %edx, 4(%ebx)", 3),
)
PAIR_CLOCKS = ((1, 2, 3), (2, 2, 3), (3, 4, 5))


def pair_times() -> list[Probe]:
    """Both in the cache, in different banks."""
    return [
        Probe(f"{first[0]} paired with {second[0]}", f"{first[1]}; {second[1]}", PAIR_CLOCKS[row][column])
        for row, first in enumerate(FIRST)
        for column, second in enumerate(SECOND)
    ]


def pairing() -> list[Probe]:
    return [
        Probe("two in either pipe", "mov %ecx, %eax; mov %ecx, %edx", 1),
        Probe("four in two pairs", "mov %ecx, %eax; mov %ecx, %edx; inc %eax; inc %edx", 2),
        Probe("first only in the u pipe", "adc %ecx, %eax; mov %ecx, %edx", 1),
        Probe("first only, as second", "mov %ecx, %edx; adc %ecx, %eax", 2),
        Probe("shift by immediate first", "shl $3, %eax; mov %ecx, %edx", 1),
        Probe("shift by immediate second", "mov %ecx, %edx; shl $3, %eax", 2),
        Probe("rotate by immediate does not pair", "rol $3, %eax; mov %ecx, %edx", 2),
        Probe("never pairs, first", "neg %eax; mov %ecx, %edx", 2),
        Probe("never pairs, second", "mov %ecx, %edx; neg %eax", 2),
        Probe("compare and branch not taken", "cmp %eax, %eax; jne 8f; 8:", 1),
        Probe("branch alone, then a pair", "jne 8f; mov %ecx, %eax; mov %ecx, %edx; 8:", 1 + 1, setup="mov %ecx, %ecx; xor %eax, %eax"),
        Probe("compare and branch taken", "cmp %eax, %eax; je 8f; .byte 0; 8:", 1),
        Probe("move and call", "mov %ecx, %edx; call 8f; .byte 0; 8:", 1, after="pop %eax"),
        Probe("read after write", "mov %ecx, %eax; mov %eax, %edx", 2),
        Probe("write after write", "mov %ecx, %eax; mov %edx, %eax", 2),
        Probe("write after read", "mov %eax, %edx; mov %ecx, %eax", 1),
        Probe("parts of a register depend", "mov $1, %al; mov $2, %ah", 2),
        Probe("no partial register stall", "mov $1, %al; mov %eax, %ecx", 2),
        Probe("displacement and immediate", "movl $5, 8(%ebx); mov %ecx, %edx", 2),
        Probe("displacement and immediate, alone", "movl $5, 8(%ebx)", 1),
        Probe("index costs nothing", "mov (%ebx,%ecx), %eax; mov %ecx, %edx", 1, setup="xor %ecx, %ecx"),
        Probe("push and push", "push %eax; push %ecx", 1, after="pop %eax; pop %eax"),
        Probe("four pushes", "push %eax; push %ecx; push %edx; push %ebx", 2, after="add $16, %esp"),
        Probe("push and call", "push %eax; call 8f; .byte 0; 8:", 1, after="pop %eax; pop %eax"),
        Probe("pop and pop", "pop %eax; pop %ecx", 1, setup="push %eax; push %eax"),
        Probe("push and pop", "push %eax; pop %ecx", 2),
        Probe("push, and ESP as base", "push %eax; mov (%esp), %ecx", 2, after="pop %eax"),
        Probe("first pass of a line", "mov %ecx, %eax; mov %ecx, %edx", 2, setup="wbinvd"),
        Probe("first pass, one byte long", "inc %eax; inc %ecx", 1, setup="wbinvd"),
    ]


def stalls() -> list[Probe]:
    return [
        Probe("agi", "mov %edx, %ecx; mov (%ecx), %eax", 1 + 1 + 1, setup="mov %ebx, %edx"),
        Probe("agi on an index", "mov $0, %ecx; mov (%ebx,%ecx), %eax", 1 + 1 + 1),
        Probe("agi in lea", "mov %edx, %ecx; lea 4(%ecx), %eax", 1 + 1 + 1),
        # mov, inc in one clock; both look back one clock.
        Probe("agi three instructions later", "mov %edx, %ecx; inc %eax; inc %edi; mov (%ecx), %ebp", 1 + 1 + 1,
              setup="mov %ebx, %edx"),
        Probe("no agi with a clock between", "mov %edx, %ecx; neg %eax; mov (%ecx), %ebp", 1 + 1 + 1,
              setup="mov %ebx, %edx"),
        Probe("agi of esp", "add $0, %esp; push %eax", 1 + 1 + 1, after="pop %eax"),
        Probe("esp renamed", "push %eax; push %ecx; pop %edx; pop %ecx", 2),
        Probe("prefix", "mov $1, %ax", 1 + 1),
        Probe("two prefixes", "mov %es:(%ebx), %ax", 1 + 2),
        Probe("prefix in the second pipe", "mov %ecx, %edx; mov $1, %ax", 1 + 1 + 1),
        Probe("prefixed first, then its partner", "mov $1, %ax; mov %ecx, %edx", 1 + 1),
        Probe("0Fh of a branch is no prefix", ".byte 0x0F, 0x85; .long 0", 1, setup="xor %eax, %eax"),
        # Three clocks hide two prefix clocks of the next two pairs.
        Probe("prefix hidden", "add %eax, (%ebx); mov $1, %ax; mov $1, %cx", 3 + 1 + 1),
        Probe("prefix hidden, not in the third pair", "add %eax, (%ebx); neg %edx; neg %edx; mov $1, %ax", 3 + 1 + 1 + 1 + 1),
        Probe("prefix hidden by an interlock", "mov %edx, %ecx; mov (%ecx), %ebp; mov $1, %ax", 1 + 1 + 1 + 1,
              setup="mov %ebx, %edx"),
        Probe("lock prefix", "lock; incl (%ebx)", 3 + 1 + 2 + 2),
        Probe("misaligned read", "mov 2(%ebx), %eax", 1 + 3),
        Probe("misaligned write", "mov %eax, 1(%ebx)", 1 + 3, setup="mov 1(%ebx), %eax"),
        Probe("word inside a dword", "mov 1(%ebx), %ax", 1 + 1),
        Probe("bank conflict", "mov (%ebx), %eax; mov 32(%ebx), %ecx", 1 + 1),
        Probe("other bank", "mov (%ebx), %eax; mov 36(%ebx), %ecx", 1),
        Probe("bank conflict of writes", "mov %eax, (%ebx); mov %eax, 32(%ebx)", 1 + 1, setup="mov (%ebx), %ecx; mov 32(%ebx), %ecx"),
    ]


def branches() -> list[Probe]:
    warm_stack = f"{FORGET}; mov (%esp), %eax; mov -4(%esp), %ecx"
    return [
        Probe("taken, not known, u pipe", "je 8f; .byte 0; 8:", 1 + 3, setup=f"{FORGET}; xor %eax, %eax"),
        Probe("taken, not known, v pipe", "cmp %eax, %eax; je 8f; .byte 0; 8:", 1 + 4, setup=FORGET),
        Probe("not taken, not known", "jne 8f; 8:", 1, setup=f"{FORGET}; xor %eax, %eax"),
        Probe("jmp not known, v pipe", "mov %ecx, %edx; jmp 8f; .byte 0; 8:", 1 + 3, setup=FORGET),
        Probe("call not known", "call 8f; .byte 0; 8:", 1 + 3, setup=warm_stack, after="pop %eax"),
        Probe("call known", "call 8f; .byte 0; 8:", 1, after="pop %eax"),
        Probe("ret not known", "ret; .byte 0; 8:", 2 + 3, setup=f"push $8f; {warm_stack}"),
        Probe("ret known", "ret; .byte 0; 8:", 2, setup="push $8f"),
        Probe("jmp r not known", "jmp *%ecx; .byte 0; 8:", 2 + 3, setup=f"{FORGET}; mov $8f, %ecx"),
        Probe("jmp r known", "jmp *%ecx; .byte 0; 8:", 2, setup="mov $8f, %ecx"),
        Probe("two known in a row", "jmp 8f; .byte 0; 8: jmp 9f; .byte 0; 9:", 1 + 1),
        # The second comes too early for a prediction, too.
        Probe("two not known in a row", "jmp 8f; .byte 0; 8: jmp 9f; .byte 0; 9:", 1 + 3 + 1 + 3, setup=FORGET),
        # Once round the pair before is the loop's own: not known by either address, and at the end predicted wrongly.
        Probe("loop of one pair, not known", "mov $8, %ecx; 8: dec %ecx; jnz 8b", 1 + 8 + 3 * 4, setup=FORGET),
        Probe("loop of one pair, known", "mov $8, %ecx; 8: dec %ecx; jnz 8b", 1 + 8 + 4),
    ]


def evict(offset: int) -> str:
    """Reads two lines that share the set of the line at EBX and an offset, so that it leaves the data cache."""
    return f"mov {0x200000 + offset}(%ebx), %eax; mov {0x201000 + offset}(%ebx), %eax"


def caches() -> list[Probe]:
    gone = f"{evict(0)}; {evict(64)}"
    dirty = f"{gone}; mov (%ebx), %eax; mov %eax, (%ebx); mov 0x201000(%ebx), %eax"
    return [
        Probe("read hit", "mov (%ebx), %eax", 1, cache_misses=0),
        Probe("read miss", "mov (%ebx), %eax", 1 + 2, setup=gone, cache_misses=1),
        # The eight bytes asked for come at 2, the next at 3, and so on; the second read is at 4.
        Probe("part that has come", "mov (%ebx), %eax; neg %edx; mov 8(%ebx), %ecx", 1 + 2 + 1 + 1, setup=gone),
        Probe("part that has not come", "mov (%ebx), %eax; neg %edx; mov 24(%ebx), %ecx", 1 + 2 + 1 + 1 + 1, setup=gone),
        # The bus is busy until 5; the second miss, at 4, waits 1 and then 2.
        Probe("two misses", "mov (%ebx), %eax; neg %edx; mov 64(%ebx), %ecx", 1 + 2 + 1 + 1 + 1 + 2, setup=gone,
              cache_misses=2),
        # The write takes the bus from 0 to 2 and does not fill the line; the read, at 2, misses.
        Probe("no allocation on a write miss", "mov %eax, (%ebx); neg %edx; mov (%ebx), %ecx", 1 + 1 + 1 + 2, setup=gone,
              cache_misses=1),
        # Each pair writes one bank twice.
        Probe("write hits stay in the cache", "; ".join(["mov %eax, (%ebx)"] * 8), 4 + 4, setup="mov (%ebx), %eax"),
        # The write that missed holds the bus from 0 to 2; the write that hits, at 1, waits for it.
        Probe("write hit behind a buffered write", "mov %eax, (%ebx); mov %eax, 36(%ebx)", 1 + 1,
              setup=f"{gone}; mov 36(%ebx), %eax"),
        # Two buffers of 2 clocks each: writes at 0 and 1 enter; those of the next pairs wait 1, 1, 2 and 1.
        Probe("write buffers", "; ".join(["mov %eax, (%ebx); mov %eax, 4(%ebx)"] * 3), 3 + 1 + 1 + 2 + 1, setup=gone),
        # The dirty line goes out after the fill, from 5 to 10; the next miss, at 4, waits for that.
        Probe("dirty line makes room", "mov 0x200000(%ebx), %eax; neg %edx; mov 64(%ebx), %ecx",
              1 + 2 + 1 + 1 + 6 + 2, setup=dirty, cache_misses=2),
    ]


def tlb() -> list[Probe]:
    """A walk takes 5 and two reads of 2, which bypass the cache."""
    entry = "mov $scratch, %ecx; shr $12, %ecx; lea page_table_alias(,%ecx,4), %ecx"
    flush = f"mov (%ecx), %eax; {FORGET}; mov (%ebx), %eax; mov (%ecx), %eax"
    unused = "andl $0xFFFFFF9F, (%ecx)"
    clean = "andl $0xFFFFFFBF, (%ecx)"
    large = "mov %cr4, %eax; or $0x10, %eax; mov %eax, %cr4; movl $0x87, page_directory + 8"
    mapped = f"{large}; orl $0x60, page_directory + 8; wbinvd; {FORGET}"
    return [
        Probe("tlb hit", "mov (%esi), %eax", 1, setup="mov (%esi), %eax"),
        Probe("walk", "mov (%esi), %eax", 1 + 9, setup=f"{entry}; wbinvd; {flush}", tlb_misses=1),
        # A line of eight entries, dirty in the cache, goes out first: 2 + 3.
        Probe("walk finds its entry dirty in the cache", "mov (%esi), %eax", 1 + 9 + 5, tlb_misses=1,
              setup=f"{entry}; {flush}; mov (%ecx), %eax; mov %eax, (%ecx)"),
        Probe("cr3 load and walk of code", "mov %edx, %cr3; neg %eax", 21 + 1 + 9 + 1, setup="mov %cr3, %edx", tlb_misses=1),
        # A locked read and write of 2 each.
        Probe("walk sets one accessed bit", "mov (%esi), %eax", 1 + 9 + 4, tlb_misses=1,
              setup=f"{entry}; {unused}; wbinvd; {flush}"),
        Probe("walk sets two accessed bits", "mov (%esi), %eax", 1 + 9 + 4 + 4, tlb_misses=1,
              setup=f"{entry}; {unused}; andl $0xFFFFFFDF, page_directory + 4; wbinvd; {flush}"),
        Probe("first write walks for the dirty bit", "mov %eax, (%esi)", 1 + 9 + 4,
              setup=f"{entry}; {clean}; wbinvd; {flush}; mov (%esi), %eax"),
        Probe("invlpg and walks of data and code", "invlpg (%esi); mov (%esi), %eax", 25 + 1 + 1 + 9, setup="mov (%esi), %eax",
              tlb_misses=1),
        Probe("walk for a 4 MB page", "mov 0x800000(%ebx), %eax", 1 + 5 + 2, setup=f"{mapped}; mov (%ebx), %eax", tlb_misses=1),
        Probe("another 4 KB of a 4 MB page", "mov 0x802000(%ebx), %eax", 1,
              setup=f"{mapped}; mov 0x800000(%ebx), %eax; mov 0x2000(%ebx), %eax"),
    ]


def entries() -> list[Probe]:
    # Acknowledge, interrupt table; push and mov together, out, pop, iretd.
    timer = 7 + 4 + (2 * 2 + 4) + 25 + (1 + 9 + 1 + 10)
    # Failed walk, interrupt table, handler (mov; add; iretd), then the read, whose walk finds the entry dirty and sets its bit.
    fault = 9 + 25 + (1 + 1 + 10) + (1 + 9 + 5 + 4)
    pte = "page_table_alias + 0x300000 / 1024"
    unmap = f"movl $0, {pte}; mov {pte}, %eax"
    return [
        Probe("descriptor not accessed", "mov %ax, %es", 3 + 8, setup="andb $0xFE, gdt + 0x35; mov $0x30, %eax"),
        Probe("int to a descriptor not accessed", "int $0x30", 48 + 8 + 27, setup="andb $0xFE, gdt + 0x0D", user=True,
              interrupts={"48": 1}),
        Probe("lcall gate to a descriptor not accessed", "lcall $0x3B, $0", 44 + 8 + 23, user=True, setup="andb $0xFE, gdt + 0x0D"),
        Probe("lcall gate to a stack not accessed", "lcall $0x3B, $0", 44 + 8 + 23, user=True, setup="andb $0xFE, gdt + 0x15"),
        Probe("int and iretd, same level", "int $0x30", 31 + 10, instructions=2, interrupts={"48": 1}),
        Probe("int3 and iretd, same level", "int3", 30 + 10, instructions=2, interrupts={"3": 1}),
        Probe("int to inner level and iretd back", "int $0x30", 48 + 27, user=True, instructions=2, interrupts={"48": 1}),
        Probe("int3 to inner level and iretd back", "int3", 47 + 27, user=True, instructions=2, interrupts={"3": 1}),
        Probe("page fault and restart", "mov FAULT_PAGE, %eax", fault, instructions=4, restarts=1, tlb_misses=2,
              setup=f"mov (%ebx), %eax; {unmap}; invlpg FAULT_PAGE", interrupts={"14": 1}),
        Probe("timer interrupt ends a halt", "sti; hlt", timer, instructions=7, after="cli", interrupts={"32": 1},
              setup="mov $2, %al; out %al, $0x40; xor %al, %al; out %al, $0x40"),
    ]


def probes() -> list[Probe]:
    return pair_times() + pairing() + stalls() + branches() + caches() + tlb() + entries()

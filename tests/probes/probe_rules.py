# SPDX-License-Identifier: BSD-2-Clause
"""Which clocks are added by pipeline, cache, write buffers, TLB and entries? The sums are worked out by hand."""

from __future__ import annotations

from probe import PAGE_END, Probe


def pipeline() -> list[Probe]:
    return [
        Probe("agi", "mov %edx, %ecx; mov (%ecx), %eax", 1 + 1 + 1, setup="mov %ebx, %edx"),
        Probe("no agi with one between", "mov %edx, %ecx; nop; mov (%ecx), %eax", 1 + 1 + 1, setup="mov %ebx, %edx"),
        Probe("agi in a store", "mov %edx, %ecx; mov %eax, (%ecx)", 1 + 1 + 1, setup="mov %ebx, %edx"),
        Probe("no agi on an index", "mov $0, %ecx; mov (%ebx,%ecx), %eax", 1 + 1 + 1),
        Probe("agi of esp", "add $0, %esp; push %eax", 1 + 1 + 1, after="pop %eax"),
        Probe("agi of esp, ret", "sub $0, %esp; ret; 8:", 1 + 1 + 5, setup="push $8f"),
        Probe("esp renamed", "push %eax; push %ecx; pop %edx; pop %ecx", 4),
        Probe("esp renamed, as base", "push %eax; mov (%esp), %ecx", 2, after="pop %eax"),
        Probe("index", "mov (%ebx,%ecx), %eax", 1 + 1, setup="xor %ecx, %ecx"),
        Probe("lea with index", "lea (%ebx,%ecx,4), %eax", 2),
        Probe("displacement and immediate", "movl $5, 8(%ebx)", 1 + 1),
        Probe("index, displacement and immediate", "movl $5, 8(%ebx,%ecx)", 1 + 1, setup="xor %ecx, %ecx"),
        Probe("prefix", "mov $1, %ax", 1 + 1),
        Probe("two prefixes", "mov %ds:(%ebx), %ax; nop", 1 + 1 + 1),
        Probe("segment prefix", "mov %es:(%ebx), %eax", 1 + 1),
        Probe("lock prefix", "lock; incl (%ebx)", 3 + 1),
        Probe("prefix hidden by two clocks", "shl $3, %ecx; mov $1, %ax", 2 + 1),
        Probe("partial register", "mov $1, %al; mov %eax, %ecx", 1 + 1 + 1),
        Probe("no partial register stall on the part", "mov $1, %al; mov %al, %cl", 1 + 1),
        Probe("byte register two clocks before an address", "mov %al, %dl; nop; mov (%ebx), %ecx", 1 + 1 + 1 + 1),
        Probe("byte register one clock before an address", "nop; mov %al, %dl; mov (%ebx), %ecx", 1 + 1 + 1),
        Probe("byte registers one and two clocks before", "mov %al, %dl; mov $3, %ah; mov (%ebx), %ecx", 1 + 1 + 2 + 1),
        Probe("misaligned read", "mov 2(%ebx), %eax", 1 + 3),
        Probe("misaligned write", "mov %eax, 1(%ebx)", 1 + 3),
        Probe("word inside a dword", "movzwl 1(%ebx), %eax", 3),
        Probe("word across dwords", "movzwl 3(%ebx), %eax", 3 + 3),
        Probe("misaligned across lines", "mov 14(%ebx), %eax", 1 + 3),
        # The line after the target's is fetched in the clock of the move; a load uses the cache in that clock.
        Probe(
            "target line's successor fetched ahead",
            "jmp 8f; .fill 10, 1, 0x90; 8: mov %eax, %ecx; lea 0x100(%edx), %edx",
            3 + 1 + 1,
        ),
        Probe("queue empty", "jmp 8f; .fill 10, 1, 0x90; 8: mov (%ebx), %ecx; lea 0x100(%edx), %edx", 3 + 1 + 3 + 1),
        Probe("branch target spans two lines", "jmp 8f; .fill 11, 1, 0x90; 8: .byte 0x8d, 0x92; .long 0", 3 + 1 + 3),
    ]


def cache() -> list[Probe]:
    cold = "wbinvd"
    return [
        Probe("read hit", "mov (%ebx), %eax", 1, cache_misses=0),
        Probe("read miss", "mov (%ebx), %eax", 1 + 2, setup=cold, cache_misses=1),
        # The line is busy until 5 clocks after its request; the second read comes at clock 3.
        Probe("line still being filled", "mov (%ebx), %eax; mov 4(%ebx), %ecx", 1 + 2 + 1 + 2, setup=cold),
        # The bus is busy until clock 5; the second miss, at clock 3, waits 2 and then 2.
        Probe("two misses", "mov (%ebx), %eax; mov 64(%ebx), %ecx", 1 + 2 + 1 + 2 + 2, setup=cold, cache_misses=2),
        # The write takes the bus from 0 to 2 and does not fill the line; the read, at 1, waits for it and then takes 2.
        Probe(
            "no allocation on a write miss",
            "mov %eax, (%ebx); mov (%ebx), %ecx",
            2 + 1 + 2,
            setup=cold,
            cache_misses=1,
        ),
        # The second write would take the bus at 2; it missed, so the read of clock 2 lets it go first and begins at 4.
        Probe(
            "read after buffered misses",
            "mov %eax, (%ebx); mov %eax, (%ebx); mov 64(%ebx), %ecx",
            3 + 4,
            setup=cold,
        ),
        # The same with a write that hit: the read begins at 2.
        Probe("read ahead of buffered hits", "mov %eax, (%ebx); mov %eax, (%ebx); mov 64(%ebx), %ecx", 3 + 2,
              setup=f"{cold}; mov (%ebx), %eax"),
        # Writes of 2 clocks each behind 4 buffers: the eighth and each after it waits 1.
        Probe("write buffers", "; ".join(["push %eax"] * 14), 14 + 7, after="add $56, %esp"),
        Probe("write buffers not full", "; ".join(["push %eax"] * 7), 7, after="add $28, %esp"),
    ]



def tlb() -> list[Probe]:
    """The alias of the scratch page has its own entries, so the code's walks do not touch them."""
    entry = "mov $scratch, %ecx; shr $12, %ecx; lea page_table_alias(,%ecx,4), %ecx"
    warm = "mov (%ebx), %eax; mov page_directory + 4, %eax; mov (%ecx), %eax"
    flush = "mov %cr3, %edx; mov %edx, %cr3"
    clean = "andl $0xFFFFFFBF, (%ecx)"
    unused = "andl $0xFFFFFF9F, (%ecx)"
    return [
        Probe("tlb hit", "mov (%esi), %eax", 1, setup="mov (%esi), %eax"),
        Probe(
            "walk, both entries in the cache",
            "mov (%esi), %eax",
            1 + 9,
            setup=f"{entry}; {warm}; {flush}",
            tlb_misses=1,
            cache_misses=0,
        ),
        Probe(
            "walk, neither entry in the cache",
            "mov (%esi), %eax",
            1 + 9 + 2 + 2 + 2,
            # The code's own walk must come before the cache is emptied, so what follows stays in one page.
            setup=f".p2align 12, 0x90, {PAGE_END + 64}; {flush}; .fill 32, 1, 0x90; wbinvd",
            tlb_misses=1,
            cache_misses=3,
        ),
        Probe(
            "cr3 load and walk",
            "mov %edx, %cr3; mov (%esi), %eax",
            4 + 1 + 9,
            setup=f"{entry}; {warm}; mov %cr3, %edx",
            tlb_misses=1,
        ),
        Probe(
            "walk sets one accessed bit",
            "mov (%esi), %eax",
            1 + 9 + 8,
            setup=f"{entry}; {unused}; {warm}; {flush}",
            tlb_misses=1,
        ),
        Probe("walk sets two accessed bits", "mov (%esi), %eax", 1 + 9 + 15,
              setup=f"{entry}; {unused}; andl $0xFFFFFFDF, page_directory + 4; {warm}; {flush}", tlb_misses=1),
        Probe("first write walks for the dirty bit", "mov %eax, (%esi)", 1 + 9 + 8,
              setup=f"{entry}; {clean}; {warm}; {flush}; mov (%esi), %eax"),
        Probe(
            "first write to a dirty page",
            "mov %eax, (%esi)",
            1,
            setup=f"mov %eax, (%esi); {flush}; mov (%esi), %ecx",
        ),
        Probe("second write", "mov %eax, (%esi); mov %eax, (%esi)", 2, setup="mov %eax, (%esi)"),
        Probe(
            "invlpg and walk",
            "invlpg (%esi); mov (%esi), %eax",
            12 + 1 + 9,
            setup=f"{entry}; {warm}; mov (%esi), %eax",
            tlb_misses=1,
        ),
    ]


def entries() -> list[Probe]:
    # Timer at 1.19 MHz counts 1; the handler is push, mov, out, pop, iretd at the same level.
    timer = 5 + 4 + (44 + 2 * 2 + 4) + (1 + 1 + 11 + 1 + 20)
    # Failed walk, entry, handler (mov m,imm with displacement; add; iretd), then the read with its own walk and
    # accessed bit.
    fault = 9 + 44 + (1 + 1) + 1 + 20 + (1 + 9 + 8)
    # Two steps, the failed walk and entry, the handler as above, then two steps again with a walk for writing.
    copy = (12 + 3 * 2) + 9 + 44 + (1 + 1) + 1 + 20 + (12 + 3 * 2) + (9 + 8)
    pte = "page_table_alias + 0x300000 / 1024"
    unmap = f"movl $0, {pte}; mov page_directory + 4, %eax; mov {pte}, %eax"
    return [
        Probe("descriptor not accessed", "mov %ax, %es", 9 + 11, setup="andb $0xFE, gdt + 0x35; mov $0x30, %eax"),
        Probe(
            "int to a descriptor not accessed",
            "int $0x30",
            71 + 11 + 36,
            setup="andb $0xFE, gdt + 0x0D",
            user=True,
            interrupts={"48": 1},
        ),
        Probe("lcall gate to a descriptor not accessed", "lcall $0x3B, $0", 69 + 11 + 35, user=True,
              setup="andb $0xFE, gdt + 0x0D"),
        Probe("lcall gate to a stack not accessed", "lcall $0x3B, $0", 69 + 11 + 35, user=True, setup="andb $0xFE, gdt + 0x15"),
        Probe("page fault in a copy", "rep movsl", copy, instructions=4, iterations=3, restarts=1, tlb_misses=2,
              setup=f"{unmap}; mov FAULT_PAGE - 4, %eax; mov %eax, FAULT_PAGE - 4; invlpg FAULT_PAGE;"
                    "mov 12(%ebx), %eax; mov %ebx, %esi; mov $FAULT_PAGE - 8, %edi; mov $4, %ecx",
              interrupts={"14": 1}),
        Probe("int and iretd, same level", "int $0x30", 44 + 20, instructions=2, interrupts={"48": 1}),
        Probe("int3 and iretd, same level", "int3", 44 + 20, instructions=2, interrupts={"3": 1}),
        Probe(
            "int to inner level and iretd back",
            "int $0x30",
            71 + 36,
            user=True,
            instructions=2,
            interrupts={"48": 1},
        ),
        Probe("int3 to inner level and iretd back", "int3", 71 + 36, user=True, instructions=2, interrupts={"3": 1}),
        Probe("page fault and restart", "mov FAULT_PAGE, %eax", fault, instructions=4, restarts=1, tlb_misses=2,
              setup=f"mov (%ebx), %eax; {unmap}; invlpg FAULT_PAGE",
              interrupts={"14": 1}),
        Probe("timer interrupt ends a halt", "sti; hlt", timer, instructions=7, after="cli", interrupts={"32": 1},
              setup="mov $2, %al; out %al, $0x40; xor %al, %al; out %al, $0x40"),
    ]


def probes() -> list[Probe]:
    return pipeline() + cache() + tlb() + entries()

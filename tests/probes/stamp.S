/* SPDX-License-Identifier: BSD-2-Clause
 * Does rdtsc give modelled cycles? Two readings with six no-operations between, twice: the first pass warms the code and its pairing.
 * The guest exits with the difference of the second pass, or 0x7F if the high half is not zero.
 */
    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    mov $3, %esi
1:  rdtsc
    mov %eax, %edi
    nop
    nop
    nop
    nop
    nop
    nop
    rdtsc
    sub %edi, %eax
    dec %esi
    jnz 1b
    test %edx, %edx
    jz 2f
    mov $0x7F, %eax
2:  out %al, $0xF4
    hlt

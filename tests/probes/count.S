/* SPDX-License-Identifier: BSD-2-Clause
 * Does the model count exactly, and does the clock page tell its time? A loop of 1,000,000 x 6 instructions in one region; then two
 * readings of the clock, the second nine clocks after the first. The guest itself compares them and exits with the difference,
 * or with 0x7F if the clock never became present.
 */
    .macro MARK number
    .byte 0xA9
    .long 0x4C340000 + \number
    .endm

    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    mov $1000000, %ecx
    MARK 1
    MARK 2
1:  nop
    nop
    nop
    nop
    dec %ecx
    jnz 1b
    MARK 3
    MARK 5
    mov $2, %esi
/* The first pass warms the lines of the code; the second is judged. */
read_twice:
    mov $clock, %ebx
    .p2align 5, 0x90
    MARK 4
    mov 8(%ebx), %eax
    mov (%ebx), %edi
    nop
    nop
    nop
    nop
    nop
    nop
    MARK 4
    mov 8(%ebx), %eax
    mov (%ebx), %edx
    dec %esi
    jnz read_twice
    sub %edi, %edx
    mov %edx, %ecx
    cmp $1, %eax
    je 1f
    mov $0x7F, %ecx
1:  mov %ecx, %eax
    out %al, $0xF4
    hlt

    .section .bss
    .balign 16
clock:
    .skip 16

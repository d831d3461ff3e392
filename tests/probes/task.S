/* SPDX-License-Identifier: BSD-2-Clause
 * Does the model stop at a far call that switches tasks?
 */
    .set FIRST, 0x18
    .set SECOND, 0x20

    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    mov $stack_top, %esp
    mov $first_task, %eax
    mov $gdt + FIRST, %edi
    call set_base
    mov $second_task, %eax
    mov $gdt + SECOND, %edi
    call set_base
    lgdt gdt_pointer
    ljmp $8, $1f
1:  mov $0x10, %eax
    mov %ax, %ds
    mov %ax, %ss
    mov $FIRST, %ax
    ltr %ax
    movl $inside, second_task + 32
    movl $2, second_task + 36
    movl $stack_top, second_task + 56
    movl $0x10, second_task + 72
    movl $8, second_task + 76
    movl $0x10, second_task + 80
    movl $0x10, second_task + 84
    lcall $SECOND, $0
inside:
    hlt

/* void set_base(): EAX base, EDI descriptor; clobbers EAX. */
set_base:
    mov %ax, 2(%edi)
    shr $16, %eax
    mov %al, 4(%edi)
    ret

    .section .data
    .balign 16
gdt:
    .quad 0
    .quad 0x00CF9B000000FFFF
    .quad 0x00CF93000000FFFF
    .quad 0x0000890000000067
    .quad 0x0000890000000067
gdt_end:
    .skip 2
gdt_pointer:
    .word gdt_end - gdt - 1
    .long gdt

    .section .bss
    .balign 16
first_task:
    .skip 104
    .balign 16
second_task:
    .skip 104
    .skip 256
stack_top:

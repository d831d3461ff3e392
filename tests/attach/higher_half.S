/* SPDX-License-Identifier: BSD-2-Clause
 * A kernel of another shape: it runs in the fourth gigabyte, with 4 KB pages or with 4 MB pages (symbol LARGE defined), and
 * has two address spaces whose user code lies at one linear address in different frames. Its segments for code and data of
 * level 0 have a base (BASE), so that its offsets are no linear addresses. Before the region it runs what the model does not
 * know: a coprocessor instruction, a later processor's time stamp, 16-bit code (BASE_16). FPU and SYSENTER put such an
 * instruction behind `warm_end`. With CALL_GATE the user enters by a call gate, not by an interrupt.
 */
    .set OFFSET, 0xC0000000
    .set PRESENT, 7
    .set LARGE_PAGE, 0x80
    .set USER, 0x40000000
    .set KERNEL_CODE, 0x08
    .set KERNEL_DATA, 0x10
    .set CODE_16, 0x18
    .set USER_CODE, 0x23
    .set USER_DATA, 0x2B
    .set TASK, 0x30
    .set CALL_GATE_OF_USERS, 0x3B

    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    cld
    mov $directory_a - OFFSET, %edi
    mov $user_table_a - OFFSET, %edx
    mov $frame_a - OFFSET + PRESENT, %ebx
    call make_space
    mov $directory_b - OFFSET, %edi
    mov $user_table_b - OFFSET, %edx
    mov $frame_b - OFFSET + PRESENT, %ebx
    call make_space
    mov $kernel_table - OFFSET, %edi
    mov $PRESENT, %eax
    mov $1024, %ecx
1:  stosl
    add $0x1000, %eax
    loop 1b
    .ifdef LARGE
    mov %cr4, %eax
    or $0x10, %eax
    mov %eax, %cr4
    .endif
    mov $directory_a - OFFSET, %eax
    mov %eax, %cr3
    add $directory_b - OFFSET, %eax
    mov %eax, both_spaces - OFFSET
    mov %cr0, %eax
    or $0x80010000, %eax
    mov %eax, %cr0
    mov $high, %eax
    jmp *%eax

/* EDI directory, EDX user table, EBX user frame's entry; all physical. */
make_space:
    .ifdef LARGE
    movl $PRESENT + LARGE_PAGE, (%edi)
    movl $PRESENT + LARGE_PAGE, 0xC00(%edi)
    .else
    movl $kernel_table - OFFSET + PRESENT, (%edi)
    movl $kernel_table - OFFSET + PRESENT, 0xC00(%edi)
    .endif
    lea PRESENT(%edx), %eax
    mov %eax, 0x400(%edi)
    mov %ebx, (%edx)
    ret

high:
    lgdt gdt_pointer
    ljmp $KERNEL_CODE, $1f - BASE
1:  mov $KERNEL_DATA, %eax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $stack_top - BASE, %esp
    mov $gate - BASE, %eax
    mov %eax, %edx
    and $0xFFFF, %eax
    or $KERNEL_CODE << 16, %eax
    mov %eax, idt + 0x40 * 8 - BASE
    mov $0xEE00, %dx
    mov %edx, idt + 0x40 * 8 + 4 - BASE
    lidt idt_pointer - BASE
    movl $stack_top - BASE, task + 4 - BASE
    movl $KERNEL_DATA, task + 8 - BASE
    movl $104 << 16, task + 100 - BASE
    mov $task, %eax
    mov %ax, gdt + TASK + 2 - BASE
    shr $16, %eax
    mov %al, gdt + TASK + 4 - BASE
    mov %ah, gdt + TASK + 7 - BASE
    .ifdef CALL_GATE
    mov $called - BASE, %eax
    mov %eax, %edx
    and $0xFFFF, %eax
    or $KERNEL_CODE << 16, %eax
    mov %eax, gdt + 0x38 - BASE
    mov $0xEC00, %dx
    mov %edx, gdt + 0x3C - BASE
    .endif
    mov $TASK, %eax
    ltr %ax
    fninit
    .byte 0x0F, 0x31 # rdtsc
    .ifdef SYSENTER
    call aim_sysenter
    .endif
    call through_16
    mov $user_code - BASE, %esi
    mov $frame_a - BASE, %edi
    mov $user_end - user_code, %ecx
    rep movsb
    mov $user_code - BASE, %esi
    mov $frame_b - BASE, %edi
    mov $user_end - user_code, %ecx
    rep movsb
    push $USER_DATA
    push $USER + 0x1000
    push $0x2
    push $USER_CODE
    push $USER
    iretl

    .ifdef SYSENTER
aim_sysenter:
    xor %edx, %edx
    mov $0x174, %ecx
    mov $KERNEL_CODE, %eax
    wrmsr
    mov $0x175, %ecx
    mov $stack_top - BASE, %eax
    wrmsr
    mov $0x176, %ecx
    mov $gate - BASE, %eax
    wrmsr
    ret
    .endif

/* Into 16-bit code and back. */
    .balign 16
    .global through_16
through_16:
    nop
    ljmp $CODE_16, $in_16 - BASE_16
    .global from_16
from_16:
    ret

/* The gates of int 0x40 and of lcall: the caller goes on in the other address space. */
    .balign 32
    .ifdef CALL_GATE
    .global called
called:
    nop
    .endif
    .global gate
gate:
    mov %cr3, %eax
    mov both_spaces - BASE, %edx
    sub %eax, %edx
    .global work
work:
    mov %edx, %cr3
    .global warm
warm:
    nop
    nop
    mov $5, %ecx
    .global warm_end
warm_end:
    .ifdef FPU
    fchs
    .endif
    .ifdef SYSENTER
    sysenter
    .endif
    .ifdef CALL_GATE
    lretl
    .endif
    iretl
    .global gate_end
gate_end:

/* void user(void), at USER in both spaces */
    .balign 32
user_code:
    mov $7, %ebx
    nop
    .ifdef CALL_GATE
    lcall $CALL_GATE_OF_USERS, $0
    .else
    int $0x40
    .endif
    nop
    jmp user_code
user_end:

    .code16
    .balign 16
in_16:
    mov %ax, %bx
    ljmpl $KERNEL_CODE, $from_16 - BASE
    .code32

    .section .data
    .macro DESCRIPTOR base, flags, type
    .word 0xFFFF
    .word \base & 0xFFFF
    .byte (\base >> 16) & 0xFF
    .byte \type
    .byte \flags
    .byte (\base >> 24) & 0xFF
    .endm
    .balign 16
gdt:
    .quad 0
    DESCRIPTOR BASE, 0xCF, 0x9B
    DESCRIPTOR BASE, 0xCF, 0x93
    DESCRIPTOR BASE_16, 0x8F, 0x9B
    DESCRIPTOR 0, 0xCF, 0xFB
    DESCRIPTOR 0, 0xCF, 0xF3
    .quad 0x00008900000000FF
    .quad 0 # the call gate
gdt_end:
    .skip 2
gdt_pointer:
    .word gdt_end - gdt - 1
    .long gdt
    .balign 4
both_spaces: # the sum of the two directories
    .long 0
    .skip 2
idt_pointer:
    .word 0x41 * 8 - 1
    .long idt

    .section .bss
    .balign 4096
directory_a:
    .skip 4096
    .global directory_b
directory_b:
    .skip 4096
kernel_table:
    .skip 4096
user_table_a:
    .skip 4096
user_table_b:
    .skip 4096
frame_a:
    .skip 4096
frame_b:
    .skip 4096
    .skip 4096
stack_top:
    .balign 16
idt:
    .skip 0x41 * 8
    .balign 16
task:
    .skip 512

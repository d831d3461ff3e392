/* SPDX-License-Identifier: BSD-2-Clause
 * What machine do the probes run on? One page directory that maps the first 4 MB to itself and the second 4 MB to the same memory,
 * flat segments, a task state segment, three call gates, handlers for the two user gates, the page fault and the timer. Kernel probes run first, then
 * user probes at IOPL 0 with an I/O bitmap that allows every port.
 */
    .macro MARK number
    .byte 0xA9
    .long 0x4C340000 + \number
    .endm

    .set PRESENT, 7
    .set DATA_ALIAS, 0x00400000
    .set FAULT_PAGE, DATA_ALIAS + 0x300000

    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    cld
    mov $stack_top, %esp
    mov $0xFF, %al
    out %al, $0x21
    out %al, $0xA1
    call map_memory
    lgdt gdt_pointer
    ljmp $8, $1f
1:  mov $0x10, %eax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %fs
    mov %ax, %gs
    mov %ax, %ss
    call fill_gates
    lidt idt_pointer
    mov $0x28, %ax
    ltr %ax
    call program_timer
    call kernel_probes
    push $0x23
    push $user_stack_top
    push $0x0002
    push $0x1B
    push $user_probes
    iretl

map_memory:
    mov $page_table, %edi
    mov $PRESENT, %eax
    mov $1024, %ecx
1:  stosl
    add $0x1000, %eax
    loop 1b
    mov $page_table_alias, %edi
    mov $PRESENT, %eax
    mov $1024, %ecx
1:  stosl
    add $0x1000, %eax
    loop 1b
    movl $0, page_table_alias + 0x300000 / 1024
    movl $page_table + PRESENT, page_directory
    movl $page_table_alias + PRESENT, page_directory + 4
    mov $page_directory, %eax
    mov %eax, %cr3
    mov %cr0, %eax
    or $0x80010000, %eax
    mov %eax, %cr0
    ret

/* void set_gate(): EAX handler, EBX type word, EDI entry; clobbers EAX, EBX, ECX. */
set_gate:
    mov %eax, %ecx
    and $0xFFFF, %ecx
    or $0x00080000, %ecx
    mov %ecx, (%edi)
    and $0xFFFF0000, %eax
    and $0xFFFF, %ebx
    or %ebx, %eax
    mov %eax, 4(%edi)
    ret

    .macro GATE vector, handler, kind
    mov $\handler, %eax
    mov $\kind, %ebx
    mov $idt + \vector * 8, %edi
    call set_gate
    .endm

    .macro CALL_GATE selector, target, parameters
    mov $\target, %eax
    mov $0xEC00 + \parameters, %ebx
    mov $gdt + \selector, %edi
    call set_gate
    .endm

fill_gates:
    GATE 3, same_level, 0xEE00
    GATE 4, same_level, 0xEE00
    GATE 14, page_fault, 0x8E00
    GATE 32, timer, 0x8E00
    GATE 0x30, same_level, 0xEE00
    GATE 0x31, leave_user, 0xEE00
    CALL_GATE 0x38, gate_return, 0
    CALL_GATE 0x40, gate_return_two, 2
    CALL_GATE 0x48, gate_jump, 0
    movl $stack_top, task + 4
    movl $0x10, task + 8
    movl $104 << 16, task + 100
    mov $task, %eax
    mov %ax, gdt + 0x2A
    shr $16, %eax
    mov %al, gdt + 0x2C
    mov %ah, gdt + 0x2F
    ret

/* Interrupt controller: vector 32, only the timer open; timer: one shot, armed by a probe. */
program_timer:
    mov $0x11, %al
    out %al, $0x20
    mov $32, %al
    out %al, $0x21
    mov $4, %al
    out %al, $0x21
    mov $1, %al
    out %al, $0x21
    mov $0xFE, %al
    out %al, $0x21
    mov $0x30, %al
    out %al, $0x43
    ret

    .balign 16
same_level:
    iretl
    .balign 16
page_fault:
    movl $scratch + PRESENT, page_table_alias + 0x300000 / 1024
    add $4, %esp
    iretl
    .balign 16
timer:
    push %eax
    mov $0x20, %al
    out %al, $0x20
    pop %eax
    iretl
    .balign 16
gate_return:
    lret
    .balign 16
gate_return_two:
    lret $8
    .balign 16
gate_jump:
    jmp *%ecx
    .balign 16
leave_user:
    mov $0x10, %al
    out %al, $0xF4
    hlt

    .include "probes.inc"

    /* A pseudo-descriptor's base is aligned when its limit is at 2 mod 4. */
    .section .data
    .balign 16
gdt:
    .quad 0
    .quad 0x00CF9B000000FFFF
    .quad 0x00CF93000000FFFF
    .quad 0x00CFFB000000FFFF
    .quad 0x00CFF3000000FFFF
    .quad 0x00008900000000FF
    .quad 0x00CF92000000FFFF
    .fill 3, 8, 0
gdt_end:
    .skip 2
gdt_pointer:
    .word gdt_end - gdt - 1
    .long gdt
    .balign 4
    .skip 2
idt_pointer:
    .word idt_end - idt - 1
    .long idt
    .balign 4
far_pointer:
    .long 0
    .word 0x10
    .balign 4
stored_table:
    .fill 8, 1, 0
count:
    .long 0

    .section .bss
    .balign 4096
page_directory:
    .skip 4096
page_table:
    .skip 4096
page_table_alias:
    .skip 4096
scratch:
    .skip 4096
target:
    .skip 4096
    .skip 4096
stack_top:
    .skip 4096
user_stack_top:
    .balign 16
idt:
    .skip 0x32 * 8
idt_end:
    .balign 16
task:
    .skip 512

/* SPDX-License-Identifier: BSD-2-Clause
 * The least that a loader of Linux boot images starts: a set-up header of protocol 2.4, real-mode code that enters protected
 * mode, and a kernel at 1 MB that loops over a region, with paging by 64-bit entries if PAE is defined.
 */
    .section .setup, "ax"
    .code16
    .org 0x1F1
    .byte 1 # sectors of set-up code
    .org 0x1FE
    .word 0xAA55
    jmp setup
    .ascii "HdrS"
    .word 0x0204
    .org 0x211
    .byte 1 # the kernel is loaded at 1 MB
    .org 0x214
    .long 0x100000
    .org 0x260
setup:
    cli
    mov %cs, %ax # the set-up code begins 0x200 bytes below, in the segment 0x20 lower
    sub $0x20, %ax
    mov %ax, %ds
    movzwl %ax, %eax
    shl $4, %eax
    add $gdt, %eax
    mov %eax, gdt_base
    lgdtl gdt_pointer
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    ljmpl $8, $0x100000
    .balign 8
gdt:
    .quad 0
    .quad 0x00CF9B000000FFFF
    .quad 0x00CF93000000FFFF
gdt_pointer:
    .word 23
gdt_base:
    .long 0
    .org 0x400

    .section .kernel, "ax"
    .code32
    .global kernel
kernel:
    mov $16, %eax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x200000, %esp
    .ifdef PAE # one page of 2 MB, in memory that is still zero
    movl $0x301001, 0x300000
    movl $0x83, 0x301000
    mov $0x300000, %eax
    mov %eax, %cr3
    mov $0x20, %eax
    mov %eax, %cr4
    mov %cr0, %eax
    or $0x80000000, %eax
    mov %eax, %cr0
    .endif
again:
    call path
    jmp again
    .balign 32
    .global path
path:
    push %eax
    mov $2, %ecx
    add %ecx, %ebx
    pop %eax
    .global path_end
path_end:
    ret

/* SPDX-License-Identifier: BSD-2-Clause */
/* One routine for each system call.

   void raw_NN(struct raw_registers *registers);

   stack: the call's ESP points to registers->top; above it the address of the structure, then the caller's registers */
        .altmacro
        .macro  RAW vector
raw_\vector:
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        mov     20(%esp), %eax
        push    %eax
        push    28(%eax)
        mov     4(%eax), %ebx
        mov     8(%eax), %ecx
        mov     12(%eax), %edx
        mov     16(%eax), %esi
        mov     20(%eax), %edi
        mov     24(%eax), %ebp
        mov     (%eax), %eax
        int     $0x\vector
        cld                                     /* nothing of the caller's flags is trusted either */
        mov     %eax, (%esp)
        mov     4(%esp), %eax
        mov     %ebx, 4(%eax)
        mov     %ecx, 8(%eax)
        mov     %edx, 12(%eax)
        mov     %esi, 16(%eax)
        mov     %edi, 20(%eax)
        pop     (%eax)
        pop     %eax
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret
        .endm

        .text
        RAW     30
        RAW     31
        RAW     32
        RAW     33
        RAW     34
        RAW     35
        RAW     36

        .section .rodata
        .globl  raw_calls
        .balign 4
raw_calls:
        .long   raw_30, raw_31, raw_32, raw_33, raw_34, raw_35, raw_36

/* The program's first instructions: as every program's, but the multiboot information is kept for the seed. */
        .section .text.start, "ax"
        .globl  _start
_start: mov     $hostile_stack_end, %esp
        mov     %ebx, multiboot_information
        push    %ebx
        push    %eax
        call    program_start
0:      jmp     0b

        .section .bss.stack, "aw", @nobits
        .balign 4096
        .skip   8192
hostile_stack_end:

        .section .note.GNU-stack, "", @progbits

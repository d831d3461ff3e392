/* SPDX-License-Identifier: BSD-2-Clause */
/* How does the root task reach C?
 *
 *   void program_start(uint32_t eax, uint32_t ebx);     does not return
 *
 *   EAX  in   0x2BADB002
 *   EBX  in   physical address of the multiboot information
 *   ESP  in   ignored: the program brings its own stack
 */
        .section .text.start, "ax"
        .globl  _start
        .type   _start, @function
_start: movl    $start_stack_end, %esp
        pushl   %ebx
        pushl   %eax
        call    program_start
0:      jmp     0b
        .size   _start, . - _start

        .section .bss.stack, "aw", @nobits
        .balign 4096
        .skip   8192
start_stack_end:

        .section .note.GNU-stack, "", @progbits

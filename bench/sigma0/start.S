/* SPDX-License-Identifier: BSD-2-Clause */
/* How does sigma0 reach C?
 *
 *   void sigma0_start(const struct info_page *info_page);     does not return
 *
 *   EAX  in   the kernel info page
 *   ESP  in   ignored: sigma0 brings its own stack
 */
        .section .text.start, "ax"
        .globl  _start
        .type   _start, @function
_start: movl    $start_stack_end, %esp
        pushl   %eax
        call    sigma0_start
0:      jmp     0b
        .size   _start, . - _start

        .section .bss.stack, "aw", @nobits
        .balign 4096
        .skip   4096
start_stack_end:

        .section .note.GNU-stack, "", @progbits

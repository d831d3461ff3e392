/* SPDX-License-Identifier: BSD-2-Clause */
/* One routine for each instruction:

   uint32_t NAME(uint32_t operand, uint32_t stack);     stack 0: the caller's

   EBP keeps the stack of the caller, and ESI says that it does: so `trapped` can return to it, whatever the exception
   frame was pushed onto. */
MARK = 0x7A9ED000

        .altmacro
        .macro  TRAPPING text
        .pushsection .rodata
        .long   1f
        .popsection
1:      push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        mov     %esp, %ebp
        mov     $MARK, %esi
        mov     20(%ebp), %eax
        mov     %eax, %edx
        mov     24(%ebp), %ecx
        jecxz   0f
        mov     %ecx, %esp
        xor     %ecx, %ecx
0:      \text
        xor     %eax, %eax
        jmp     go_on
        .endm

        /* At user level the processor ignores VM in the flags that iret takes, but QEMU 7.2 enters V86 mode, with
           interrupts off if the flags say so. */
        .macro  IRET_WITHOUT_VM
        btrl    $17, 8(%esp)
        iret
        .endm

        .section .rodata
        .globl  trapping
        .balign 4
trapping:

        .text
        TRAPPING <lidt (%eax)>
        TRAPPING <mov (%eax), %ds>
        TRAPPING <mov (%eax), %es>
        TRAPPING <mov (%eax), %fs>
        TRAPPING <mov (%eax), %gs>
        TRAPPING <lds (%eax), %ecx>
        TRAPPING <les (%eax), %ecx>
        TRAPPING <lss (%eax), %ecx>
        TRAPPING <lfs (%eax), %ecx>
        TRAPPING <lgs (%eax), %ecx>
        TRAPPING <pop %ds>
        TRAPPING <pop %es>
        TRAPPING <pop %ss>
        TRAPPING <pop %fs>
        TRAPPING <pop %gs>
        TRAPPING <hlt>
        TRAPPING <IRET_WITHOUT_VM>
        TRAPPING <mov %dr6, %eax>
        TRAPPING <mov %eax, %dr0>
        TRAPPING <mov %eax, %dr7>
        TRAPPING <div %ecx>
        TRAPPING <ud2>
        TRAPPING <int $0x40>
        TRAPPING <clts>
        TRAPPING <in (%dx), %al>
        TRAPPING <mov (%eax), %ecx>
        TRAPPING <mov %ecx, (%eax)>

        .globl  trapped
trapped:
        cld
        cmp     $MARK, %esi
        jne     restart
        mov     $1, %eax
go_on:  mov     %ebp, %esp
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: BSD-2-Clause */

/* uint32_t copy_words(uint32_t to, uint32_t from, uint32_t words)
   in: EAX to, EDX from, ECX words; out: EAX words not copied; ECX, EDX clobbered */
        .section .text.path, "ax"
        .globl  copy_words, copy_words_move
copy_words:
        push    %esi
        push    %edi
        cld                                     /* user level may have set the direction flag */
        mov     %eax, %edi
        mov     %edx, %esi
copy_words_move:
        rep movsl
        mov     %ecx, %eax
        pop     %edi
        pop     %esi
        ret
        .section .note.GNU-stack, "", @progbits

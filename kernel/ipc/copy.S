/* SPDX-License-Identifier: BSD-2-Clause */

/* void copy_words(uint32_t to, uint32_t from, uint32_t words)
   in: EAX to, EDX from, ECX words; ECX, EDX clobbered
   From copy_words to copy_end only the moves touch memory other than the stack.  Whoever faults there can be continued
   at copy_done: the rest is then not copied. */
        .section .text.path, "ax"
        .globl  copy_words, copy_done, copy_bytes, copy_end
copy_words:
        push    %esi
        push    %edi
        cld                                     /* user level may have set the direction flag */
        mov     %eax, %edi
        mov     %edx, %esi
        rep movsl
copy_done:
        pop     %edi
        pop     %esi
        ret

/* void copy_bytes(uint32_t to, uint32_t from, uint32_t bytes)
   in: EAX to, EDX from, ECX bytes; EAX, ECX, EDX clobbered */
copy_bytes:
        push    %esi
        push    %edi
        cld
        mov     %eax, %edi
        mov     %edx, %esi
        mov     %ecx, %eax
        shr     $2, %ecx
        rep movsl
        mov     %eax, %ecx
        and     $3, %ecx
        rep movsb
        jmp     copy_done
copy_end:
        .section .note.GNU-stack, "", @progbits

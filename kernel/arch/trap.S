/* SPDX-License-Identifier: BSD-2-Clause */
/* Every way into the kernel and back out of it. */
#include "kernel/memory/layout.h"
#include "offsets.inc"
#include "variant_asm.inc"

/* void ipc_entry(void)   int $0x30; interrupts are off
   in:  EAX send descriptor, ECX timeouts, EDX EBX EDI words, EBP receive descriptor, ESI destination
   out: EAX result, EDX EBX EDI words, ESI source; ECX, EBP undefined
   The pushes build struct ipc_registers; the call leaves ipc_leave below it, where the thread will go on. */
        .section .text.path, "ax"
        .globl  ipc_entry
ipc_entry:
        push    %esi
        push    %ebp
        push    %edi
        push    %ebx
        push    %edx
        push    %ecx
        push    %eax
        SPACE_ENTER
        mov     %esp, %eax
        call    ipc
        .globl  ipc_leave
ipc_leave:
        SPACE_LEAVE
        pop     %eax
        pop     %ecx
        pop     %edx
        pop     %ebx
        pop     %edi
        pop     %ebp
        pop     %esi
        .globl  ipc_return
ipc_return:
        iret

/* void ipc_entry_special(void)   as ipc_entry, for a thread that uses the FPU, debug registers or I/O ports: the gate leads
   here
   while such a thread runs, so the short path asks nobody about them (processor.h). */
        .section .text.ipc_special, "ax"
        .globl  ipc_entry_special
ipc_entry_special:
        push    %esi
        push    %ebp
        push    %edi
        push    %ebx
        push    %edx
        push    %ecx
        push    %eax
        SPACE_ENTER
        cld
        call    processor_leave_live
        mov     %esp, %eax
        push    $ipc_leave_special
        jmp     ipc

/* void ipc_leave_special(void)   where a thread goes on after IPC whose processor state is more than general registers
   ESP: its struct user_frame, which moves down if it goes on in V86 mode */
        .globl  ipc_leave_special
ipc_leave_special:
        cld
        mov     %esp, %eax
        sub     $V86_WORDS_SIZE, %esp
        call    processor_resume
        mov     %eax, %esp
        jmp     ipc_leave

/* void switch_context(struct tcb *from, struct tcb *to)
   in: EAX from, EDX to; returns when somebody switches to `from` again.  Callee-saved registers are kept on the stack. */
        .section .text.path.switch_context, "ax"
        .globl  switch_context
switch_context:
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        push    $switch_resume
        mov     %esp, TCB_ESP(%eax)
        mov     TCB_ESP(%edx), %esp
        ret
switch_resume:
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

/* void ipc_from_kernel(struct ipc_registers *registers)
   in: EAX registers, filled in as a user would; out: the same structure with the results.
   IPC works on a copy on the stack, under which lies the address to go on: see kernel/ipc/registers.h. */
        .text
        .globl  ipc_from_kernel
ipc_from_kernel:
        push    %eax
        call    processor_leave_live            /* the short path, which it may take, would not */
        pop     %eax
        jmp     call_ipc
        .section .text.path.ipc_from_kernel, "ax"
call_ipc:
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        push    %eax
        mov     %esp, %ebx
        and     $-TCB_SIZE, %ebx
        push    TCB_OFFSET+TCB_MESSAGE(%ebx)
        sub     $IPC_REGISTERS_SIZE, %esp
        cld
        mov     %eax, %esi
        mov     %esp, %edi
        mov     $(IPC_REGISTERS_SIZE / 4), %ecx
        rep movsl
        mov     %esp, TCB_OFFSET+TCB_MESSAGE(%ebx)         /* the thread's IPC registers are these until the call is over */
        mov     %esp, %eax
        call    ipc
        cld                                     /* here the thread may come from anywhere: only ESP is known */
        mov     %esp, %esi
        mov     IPC_REGISTERS_SIZE+4(%esp), %edi
        mov     $(IPC_REGISTERS_SIZE / 4), %ecx
        rep movsl
        add     $IPC_REGISTERS_SIZE, %esp
        mov     %esp, %ebx
        and     $-TCB_SIZE, %ebx
        pop     TCB_OFFSET+TCB_MESSAGE(%ebx)
        add     $4, %esp
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

/* void tunnel_start(void)   a receiver in the middle of a message begins here when its sender met a page fault in its space:
   the stack holds the address in question, then whatever the receiver was to go on with. */
        .text
        .globl  tunnel_start
tunnel_start:
        pop     %eax
        call    tunnel_run
        ret

/* Traps other than IPC: one stub per vector, then struct trap_frame, then the C handler. */
        .macro  TRAP vector, has_error=0
trap_\vector:
        .if     !\has_error
        push    $0
        .endif
        push    $\vector
        jmp     trap_common
        .endm

trap_common:
        pushal
        push    %ds
        push    %es
        mov     $SPACE_KERNEL_DATA, %eax        /* the user's own may be unusable */
        mov     %eax, %ds
        mov     %eax, %es
        cld
        mov     %esp, %eax
        sub     $V86_WORDS_SIZE, %esp           /* room to move the frame down for a return to V86 mode */
        call    trap
        mov     %eax, %esp
        pop     %es
        pop     %ds
        popal
        add     $8, %esp
        .globl  trap_return
trap_return:
        iret

        .altmacro
        .set    vector, 0
        .rept   48
        .if     vector == 8 || (vector >= 10 && vector <= 14) || vector == 17
        TRAP    %vector, 1
        .else
        TRAP    %vector, 0
        .endif
        .set    vector, vector + 1
        .endr
        .set    vector, 0x31
        .rept   6
        TRAP    %vector, 0
        .set    vector, vector + 1
        .endr
trap_unused:
        iret

        .macro  ADDRESS vector
        .long   trap_\vector
        .endm

/* void (*const trap_vectors[0x37])(void) */
        .section .rodata
        .globl  trap_vectors
trap_vectors:
        .set    vector, 0
        .rept   48
        ADDRESS %vector
        .set    vector, vector + 1
        .endr
        .long   ipc_entry
        .set    vector, 0x31
        .rept   6
        ADDRESS %vector
        .set    vector, vector + 1
        .endr
        .globl  trap_unused
        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets of structure members for assembly, by the compiler: the build turns the .ascii lines into offsets.inc. */
#include "kernel/arch/v86.h"
#include "kernel/thread/tcb.h"

#include <stddef.h>

#define OFFSET(name, value) __asm__(".ascii \"@define " name " %c0@\"" : : "i"(value))

void offsets(void);
void offsets(void)
{
    OFFSET("TCB_ESP", offsetof(struct tcb, esp));
    OFFSET("TCB_MESSAGE", offsetof(struct tcb, message));
    OFFSET("V86_WORDS_SIZE", sizeof(struct v86_segments));
    OFFSET("IPC_REGISTERS_SIZE", sizeof(struct ipc_registers));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* How is a system call made with any register values whatever? */
#pragma once

#include "bench/support/l4.h"

enum call { IPC, ID_NEAREST, FPAGE_UNMAP, THREAD_SWITCH, THREAD_SCHEDULE, LTHREAD_EX_REGS, TASK_NEW, CALLS };

/* In and out; `top` is the word at ESP during the call, which an IPC may read. */
struct raw_registers {
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp, top;
};

typedef void raw_call(struct raw_registers *registers);

/* By enum call. */
extern raw_call *const raw_calls[CALLS];

/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel memory from sigma0 (interface section 14), asked for by a thread of the kernel's own. */
#pragma once

#include "kernel/memory/frames.h"

/* Free frames below which more are asked for, before the next return to user level from anything but IPC.  A message
   that maps more than these can hold may fail while sigma0 has memory. */
enum { FRAMES_LOW = 128 };

/* For the kernel thread: asks for the memory to begin with, until sigma0 has given it or denies it. */
void supply_first(void);

/* For the kernel thread: asks for more whenever few frames are free. */
_Noreturn void supply_loop(void);

/* Lets the kernel thread ask, in the middle of the running thread's kernel entry. */
void supply_ask(void);

static inline void supply_if_low(void)
{
    if (frames_free < FRAMES_LOW) {
        supply_ask();
    }
}

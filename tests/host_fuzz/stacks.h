/* SPDX-License-Identifier: BSD-2-Clause */
/* How large are kernel stacks when the host runs on them?  Sanitized code and a signal's frame need more than the
   kernel's 2 KB; sixteen fill the room up to the alias of physical memory.  Included before everything else. */
#pragma once

#include "kernel/memory/layout.h"

#include <stdint.h>

#undef TCB_SIZE
#undef TCB_OFFSET
#undef TCB_AREA_SIZE
#define TCB_SIZE      0x4000
#define TCB_OFFSET    0x3E00
#define TCB_AREA_SIZE 0x10000000

/* Runs a function on a kernel stack, below `bottom`, and comes back: the kernel knows by its stack who runs. */
static inline void stack_run(uintptr_t bottom, void (*function)(void))
{
    uintptr_t aligned = bottom & ~(uintptr_t)15;
    __asm__ volatile("mov %%esp, %%ebx\n\tmov %0, %%esp\n\tcall *%1\n\tmov %%ebx, %%esp"
                     :
                     : "S"(aligned), "D"(function)
                     : "eax", "ebx", "ecx", "edx", "memory");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Which selector may kernel code load on the host?  The user data selector becomes that of thread-local storage, which
   GS holds in 32-bit processes of Linux and FS may hold; its number is the host kernel's choice.  Included before
   everything else. */
#pragma once

#include "kernel/memory/layout.h"

static inline unsigned host_thread_selector(void)
{
    unsigned selector;
    __asm__ volatile("mov %%gs, %0" : "=r"(selector));
    return selector;
}

#undef SELECTOR_USER_DATA
#define SELECTOR_USER_DATA host_thread_selector()

/* SPDX-License-Identifier: BSD-2-Clause */
/* The processor that the IPC target plays: threads on their own kernel stacks, page faults as traps, user memory as the
   loaded page directory shows it. */
#pragma once

#include "kernel/thread/tcb.h"

enum {
    USER_FIRST = 0x70400000 - 0x4000, /* of each task's memory, across a 4 MB boundary */
    USER_PAGES = 8,
    USER_BYTES = USER_PAGES * PAGE_SIZE,
    PAGER_FIRST = 0x70600000, /* where the pager has every task's pages */
    AREA_FIRST = 0x70000000,
    AREA_BYTES = 0x01000000, /* user addresses that may be touched */
};

void machine_begin(void);

/* The thread at user level enters the kernel and does this; returns when a thread is at user level again. */
void machine_enter(struct tcb *thread, void (*function)(void));

/* The thread that is at user level. */
struct tcb *machine_at_user_level(void);

/* Called before a page fault inside a transfer with interrupts enabled: a tick may come first. */
void machine_interrupts_possible(void);

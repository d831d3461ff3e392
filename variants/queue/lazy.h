/* SPDX-License-Identifier: BSD-2-Clause */
/* Lazy scheduling (Liedtke 1993): IPC touches no queue.  A thread that blocks stays in its list, a thread that is
   switched to need not be in one; the pick drops the blocked threads it meets. */
#pragma once

#include "variants/queue/queue.h"

static inline void queue_block(struct tcb *thread)
{
    (void)thread;
}

static inline void queue_wake(struct tcb *thread)
{
    if (!ready_contains(thread)) {
        ready_append(thread);
    }
}

static inline void queue_run(struct tcb *thread)
{
    (void)thread;
}

static inline void queue_rotate(struct tcb *thread)
{
    queue_wake(thread);
    ready_to_end(thread);
}

static inline struct tcb *queue_pick(void)
{
    struct tcb *thread;
    while ((thread = ready_first()) != NULL && !tcb_is_ready(thread)) {
        ready_remove(thread);
    }
    return thread;
}

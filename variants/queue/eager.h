/* SPDX-License-Identifier: BSD-2-Clause */
/* Eager queueing: the queue holds exactly the ready threads, the running one included.  Every block removes, every wake
   inserts; the pick looks at nothing but the first entry. */
#pragma once

#include "variants/queue/queue.h"

static inline void queue_block(struct tcb *thread)
{
    ready_remove(thread);
}

/* The running thread, which stays ready, is in its list already. */
static inline void queue_wake(struct tcb *thread)
{
    if (!ready_contains(thread)) {
        ready_append(thread);
    }
}

static inline void queue_run(struct tcb *thread)
{
    ready_append(thread);
}

static inline void queue_rotate(struct tcb *thread)
{
    ready_to_end(thread);
}

static inline struct tcb *queue_pick(void)
{
    return ready_first();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Handoff by the scheduler: the receiver becomes ready like any other thread, and the ordinary pick decides who runs.
   A thread that gets the processor this way starts a time slice of its own. */
#pragma once

#include "variants/handoff/handoff.h"

static inline struct tcb *handoff_picked(void)
{
    struct tcb *next = queue_pick();
    hot.timeslice_left = next->timeslice;
    return next;
}

static inline struct tcb *handoff_call(struct tcb *receiver)
{
    queue_wake(receiver);
    return handoff_picked();
}

static inline struct tcb *handoff_send(struct tcb *sender, struct tcb *receiver)
{
    queue_wake(receiver);
    queue_wake(sender);
    return handoff_picked();
}

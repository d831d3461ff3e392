/* SPDX-License-Identifier: BSD-2-Clause */
/* Direct process switch (Liedtke 1993): the receiver runs at once in the rest of the sender's time slice. */
#pragma once

#include "variants/handoff/handoff.h"

static inline struct tcb *handoff_call(struct tcb *receiver)
{
    queue_run(receiver);
    return receiver;
}

static inline struct tcb *handoff_send(struct tcb *sender, struct tcb *receiver)
{
    queue_run(receiver);
    queue_wake(sender);
    return receiver;
}

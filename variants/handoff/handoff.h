/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis handoff: who runs after a message was delivered?
 *
 * Rule every choice obeys: the receiver is ready (not blocked, not waiting) and gets its chance: it runs at once or is
 * in the ready queue.  The operations make the queue's calls for the threads concerned and return the thread to switch
 * to, never NULL. Builds on: queue.
 */
#pragma once

#include "kernel/thread/tcb.h"

/* The sender has blocked (its queue_block() is done), as after call or reply-and-wait. */
static struct tcb *handoff_call(struct tcb *receiver);
/* The sender stays ready, as after a pure send. */
static struct tcb *handoff_send(struct tcb *sender, struct tcb *receiver);

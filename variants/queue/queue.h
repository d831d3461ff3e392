/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis queue: when does a thread leave the ready queue?
 *
 * Rule every choice obeys: after each operation the queue holds at least every ready thread other than the running one,
 * and queue_pick() returns a ready thread of the highest priority that has one, round robin within it, or NULL.
 * All operations run with interrupts off and take bounded time, but for entries that queue_pick() drops.
 */
#pragma once

#include "kernel/thread/ready_operations.h"

/* The running thread is about to block. */
static void queue_block(struct tcb *thread);
/* A blocked thread became ready and will not run at once; also: the running thread stays ready but gives up the
 * processor. */
static void queue_wake(struct tcb *thread);
/* A blocked thread became ready and runs at once. */
static void queue_run(struct tcb *thread);
/* The running thread has used up its time slice: it is served last of its priority from now on. */
static void queue_rotate(struct tcb *thread);
/* The thread that should run next; it stays where the choice keeps running threads. */
static struct tcb *queue_pick(void);

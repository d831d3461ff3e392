/* SPDX-License-Identifier: BSD-2-Clause */
/* Who waits to send to a thread?  A circular list through the senders' blocks, first come first served. */
#pragma once

#include "kernel/thread/tcb.h"

void send_queue_append(struct tcb *receiver, struct tcb *sender);
/* Before all others. */
void send_queue_prepend(struct tcb *receiver, struct tcb *sender);
void send_queue_remove(struct tcb *sender);

/* First sender whose id matches `from` (RECEIVE_ANY: any), NULL if there is none. */
struct tcb *send_queue_find(struct tcb *receiver, uint32_t from);

/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold whenever a thread is at user level? */
#pragma once

#include "kernel/thread/tcb.h"

enum { ACTORS = 8 };

/* All threads that may exist; one whose id is nil does not. */
extern struct tcb *actors[ACTORS];

/* Queues are consistent and hold exactly those who wait in them; states exclude each other; nobody waits for a message
   that is there. */
void rules_require(const struct tcb *running);

/* A message was sent in another's name: then who waits for its sender may be made to wait for its receiver. */
extern bool rules_propagated;

/* A user-level IPC came to its end with these registers; `asked` is what it began with. */
void rules_require_result(const struct ipc_registers *asked, const struct ipc_registers *got);

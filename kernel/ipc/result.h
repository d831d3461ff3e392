/* SPDX-License-Identifier: BSD-2-Clause */
/* How does an IPC end that the running thread need not wait for?  Part of the page of the short path. */
#pragma once

#include "kernel/thread/thread.h"

#include "variant_handoff.h"

/* The running thread goes on with this result, when `delivered` (NULL: nobody) has just got its message.  Inlined: the
   shortest IPC ends in no other way. */
static inline void ipc_ends(struct tcb *self, struct ipc_registers *message, struct tcb *delivered, uint32_t result)
{
    message->send = result;
    if (delivered) {
        thread_switch(handoff_send(self, delivered));
    }
}

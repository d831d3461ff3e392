/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts as messages (interface section 4.10): each line is a sender whose id is its number + 1 and whose messages
   are empty.  A thread gets those of the line that it is associated with; the line stays masked from the interrupt
   until the thread next receives from it. */
#pragma once

#include "kernel/thread/tcb.h"

/* The ids of interrupts, whether there is such a line or not. */
static inline bool interrupt_is_id(uint32_t id)
{
    return id != ID_NIL && id <= 0xFF;
}

/* An interrupt of line `number`, any but the timer's. */
void interrupt(uint32_t number);

/* The running thread begins to receive from `from` (an id, RECEIVE_ANY or RECEIVE_NOBODY): if its line is among that
   and its last message was taken, the line is unmasked. */
void interrupt_receive_begins(struct tcb *self, uint32_t from);

/* `sender`, from the running thread's send queue, is a line: its message is put into `message`.  false: a thread. */
bool interrupt_take(struct tcb *sender, struct ipc_registers *message);

/* A receive from an interrupt that is not pending.  With timeout 0 (`ask`) it wants the association: RESULT_TIMEOUT if
   the thread has it now, RESULT_NOT_EXISTENT if it cannot have it.  Otherwise RESULT_OK: the thread is to wait for its
   line; any other line is RESULT_NOT_EXISTENT. */
uint32_t interrupt_request(struct tcb *self, uint32_t id, bool ask);

/* Ends the thread's association, if it has one. */
void interrupt_detach(struct tcb *thread);

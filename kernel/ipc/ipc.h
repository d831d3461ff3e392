/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC: the short path, the general path, and what ends an IPC from outside.  Interrupts are off but where noted. */
#pragma once

#include "kernel/memory/layout.h"
#include "kernel/thread/tcb.h"

#include <stdbool.h>
#include <stdint.h>

/* int 0x30, and by ipc_from_kernel() the kernel's own messages.  `message` lies on the caller's kernel stack. */
void ipc(struct ipc_registers *message);

/* Any IPC, at any length; called by ipc() for all that the short path does not cover.  Returns when the IPC is over,
   its results in `message`. */
void ipc_general(struct tcb *self, struct ipc_registers *message);

/* The receive phase alone, when `delivered` (NULL: nobody) has just got the send phase's message. */
void ipc_receive(struct tcb *self, struct ipc_registers *message, struct tcb *delivered);

/* IPC made by the kernel in the name of the running thread; results in the same structure (trap.S). */
void ipc_from_kernel(struct ipc_registers *registers);

/* Where a thread goes on whose user-level IPC is over (trap.S). */
void ipc_leave(void);
/* The same for one with processor state of its own: processor.h. */
void ipc_leave_special(void);

/* The kernel stack pointer with which a blocked thread's IPC is over (registers.h). */
static inline uint32_t ipc_end(const struct ipc_registers *message)
{
    return (uint32_t)(uintptr_t)message - sizeof(uint32_t);
}

/* Ends the innermost IPC of a thread, whatever it waits for inside, with a completion code, and makes it ready unless
   it is running; a transfer that it is in has to be ended, too. */
void ipc_fail(struct tcb *thread, uint32_t result);

/* Breaks off the transfer that `thread` is in, as sender or receiver: both partners' IPC ends with the error, the
   sender's as one of its send phase.  If one of them runs, this does not return: it goes on where its IPC ends. */
void ipc_break(struct tcb *thread, uint32_t error);

/* A page fault in the receiver's space met by the sender: the receiver calls its pager, the sender waits for it. */
void tunnel_page_fault(struct tcb *sender, uint32_t address, bool write);

/* Cancels or aborts whatever IPC a blocked thread has under way at user level, page faults on its way included
   (lthread_ex_regs); a thread that is not in IPC is left alone. */
void ipc_cancel(struct tcb *thread);

/* Does somebody wait for the thread in the middle of a message, whatever else it does meanwhile? */
bool ipc_in_transfer(const struct tcb *thread);

/* Breaks off every transfer that the thread is in, nested ones included, with RESULT_ABORTED. */
void ipc_abort_transfers(struct tcb *thread);

/* The thread ceases to exist: everybody who waits to send to it, or shares a transfer with it, gets an error. */
void ipc_forget(struct tcb *thread);

/* Moves everything of a message to a receiver that waits no more, words in registers excepted that go nowhere else.
   Sets the receiver's result and source; returns the sender's result, 0 or an error of the send phase. */
uint32_t ipc_transfer(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver);

/* From here to ipc_unlock() the pair is in a transfer: page faults find each other's partner. */
static inline void ipc_lock(struct tcb *sender, struct tcb *receiver)
{
    receiver->blocked = BLOCKED_TRANSFER;
    receiver->transfer.partner = sender;
    sender->transfer.partner = receiver;
    sender->transfer.phase = TRANSFER_SOURCE;
}

/* After transfer_done(). */
static inline void ipc_unlock(struct tcb *sender, struct tcb *receiver)
{
    receiver->blocked = BLOCKED_NOT;
    receiver->transfer.partner = NULL;
    sender->transfer.partner = NULL;
    sender->transfer.phase = TRANSFER_NONE;
}

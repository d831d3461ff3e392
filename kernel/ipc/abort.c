/* SPDX-License-Identifier: BSD-2-Clause */
/* What ends an IPC from outside: timeouts, errors in mid-transfer, lthread_ex_regs, deletion.  All of it rests on one
   rule (registers.h): the word below a thread's IPC registers says where it goes on. */
#include "kernel/ipc/ipc.h"

#include "kernel/arch/hot.h"
#include "kernel/ipc/send_queue.h"
#include "kernel/ipc/timeout.h"
#include "kernel/thread/thread.h"

#include "variant_transfer.h"

static void stop_waiting(struct tcb *thread)
{
    timeout_stop(thread);
    if (thread->blocked == BLOCKED_SENDING) {
        send_queue_remove(thread);
    }
    thread->receive_from = RECEIVE_NONE;
    thread->blocked = BLOCKED_NOT;
}

/* Goes on at the end of the running thread's IPC; its space may be another's after a double copy. */
static _Noreturn void resume_self(struct tcb *self)
{
    space_switch(self);
    __asm__ volatile("mov %0, %%esp\n\tret" : : "r"(ipc_end(self->message)) : "memory");
    __builtin_unreachable();
}

void ipc_fail(struct tcb *thread, uint32_t result)
{
    stop_waiting(thread);
    thread->message->send = result;
    thread->esp = ipc_end(thread->message);
    if (thread != tcb_current()) {
        thread_wake(thread);
    }
}

/* Leaves the innermost IPC for the one that it interrupted. */
static void leave_inner(struct tcb *thread)
{
    stop_waiting(thread);
    thread->transfer = *thread->transfer.outer;
    thread->message = thread->transfer.message;
}

/* Makes the transfer with `partner` the thread's present one: what it does inside, for a page fault, ends. */
static void unwind_to(struct tcb *thread, const struct tcb *partner)
{
    while (thread->transfer.partner != partner) {
        if (thread->transfer.partner) {
            ipc_break(thread, RESULT_ABORTED);
        }
        leave_inner(thread);
    }
}

void ipc_break(struct tcb *thread, uint32_t error)
{
    struct tcb *partner = thread->transfer.partner;
    unwind_to(partner, thread);
    struct tcb *sender = thread->transfer.phase != TRANSFER_NONE ? thread : partner;
    struct tcb *receiver = sender == thread ? partner : thread;
    struct tcb *self = tcb_current();
    transfer_done(sender);
    ipc_fail(sender, error | RESULT_SEND_PHASE);
    ipc_fail(receiver, error);
    ipc_unlock(sender, receiver);
    if (self == sender || self == receiver) {
        resume_self(self);
    }
}

bool ipc_in_transfer(const struct tcb *thread)
{
    const struct transfer *level = &thread->transfer;
    while (level && !level->partner) {
        level = level->outer;
    }
    return level != NULL;
}

void ipc_abort_transfers(struct tcb *thread)
{
    while (ipc_in_transfer(thread)) {
        if (thread->transfer.partner) {
            ipc_break(thread, RESULT_ABORTED);
        } else {
            leave_inner(thread);
        }
    }
}

void ipc_cancel(struct tcb *thread)
{
    if (ipc_in_transfer(thread)) {
        ipc_abort_transfers(thread);
    } else if (thread->blocked == BLOCKED_SENDING) {
        ipc_fail(thread, RESULT_CANCELLED | RESULT_SEND_PHASE);
    } else if (thread->receive_from != RECEIVE_NONE) {
        ipc_fail(thread, RESULT_CANCELLED);
    }
}

void ipc_forget(struct tcb *thread)
{
    ipc_abort_transfers(thread);
    stop_waiting(thread);
    while (thread->send_queue) {
        ipc_fail(thread->send_queue, RESULT_NOT_EXISTENT);
    }
}

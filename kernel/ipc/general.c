/* SPDX-License-Identifier: BSD-2-Clause */
/* The general path: every IPC that the short path leaves. */
#include "kernel/ipc/ipc.h"

#include "kernel/ipc/clan.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/result.h"
#include "kernel/ipc/send_queue.h"
#include "kernel/ipc/timeout.h"
#include "kernel/memory/ports.h"
#include "kernel/thread/thread.h"

#include "variant_handoff.h"

static bool has_send_phase(const struct ipc_registers *message)
{
    return message->send < SEND_DESCRIPTOR_LIMIT;
}

/* A receive window for ports is a descriptor beyond the limit. */
static bool is_port_window(uint32_t descriptor)
{
    return descriptor & RECEIVE_MAP && ports_is_fpage(descriptor);
}

static bool has_receive_phase(const struct ipc_registers *message)
{
    return message->receive < RECEIVE_DESCRIPTOR_LIMIT || is_port_window(message->receive);
}

static bool waits_for(const struct tcb *receiver, uint32_t source)
{
    return receiver->receive_from == RECEIVE_ANY || receiver->receive_from == source;
}

/* What an auto-propagating thread cannot take now goes on to the next lthread, as long as there is one: to the first
   that can take it, else to the last, and will wait there.  The sender itself is passed over: it cannot wait for
   itself. Lthread 63 is never auto-propagating, so the walk stays in the task. */
static void find_successor(const struct tcb *self, struct route *route)
{
    struct tcb *thread = route->receiver;
    while (!waits_for(thread, route->source) && thread->auto_propagating) {
        uint32_t next = thread->id + (1u << ID_LTHREAD_SHIFT);
        thread = tcb_of_id(next);
        if (thread->id != next) {
            return;
        }
        route->receiver = thread == self ? route->receiver : thread;
    }
}

/* Waits in the receiver's send queue until the receiver has chosen this thread; false: not before the timeout 0. */
static bool wait_for_receiver(struct tcb *self, struct ipc_registers *message, const struct route *route)
{
    struct timeout limit = timeout_send(message->timeouts);
    if (limit.kind == TIMEOUT_ZERO) {
        return false;
    }
    self->sends_as = route->source;
    send_queue_append(route->receiver, self);
    if (limit.kind == TIMEOUT_FINITE) {
        timeout_start(self, limit.deadline);
    }
    thread_block(BLOCKED_SENDING);
    return true;
}

void ipc_general(struct tcb *self, struct ipc_registers *message)
{
    if (!has_send_phase(message)) {
        ipc_receive(self, message, NULL);
        return;
    }
    struct route route;
    if (!route_find(self, message, &route)) {
        message->send = RESULT_NOT_EXISTENT;
        return;
    }
    find_successor(self, &route);
    if (!waits_for(route.receiver, route.source) && !wait_for_receiver(self, message, &route)) {
        message->send = RESULT_TIMEOUT | RESULT_SEND_PHASE;
        return;
    }

    struct tcb *receiver = route.receiver;
    receiver->receive_from = RECEIVE_NONE;
    timeout_stop(receiver);
    uint32_t result = ipc_transfer(self, message, receiver);
    route_tell(self, message, &route);
    if ((result & RESULT_ERROR_MASK) || !has_receive_phase(message)) {
        ipc_ends(self, message, receiver, result);
        return;
    }
    ipc_receive(self, message, receiver);
}

/* Lets the first matching sender of the queue do its transfer now. */
static void receive_from_queue(struct tcb *self, struct tcb *sender, struct tcb *delivered)
{
    send_queue_remove(sender);
    timeout_stop(sender);
    sender->blocked = BLOCKED_NOT;
    self->receive_from = sender->id;
    if (delivered) {
        queue_wake(delivered);
    }
    queue_block(self);
    queue_run(sender);
    thread_switch(sender);
}

static void receive_by_waiting(struct tcb *self, uint32_t from, struct timeout limit, struct tcb *delivered)
{
    self->receive_from = from;
    if (limit.kind == TIMEOUT_FINITE) {
        timeout_start(self, limit.deadline);
    }
    queue_block(self);
    thread_switch(delivered ? handoff_call(delivered) : thread_pick());
    timeout_stop(self);
}

/* From an interrupt that is not pending: waits for it, or asks for the association with it. */
static void receive_interrupt(struct tcb *self, struct ipc_registers *message, uint32_t from, struct timeout limit,
                              struct tcb *delivered)
{
    uint32_t result = interrupt_request(self, from, limit.kind == TIMEOUT_ZERO);
    if (result) {
        ipc_ends(self, message, delivered, result);
    } else {
        receive_by_waiting(self, from, limit, delivered);
    }
}

void ipc_receive(struct tcb *self, struct ipc_registers *message, struct tcb *delivered)
{
    if (!has_receive_phase(message)) {
        ipc_ends(self, message, delivered, RESULT_OK);
        return;
    }
    uint32_t from = message->receive & RECEIVE_OPEN ? RECEIVE_ANY
                    : message->partner              ? message->partner
                                                    : RECEIVE_NOBODY;
    interrupt_receive_begins(self, from);
    struct tcb *sender = send_queue_find(self, from);
    struct timeout limit = timeout_receive(message->timeouts);
    if (sender && interrupt_take(sender, message)) {
        ipc_ends(self, message, delivered, RESULT_OK);
    } else if (sender) {
        receive_from_queue(self, sender, delivered);
    } else if (interrupt_is_id(from)) {
        receive_interrupt(self, message, from, limit, delivered);
    } else if (from != RECEIVE_ANY && from != RECEIVE_NOBODY && (!clan_existing(from) || from == self->id)) {
        ipc_ends(self, message, delivered, RESULT_NOT_EXISTENT);
    } else if (limit.kind == TIMEOUT_ZERO) {
        if (from == RECEIVE_NOBODY) { /* and ends the thread's association with an interrupt */
            interrupt_detach(self);
        }
        ipc_ends(self, message, delivered, RESULT_TIMEOUT);
    } else {
        receive_by_waiting(self, from, limit, delivered);
    }
}

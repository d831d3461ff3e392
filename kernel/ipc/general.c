/* SPDX-License-Identifier: BSD-2-Clause */
/* The general path: every IPC that the short path leaves. */
#include "kernel/ipc/ipc.h"

#include "kernel/ipc/map.h"
#include "kernel/ipc/send_queue.h"
#include "kernel/ipc/timeout.h"
#include "kernel/thread/thread.h"

#include "variant.h"

/* Descriptors from here on mean "no such phase" (l4-abi 4.2, 4.3). */
enum { SEND_LIMIT_BELOW_USER_END = 0x400000 };

static bool has_send_phase(const struct ipc_registers *message)
{
    return message->send < USER_END - SEND_LIMIT_BELOW_USER_END;
}

static bool has_receive_phase(const struct ipc_registers *message)
{
    return message->receive < USER_END;
}

/* Direct neighbours in the clan model: same clan, own chief, or a member of the clan that the sender is chief of. */
static bool may_send(const struct tcb *sender, const struct tcb *receiver)
{
    uint32_t sender_chief = sender->id >> ID_CHIEF_SHIFT;
    uint32_t receiver_chief = receiver->id >> ID_CHIEF_SHIFT;
    return sender_chief == receiver_chief || sender_chief == receiver->task->number || receiver_chief == sender->task->number;
}

/* The thread that an id names, as far as `self` may send to it; NULL otherwise. */
static struct tcb *destination(struct tcb *self, uint32_t id)
{
    struct tcb *receiver = tcb_of_id(id);
    bool exists = id != ID_NIL && receiver->id == id && receiver != self;
    return exists && may_send(self, receiver) ? receiver : NULL;
}

static bool waits_for(const struct tcb *receiver, const struct tcb *sender)
{
    return receiver->receive_from == RECEIVE_ANY || receiver->receive_from == sender->id;
}

/* Waits in the receiver's send queue until the receiver has chosen this thread; false: not before the timeout 0. */
static bool wait_for_receiver(struct tcb *self, struct ipc_registers *message, struct tcb *receiver)
{
    struct timeout limit = timeout_send(message->timeouts);
    if (limit.kind == TIMEOUT_ZERO) {
        return false;
    }
    send_queue_append(receiver, self);
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
    struct tcb *receiver = destination(self, message->partner);
    if (!receiver) {
        message->send = RESULT_NOT_EXISTENT;
        return;
    }
    if (!waits_for(receiver, self) && !wait_for_receiver(self, message, receiver)) {
        message->send = RESULT_TIMEOUT | RESULT_SEND_PHASE;
        return;
    }

    receiver->receive_from = RECEIVE_NONE;
    timeout_stop(receiver);
    uint32_t result = ipc_transfer(self, message, receiver);
    receiver->message->partner = self->id;
    if ((result & RESULT_ERROR_MASK) || !has_receive_phase(message)) {
        message->send = result;
        thread_switch(handoff_send(self, receiver));
        return;
    }
    ipc_receive(self, message, receiver);
}

/* The receive phase ends at once, without a message. */
static void receive_ends(struct tcb *self, struct ipc_registers *message, struct tcb *delivered, uint32_t result)
{
    message->send = result;
    if (delivered) {
        thread_switch(handoff_send(self, delivered));
    }
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

void ipc_receive(struct tcb *self, struct ipc_registers *message, struct tcb *delivered)
{
    if (!has_receive_phase(message)) {
        receive_ends(self, message, delivered, RESULT_OK);
        return;
    }
    uint32_t from = message->receive & RECEIVE_OPEN ? RECEIVE_ANY : message->partner ? message->partner : RECEIVE_NOBODY;
    struct tcb *sender = send_queue_find(self, from);
    struct timeout limit = timeout_receive(message->timeouts);
    if (sender) {
        receive_from_queue(self, sender, delivered);
    } else if (from != RECEIVE_ANY && from != RECEIVE_NOBODY && !destination(self, from)) {
        receive_ends(self, message, delivered, RESULT_NOT_EXISTENT);
    } else if (limit.kind == TIMEOUT_ZERO) {
        receive_ends(self, message, delivered, RESULT_TIMEOUT);
    } else {
        receive_by_waiting(self, from, limit, delivered);
    }
}

/* Number of words that a message carries, as far as they lie below the sender's limit. */
static uint32_t words_sent(const struct tcb *sender, const struct ipc_registers *message, uint32_t *strings)
{
    *strings = 0;
    if (!structure_valid(sender, message->send)) {
        return REGISTER_WORDS;
    }
    uint32_t dope = *(volatile uint32_t *)(structure_word(sender, message->send, 0) - sizeof(uint32_t));
    uint32_t dwords = dope >> DOPE_DWORDS_SHIFT;
    uint32_t room = structure_room(sender, message->send);
    *strings = dope >> DOPE_STRINGS_SHIFT & DOPE_STRINGS_MASK;
    return dwords < room ? dwords : room;
}

static uint32_t words_wanted(const struct tcb *receiver, uint32_t dwords)
{
    uint32_t room = structure_is_buffer(receiver) ? structure_room(receiver, receiver->message->receive) : dwords;
    return dwords < room ? dwords : room;
}

uint32_t ipc_transfer(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver)
{
    uint32_t strings;
    enum map_result mapped = MAP_NONE;
    ipc_lock(sender, message, receiver);
    uint32_t dwords = words_sent(sender, message, &strings);
    if (message->send & SEND_MAP) {
        mapped = map_message(sender, message, receiver, dwords);
    }
    uint32_t received = message_dwords(sender, message, receiver, words_wanted(receiver, dwords));
    transfer_done(sender);
    ipc_unlock(sender, receiver);

    uint32_t error = received < dwords || strings ? RESULT_CUT : mapped == MAP_NO_MEMORY ? RESULT_MAP_FAILED : RESULT_OK;
    receiver->message->send =
        received << DOPE_DWORDS_SHIFT | error | (mapped == MAP_DONE ? (uint32_t)RESULT_MAPPED : 0);
    return error ? error | RESULT_SEND_PHASE : RESULT_OK;
}

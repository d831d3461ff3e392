/* SPDX-License-Identifier: BSD-2-Clause */
/* The short path: call, or reply-and-wait, with words only, to a partner that already waits.  From top to bottom: every
   check first, each leaving for the general path; then, after COMMIT, effects only.  It must fit one page. */
#include "kernel/ipc/ipc.h"

#include "kernel/arch/hot.h"
#include "kernel/ipc/result.h"
#include "kernel/ipc/transfer.h"

#include "variant.h"

enum { RECEIVE_TIMEOUT_EXPONENT = 0xF };

/* A message of words in memory; no propagation, no pages to map. */
static inline bool step_sends_words(const struct ipc_registers *message)
{
    return message->send < SEND_DESCRIPTOR_LIMIT && !(message->send & DESCRIPTOR_FLAGS);
}

static inline bool step_has_receive_phase(const struct ipc_registers *message)
{
    return message->receive < RECEIVE_DESCRIPTOR_LIMIT && !(message->timeouts & RECEIVE_TIMEOUT_EXPONENT);
}

static inline bool step_receiver_exists(const struct tcb *receiver, uint32_t destination)
{
    return receiver->id == destination;
}

static inline bool step_same_clan(uint32_t self, uint32_t destination)
{
    return (self ^ destination) >> ID_CHIEF_SHIFT == 0;
}

static inline bool step_receiver_waits(const struct tcb *receiver, uint32_t self)
{
    return receiver->receive_from == RECEIVE_ANY || receiver->receive_from == self;
}

static inline void step_deliver(uint32_t self, const struct ipc_registers *message, struct tcb *receiver)
{
    struct ipc_registers *target = receiver->message;
    receiver->receive_from = RECEIVE_NONE;
    message_words(message, target);
    target->partner = self;
    target->send = RESULT_REGISTER_MESSAGE;
}

/* Open wait: any sender; closed: the partner of the send phase. */
static inline void step_wait(struct tcb *sender, struct ipc_registers *message)
{
    sender->receive_from = message->receive & RECEIVE_OPEN ? RECEIVE_ANY : message->partner;
    sender->esp = (uint32_t)(uintptr_t)message - sizeof(uint32_t);
    queue_block(sender);
}

static inline struct tcb *step_choose_next(struct tcb *receiver)
{
    return handoff_call(receiver);
}

static inline void step_switch_space(struct tcb *next)
{
    space_switch(next);
}

/* Continues `next` where its kernel stack says. */
static inline _Noreturn void step_switch_stack(const struct tcb *next)
{
    hot.tss.esp0 = tcb_stack_top(next);
    __asm__ volatile("mov %0, %%esp\n\tret" : : "r"(next->esp) : "memory");
    __builtin_unreachable();
}

/* COMMIT for words in memory: the receiver will have this message, or the same error as the sender. */
PATH(ipc_with_transfer)
static __attribute__((noinline)) void ipc_with_transfer(struct tcb *sender, struct ipc_registers *message,
                                                        struct tcb *receiver)
{
    receiver->receive_from = RECEIVE_NONE;
    uint32_t error = ipc_transfer(sender, message, receiver);
    if (error) {
        ipc_ends(sender, message, receiver, error);
        return;
    }
    if (sender->send_queue) {
        ipc_receive(sender, message, receiver);
        return;
    }
    step_wait(sender, message);
    struct tcb *next = step_choose_next(receiver);
    step_switch_space(next);
    step_switch_stack(next);
}

PATH(ipc) void ipc(struct ipc_registers *message)
{
    struct tcb *sender = tcb_of_stack(message);
    uint32_t destination = message->partner;
    uint32_t self = sender->id;
    bool in_registers = message_in_registers(message);
    struct tcb *receiver = tcb_of_id(destination);

    if ((!in_registers && !step_sends_words(message)) || !step_has_receive_phase(message) ||
        !step_receiver_exists(receiver, destination) || !step_same_clan(self, destination) ||
        !step_receiver_waits(receiver, self)) {
        ipc_general(sender, message);
        return;
    }
    if (!in_registers) {
        ipc_with_transfer(sender, message, receiver);
        return;
    }

    /* COMMIT: from here on nothing can fail. */
    step_deliver(self, message, receiver);
    if (sender->send_queue) {
        ipc_receive(sender, message, receiver);
        return;
    }
    step_wait(sender, message);
    struct tcb *next = step_choose_next(receiver);
    step_switch_space(next);
    step_switch_stack(next);
}

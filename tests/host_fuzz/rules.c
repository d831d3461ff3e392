/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host_fuzz/rules.h"

#include "tests/host_fuzz/fuzz.h"

#include "kernel/arch/hot.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/timeout.h"
#include "kernel/memory/ports.h"

#include "variant.h"

enum { STEPS_MAX = 64 };

bool rules_propagated;

static bool is_actor(const struct tcb *thread)
{
    bool found = false;
    for (uint32_t i = 0; i < ACTORS; i++) {
        found = found || (actors[i] == thread && thread->id != ID_NIL);
    }
    return found;
}

/* Members of a receiver's send queue; each is linked both ways and says whose queue it is in. */
static uint32_t queue_length(const struct tcb *receiver, const struct tcb *member, uint32_t *found)
{
    uint32_t length = 0;
    const struct tcb *sender = receiver->send_queue;
    while (sender && (length == 0 || sender != receiver->send_queue)) {
        REQUIRE(++length < STEPS_MAX);
        REQUIRE(sender->queued_at == receiver);
        REQUIRE(sender->send_next->send_previous == sender);
        REQUIRE(interrupt_is_id(sender->id) || (is_actor(sender) && sender->blocked == BLOCKED_SENDING));
        *found += sender == member;
        sender = sender->send_next;
    }
    return length;
}

/* Every blocked sender is in exactly one queue, which is its receiver's; others are in none. */
static void require_queued_once(const struct tcb *thread)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < ACTORS; i++) {
        if (actors[i]->id != ID_NIL) {
            queue_length(actors[i], thread, &found);
        }
    }
    REQUIRE(found == (thread->blocked == BLOCKED_SENDING));
}

static void require_one_state(const struct tcb *thread)
{
    bool waits = thread->receive_from != RECEIVE_NONE;
    REQUIRE(!waits || thread->blocked == BLOCKED_NOT);
    REQUIRE(thread->blocked <= BLOCKED_TUNNEL || thread->blocked == BLOCKED_INACTIVE);
    const struct tcb *partner = thread->transfer.partner;
    REQUIRE(!partner || (is_actor(partner) && partner != thread));
    REQUIRE(thread->blocked != BLOCKED_TRANSFER || partner);
    REQUIRE(thread->blocked != BLOCKED_TUNNEL || (partner && thread->transfer.phase != TRANSFER_NONE));
}

/* A receiver that waits has looked through its queue: no sender that it would take is left there. */
static void require_not_overlooked(const struct tcb *thread)
{
    const struct tcb *sender = thread->receive_from == RECEIVE_NONE ? NULL : thread->send_queue;
    for (uint32_t i = 0; sender && i < STEPS_MAX; i++, sender = sender->send_next) {
        REQUIRE(thread->receive_from != sender->sends_as || interrupt_is_id(sender->id));
        REQUIRE(thread->receive_from != RECEIVE_ANY || interrupt_is_id(sender->id));
    }
}

/* The ready lists hold every ready thread, but perhaps the running one, once and at its priority. */
static void require_listed(const struct tcb *thread, const struct tcb *running)
{
    const struct tcb *first = hot.ready_first[thread->priority], *member = first;
    uint32_t found = 0, length = 0;
    while (member && (length == 0 || member != first)) {
        REQUIRE(++length < STEPS_MAX && is_actor(member));
        REQUIRE(member->ready.next->ready.previous == member && member->priority == thread->priority);
        found += member == thread;
        member = member->ready.next;
    }
    REQUIRE(found == (thread->ready.next != NULL));
    REQUIRE(found || thread == running || !tcb_is_ready(thread));
    REQUIRE(!first || hot.ready_highest >= thread->priority);
}

static void require_wakeup_links(const struct tcb *thread)
{
    if (thread->in_wakeup_list) {
        const struct tcb *next = thread->wakeup_next, *previous = thread->wakeup_previous;
        REQUIRE(!next || (next != thread && next->in_wakeup_list && next->wakeup_previous == thread));
        REQUIRE(!previous || (previous != thread && previous->in_wakeup_list && previous->wakeup_next == thread));
    }
}

void rules_require(const struct tcb *running)
{
    REQUIRE(!running->task || (is_actor(running) && tcb_is_ready(running)));
    for (uint32_t i = 0; i < ACTORS; i++) {
        if (actors[i]->id != ID_NIL) {
            require_one_state(actors[i]);
            require_queued_once(actors[i]);
            require_not_overlooked(actors[i]);
            require_listed(actors[i], running);
            require_wakeup_links(actors[i]);
        } else {
            REQUIRE(!actors[i]->send_queue);
            REQUIRE(!actors[i]->in_wakeup_list);
            REQUIRE(!actors[i]->ready.next);
        }
    }
}

/* What EAX may say (interface section 4.6). */
void rules_require_result(const struct ipc_registers *asked, const struct ipc_registers *got)
{
    uint32_t error = got->send & RESULT_ERROR_MASK, code = error & ~(uint32_t)RESULT_SEND_PHASE;
    bool sends = asked->send < SEND_DESCRIPTOR_LIMIT;
    bool receives = asked->receive < RECEIVE_DESCRIPTOR_LIMIT || ports_is_fpage(asked->receive);
    bool in_send_phase = error & RESULT_SEND_PHASE && error != RESULT_NOT_EXISTENT;
    REQUIRE(!in_send_phase || sends);
    REQUIRE(in_send_phase || error == 0 || error == RESULT_NOT_EXISTENT || receives);
    REQUIRE(error != (RESULT_TIMEOUT | RESULT_SEND_PHASE) || timeout_send(asked->timeouts).kind != TIMEOUT_INFINITE);
    REQUIRE(error != RESULT_TIMEOUT || timeout_receive(asked->timeouts).kind != TIMEOUT_INFINITE);
    REQUIRE(code != RESULT_MAP_FAILED || !in_send_phase || asked->send & SEND_MAP);
    bool received = receives && error == 0;
    REQUIRE(received || (got->send & 0xF) == 0 || code == RESULT_CUT);
    bool closed = received && !(asked->receive & RECEIVE_OPEN) && asked->partner;
    REQUIRE(!closed || got->partner == asked->partner || rules_propagated || got->send & RESULT_REDIRECTED);
}

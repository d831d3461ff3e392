/* SPDX-License-Identifier: BSD-2-Clause */
/* Are waiting senders served first come first served, unless one goes before all others, and does a sender that gives
   up leave the others in order? Random arrivals, departures and searches beside a plain array. */
#include "tests/host/host.h"

#include "kernel/ipc/send_queue.h"

#include <string.h>

enum { SENDERS = 20, STEPS = 20000 };

static struct tcb *receiver;
static struct tcb *senders[SENDERS];
static struct tcb *expected[SENDERS];
static uint32_t waiting;

static int32_t place_of(const struct tcb *sender)
{
    for (uint32_t i = 0; i < waiting; i++) {
        if (expected[i] == sender) {
            return (int32_t)i;
        }
    }
    return -1;
}

static void arrive_or_leave(struct tcb *sender)
{
    int32_t place = place_of(sender);
    if (place < 0) {
        if (random_below(4) == 0) {
            send_queue_prepend(receiver, sender);
            memmove(&expected[1], &expected[0], waiting++ * sizeof(expected[0]));
            expected[0] = sender;
        } else {
            send_queue_append(receiver, sender);
            expected[waiting++] = sender;
        }
        return;
    }
    send_queue_remove(sender);
    waiting--;
    memmove(&expected[place], &expected[place + 1], (waiting - (uint32_t)place) * sizeof(expected[0]));
}

static void check_order(void)
{
    const struct tcb *sender = receiver->send_queue;
    EQUAL(sender != NULL, waiting != 0);
    for (uint32_t i = 0; i < waiting; i++, sender = sender->send_next) {
        TRUE(sender == expected[i]);
        TRUE(sender->send_next->send_previous == sender);
    }
    TRUE(sender == receiver->send_queue);
}

static void check_search(const struct tcb *sender)
{
    TRUE(send_queue_find(receiver, RECEIVE_ANY) == (waiting ? expected[0] : NULL));
    TRUE(send_queue_find(receiver, sender->id) == (place_of(sender) < 0 ? NULL : sender));
    TRUE(send_queue_find(receiver, sender->id ^ 2) == NULL);
}

void tests(void)
{
    struct task *task = host_task(5);
    receiver = host_thread(task, SENDERS);
    for (uint32_t i = 0; i < SENDERS; i++) {
        senders[i] = host_thread(task, i);
        senders[i]->sends_as = senders[i]->id;
    }
    for (int i = 0; i < STEPS; i++) {
        arrive_or_leave(senders[random_below(SENDERS)]);
        check_order();
        check_search(senders[random_below(SENDERS)]);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a choice of the handoff axis keep its contract?  A sender delivers to a receiver among other threads, ready and
   blocked, of random priorities: who runs, and is everybody who stays ready still found by the pick? */
#include "tests/host/host.h"

#include "variant.h"
#include "variant_choices.h"

#include <string.h>

enum { THREADS = 12, ROUNDS = 3000 };

static struct tcb *threads[THREADS];
static struct task *task;
static struct tcb *sender, *receiver;

static void make_scene(void)
{
    memset(&hot, 0, sizeof(hot));
    for (uint32_t i = 0; i < THREADS; i++) {
        threads[i] = host_thread(task, i);
        threads[i]->priority = (uint8_t)(random_below(4) * 60);
        threads[i]->timeslice = (uint16_t)(1 + i);
        threads[i]->receive_from = i < 2 || random_below(2) ? RECEIVE_NONE : RECEIVE_ANY;
    }
    sender = threads[0];
    receiver = threads[1];
    queue_run(sender);
    for (uint32_t i = 2; i < THREADS; i++) {
        if (tcb_is_ready(threads[i])) {
            queue_wake(threads[i]);
        }
    }
    hot.timeslice_left = 99;
}

static uint8_t highest_ready(void)
{
    uint8_t highest = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        if (tcb_is_ready(threads[i]) && threads[i]->priority > highest) {
            highest = threads[i]->priority;
        }
    }
    return highest;
}

static void check_choice(const struct tcb *next)
{
    TRUE(next != NULL && tcb_is_ready(next));
    if (VARIANT_HANDOFF_DIRECT) {
        TRUE(next == receiver);
        EQUAL(hot.timeslice_left, 99);
    } else {
        EQUAL(next->priority, highest_ready());
        EQUAL(hot.timeslice_left, next->timeslice);
    }
}

/* Lets every ready thread run once and block for good. */
static void check_nobody_is_lost(struct tcb *next)
{
    while (next) {
        TRUE(tcb_is_ready(next));
        next->receive_from = RECEIVE_ANY;
        queue_block(next);
        next = queue_pick();
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        TRUE(!tcb_is_ready(threads[i]));
    }
}

static void test_call(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        make_scene();
        sender->receive_from = receiver->id;
        queue_block(sender);
        struct tcb *next = handoff_call(receiver);
        check_choice(next);
        check_nobody_is_lost(next);
    }
}

static void test_send(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        make_scene();
        struct tcb *next = handoff_send(sender, receiver);
        check_choice(next);
        check_nobody_is_lost(next);
    }
}

void tests(void)
{
    task = host_task(5);
    test_call();
    test_send();
}

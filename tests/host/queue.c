/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a choice of the queue axis keep its contract?  Random blocks, wakes, runs, rotations and picks of one processor,
   beside a model that knows which threads are ready and since when each has waited for its turn. */
#include "tests/host/host.h"

#include "variant.h"
#include "variant_choices.h"

enum { THREADS = 24, STEPS = 20000, LEVELS = 5 };

static const uint8_t levels[LEVELS] = {0, 1, 31, 32, 255};

static struct tcb *threads[THREADS];
static struct tcb *running;    /* NULL: nobody is ready */
static uint64_t turn[THREADS]; /* when the thread last was put behind the others of its priority */
static uint64_t now;

static uint32_t index_of(const struct tcb *thread)
{
    for (uint32_t i = 0; i < THREADS; i++) {
        if (threads[i] == thread) {
            return i;
        }
    }
    return THREADS;
}

static bool in_its_list(const struct tcb *thread)
{
    const struct tcb *first = hot.ready_first[thread->priority];
    const struct tcb *entry = first;
    for (uint32_t i = 0; first && i <= THREADS; i++, entry = entry->ready.next) {
        if (entry == thread) {
            return true;
        }
        if (entry->ready.next == first) {
            return false;
        }
    }
    return false;
}

static void check_lists(void)
{
    for (uint32_t i = 0; i < THREADS; i++) {
        bool ready = tcb_is_ready(threads[i]);
        EQUAL(in_its_list(threads[i]), ready_contains(threads[i]));
        if (VARIANT_QUEUE_EAGER) {
            EQUAL(ready_contains(threads[i]), ready);
        } else if (ready && threads[i] != running) {
            TRUE(ready_contains(threads[i]));
        }
    }
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

static uint32_t ready_count(void)
{
    uint32_t ready = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        ready += tcb_is_ready(threads[i]);
    }
    return ready;
}

static void pick(void)
{
    struct tcb *next = queue_pick();
    running = next;
    if (!next) {
        EQUAL(ready_count(), 0);
        return;
    }
    TRUE(index_of(next) < THREADS);
    TRUE(tcb_is_ready(next));
    EQUAL(next->priority, highest_ready());
}

static void block_running(void)
{
    if (running) {
        running->receive_from = RECEIVE_ANY;
        queue_block(running);
        pick();
    }
}

static struct tcb *any_blocked(void)
{
    uint32_t from = random_below(THREADS);
    for (uint32_t i = 0; i < THREADS; i++) {
        struct tcb *thread = threads[(from + i) % THREADS];
        if (!tcb_is_ready(thread)) {
            return thread;
        }
    }
    return NULL;
}

static void wake_blocked(void)
{
    struct tcb *thread = any_blocked();
    if (thread) {
        thread->receive_from = RECEIVE_NONE;
        queue_wake(thread);
    }
    if (!running) {
        pick();
    }
}

/* As IPC by call to a waiting receiver does. */
static void hand_over(void)
{
    struct tcb *receiver = any_blocked();
    if (running && receiver) {
        running->receive_from = receiver->id;
        queue_block(running);
        receiver->receive_from = RECEIVE_NONE;
        queue_run(receiver);
        running = receiver;
    }
}

/* As a pure send to a waiting receiver does: the sender stays ready. */
static void send_to_blocked(void)
{
    struct tcb *receiver = any_blocked();
    if (running && receiver) {
        receiver->receive_from = RECEIVE_NONE;
        queue_run(receiver);
        queue_wake(running);
        running = receiver;
    }
}

static void end_of_slice(void)
{
    if (running) {
        queue_wake(running);
        queue_rotate(running);
        pick();
    }
}

static void preempt(void)
{
    if (running) {
        queue_wake(running);
        pick();
    }
}

/* As thread_switch to a thread does: it runs without being the first of its list. */
static void donate(void)
{
    struct tcb *target = threads[random_below(THREADS)];
    if (running && tcb_is_ready(target)) {
        queue_wake(target);
        queue_wake(running);
        running = target;
    }
}

static void make_threads(bool ready)
{
    host_reset();
    struct task *task = host_task(5);
    for (uint32_t i = 0; i < THREADS; i++) {
        threads[i] = host_thread(task, i);
        threads[i]->priority = levels[random_below(LEVELS)];
        threads[i]->receive_from = ready ? RECEIVE_NONE : RECEIVE_ANY;
        if (ready) {
            queue_wake(threads[i]);
        }
    }
    running = NULL;
}

static void test_random_operations(void)
{
    static void (*const steps[])(void) = {block_running, wake_blocked,  hand_over, send_to_blocked,
                                          end_of_slice,  block_running, preempt,   donate};
    make_threads(false);
    pick();
    TRUE(running == NULL);
    for (uint32_t i = 0; i < STEPS; i++) {
        steps[random_below(sizeof(steps) / sizeof(steps[0]))]();
        check_lists();
    }
}

/* Nobody of a priority runs twice before everybody else of it has run once. */
static void test_round_robin(void)
{
    make_threads(true);
    for (uint32_t i = 0; i < THREADS; i++) {
        turn[i] = 0;
    }
    pick();
    for (now = 1; now < 10 * THREADS; now++) {
        for (uint32_t i = 0; i < THREADS; i++) {
            if (threads[i]->priority == running->priority) {
                TRUE(turn[index_of(running)] <= turn[i]);
            }
        }
        turn[index_of(running)] = now;
        end_of_slice();
    }
}

/* Whoever has used up its slice comes behind all others of its priority, wherever it stood: a thread that was handed
   the processor directly is not the first of its list. */
static void check_served_last(void)
{
    struct tcb *last = running;
    uint32_t others = 0, served = 0;
    if (!last || last->priority != highest_ready()) {
        return;
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        others += threads[i] != last && tcb_is_ready(threads[i]) && threads[i]->priority == last->priority;
        turn[i] = 0;
    }
    for (end_of_slice(); running != last && served <= THREADS; end_of_slice()) {
        EQUAL(turn[index_of(running)]++, 0);
        served++;
    }
    EQUAL(served, others);
}

static void test_served_last_after_its_slice(void)
{
    static void (*const steps[])(void) = {wake_blocked, hand_over,     send_to_blocked,
                                          donate,       block_running, end_of_slice};
    make_threads(true);
    pick();
    for (uint32_t i = 0; i < STEPS; i++) {
        steps[random_below(sizeof(steps) / sizeof(steps[0]))]();
        if (random_below(8) == 0) { /* the check itself leaves the running thread first of its list */
            check_served_last();
        }
    }
}

/* Threads of one priority are served in the order in which they were woken. */
static void test_first_come_first_served(void)
{
    make_threads(false);
    for (uint32_t i = 0; i < THREADS; i++) {
        threads[i]->priority = 100;
        threads[i]->receive_from = RECEIVE_NONE;
        queue_wake(threads[i]);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        pick();
        EQUAL(index_of(running), i);
        block_running();
    }
    TRUE(running == NULL);
}

static void test_pick_leaves_the_lists_alone(void)
{
    make_threads(true);
    struct tcb *first = queue_pick();
    TRUE(first != NULL && queue_pick() == first);
}

static void test_waking_twice_is_waking_once(void)
{
    make_threads(false);
    threads[0]->receive_from = RECEIVE_NONE;
    queue_wake(threads[0]);
    queue_wake(threads[0]);
    pick();
    TRUE(running == threads[0]);
    block_running();
    TRUE(running == NULL);
}

void tests(void)
{
    test_random_operations();
    test_round_robin();
    test_served_last_after_its_slice();
    test_first_come_first_served();
    test_pick_leaves_the_lists_alone();
    test_waking_twice_is_waking_once();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Timeouts beside a sorted list: whatever is started, stopped, served and expired in whatever order, exactly those end
   whose deadline has come, in the phase in which they wait.  The time of a transfer's page faults beside the pages that
   it has come to. */
#include "tests/host_fuzz/fuzz.h"

#include "tests/host/host.h"

#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/timeout.h"

#include <string.h>

enum { THREADS = 12, SIDES = 2, PAGES_OF_A_WORD = 2, FAULTS = 192 };

struct waiting {
    uint64_t deadline;
    struct tcb *thread;
};

/* Pages of one side of a transfer whose faults share a deadline, oldest first. */
struct faulted {
    uint32_t pages[PAGES_OF_A_WORD];
    uint32_t count;
    uint64_t deadline;
};

static struct tcb *threads[THREADS];
static struct faulted faulted[THREADS][SIDES];
static struct waiting sorted[THREADS]; /* by deadline */
static uint32_t waiting_count;
static uint32_t ended[THREADS]; /* the result of each thread's IPC, 0: not ended */

/* Takes the place of the kernel's: notes who ended how. */
void ipc_fail(struct tcb *thread, uint32_t result)
{
    timeout_stop(thread);
    thread->receive_from = RECEIVE_NONE;
    thread->blocked = BLOCKED_NOT;
    for (uint32_t i = 0; i < THREADS; i++) {
        if (threads[i] == thread) {
            REQUIRE(!ended[i]);
            ended[i] = result;
        }
    }
}

static uint32_t index_of(const struct tcb *thread)
{
    uint32_t index = 0;
    while (index < waiting_count && sorted[index].thread != thread) {
        index++;
    }
    return index;
}

static void model_remove(const struct tcb *thread)
{
    uint32_t index = index_of(thread);
    if (index < waiting_count) {
        waiting_count--;
        memmove(&sorted[index], &sorted[index + 1], (waiting_count - index) * sizeof(sorted[0]));
    }
}

static void model_insert(struct tcb *thread, uint64_t deadline)
{
    uint32_t index = waiting_count++;
    for (; index > 0 && sorted[index - 1].deadline > deadline; index--) {
        sorted[index] = sorted[index - 1];
    }
    sorted[index] = (struct waiting){deadline, thread};
}

/* By the interface's formula, in another way than by shifting. */
static void require_decoded(struct timeout timeout, uint32_t exponent, uint32_t mantissa)
{
    uint64_t wait = mantissa;
    for (uint32_t e = exponent; e < 15; e++) {
        wait *= 4;
    }
    enum timeout_kind kind = !exponent ? TIMEOUT_INFINITE : !mantissa ? TIMEOUT_ZERO : TIMEOUT_FINITE;
    REQUIRE(timeout.kind == kind);
    REQUIRE(kind != TIMEOUT_FINITE || timeout.deadline == info_page.clock + wait);
}

static void start(struct tcb *thread)
{
    uint32_t word = input_word();
    struct timeout send = timeout_send(word), receive = timeout_receive(word);
    require_decoded(send, word >> 4 & 15, word >> 16 & 255);
    require_decoded(receive, word & 15, word >> 24);
    uint32_t fault = timeout_of_page_fault(word), p = word & 15;
    require_decoded(timeout_send(fault), p, p < 15);
    require_decoded(timeout_receive(fault), p, p < 15);
    bool sends = input_below(2);
    struct timeout limit = sends ? send : receive;
    if (limit.kind != TIMEOUT_FINITE || index_of(thread) < waiting_count || thread->in_wakeup_list) {
        return;
    }
    thread->blocked = sends ? BLOCKED_SENDING : BLOCKED_NOT;
    thread->receive_from = sends ? RECEIVE_NONE : RECEIVE_ANY;
    timeout_start(thread, limit.deadline);
    model_insert(thread, limit.deadline);
}

/* As the short path does to a receiver: its timeout stays listed. */
static void serve(struct tcb *thread)
{
    if (thread->blocked != BLOCKED_SENDING) {
        thread->receive_from = RECEIVE_NONE;
        model_remove(thread);
    }
}

static void expire(uint64_t now)
{
    uint32_t expected[THREADS] = {0};
    int highest = -1;
    info_page.clock = now;
    while (waiting_count && sorted[0].deadline <= now) {
        struct tcb *thread = sorted[0].thread;
        uint32_t result = RESULT_TIMEOUT | (thread->blocked == BLOCKED_SENDING ? RESULT_SEND_PHASE : 0);
        for (uint32_t i = 0; i < THREADS; i++) {
            expected[i] = threads[i] == thread ? result : expected[i];
        }
        highest = thread->priority > highest ? thread->priority : highest;
        model_remove(thread);
    }
    memset(ended, 0, sizeof(ended));
    REQUIRE(timeout_expire(now) == highest);
    REQUIRE(memcmp(ended, expected, sizeof(ended)) == 0);
}

static uint64_t later(void)
{
    return info_page.clock + (input_below(2) ? input_byte() : (uint64_t)input_word() << input_below(4));
}

/* Whether the time of a fault's page is over. */
static bool model_fault(struct faulted *side, uint32_t page, uint64_t wait)
{
    for (uint32_t i = 0; i < side->count; i++) {
        if (side->pages[i] == page) {
            return info_page.clock >= side->deadline;
        }
    }
    if (side->count == PAGES_OF_A_WORD) {
        side->pages[0] = side->pages[1];
        side->count--;
    }
    side->pages[side->count++] = page;
    side->deadline = info_page.clock + wait;
    return false;
}

/* A fault in a copy whose sender is the thread; half of the time in a new one. */
static void fault(uint32_t sender)
{
    struct tcb *thread = threads[sender];
    uint32_t how = input_byte(), exponent = how >> 3 & 15, page = how >> 1 & 3;
    bool target = how & 1;
    uint64_t wait = 1;
    if (how & 128) {
        thread->transfer.phase = TRANSFER_SOURCE;
        memset(faulted[sender], 0, sizeof(faulted[sender]));
    }
    for (uint32_t e = exponent; e < 15; e++) {
        wait *= 4;
    }
    bool limited = exponent > 0 && exponent < 15;
    bool over = limited && model_fault(&faulted[sender][target], page, wait);
    uint32_t address = page * PAGE_SIZE + input_byte();
    enum transfer_phase side = target ? TRANSFER_TARGET : TRANSFER_SOURCE;
    REQUIRE(timeout_of_faults_over(thread, side, address, exponent) == over);
}

void fuzz_one(void)
{
    struct task *task = host_task(5);
    for (uint32_t i = 0; i < THREADS; i++) {
        threads[i] = host_thread(task, i);
        threads[i]->priority = (uint8_t)(i * 20);
        threads[i]->transfer.phase = TRANSFER_SOURCE;
    }
    while (!input_over()) {
        uint32_t chosen = input_below(THREADS), what = input_byte();
        struct tcb *thread = threads[chosen];
        if (what >= FAULTS) {
            fault(chosen);
            continue;
        }
        switch (what % 4) {
        case 0:
            timeout_stop(thread);
            thread->receive_from = RECEIVE_NONE;
            thread->blocked = BLOCKED_NOT;
            model_remove(thread);
            break;
        case 1:
            serve(thread);
            break;
        case 2:
            expire(later());
            break;
        default:
            start(thread);
        }
    }
    expire(UINT64_MAX);
    REQUIRE(waiting_count == 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the timeout word mean what the interface says, and does every timeout end exactly at its deadline? */
#include "tests/host/host.h"

#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/timeout.h"

enum { THREADS = 16, STEPS = 30000, EXPONENTS = 16, MS_4 = 9, MANTISSAS = 256, NOW = 123456789 };

static struct tcb *threads[THREADS];
static bool armed[THREADS];
static uint64_t deadlines[THREADS];
static uint32_t results[THREADS];
static uint32_t ended;

/* Takes the place of the kernel's: notes who ended how. */
void ipc_fail(struct tcb *thread, uint32_t result)
{
    timeout_stop(thread);
    thread->receive_from = RECEIVE_NONE;
    thread->blocked = BLOCKED_NOT;
    for (uint32_t i = 0; i < THREADS; i++) {
        if (threads[i] == thread) {
            results[i] = result;
        }
    }
    ended++;
}

static uint64_t microseconds(uint32_t exponent, uint32_t mantissa)
{
    uint64_t wait = mantissa;
    for (uint32_t e = exponent; e < 15; e++) {
        wait *= 4;
    }
    return wait;
}

static void check_decoded(struct timeout timeout, uint32_t exponent, uint32_t mantissa)
{
    if (exponent == 0) {
        EQUAL(timeout.kind, TIMEOUT_INFINITE);
    } else if (mantissa == 0) {
        EQUAL(timeout.kind, TIMEOUT_ZERO);
    } else {
        EQUAL(timeout.kind, TIMEOUT_FINITE);
        EQUAL(timeout.deadline, NOW + microseconds(exponent, mantissa));
    }
}

static void test_every_word(void)
{
    info_page.clock = NOW;
    for (uint32_t e = 0; e < EXPONENTS; e++) {
        for (uint32_t m = 0; m < MANTISSAS; m++) {
            uint32_t other_e = random_below(EXPONENTS), other_m = random_below(MANTISSAS);
            uint32_t faults = random_below(256) << 8;
            uint32_t as_receive = e | other_e << 4 | faults | other_m << 16 | m << 24;
            uint32_t as_send = other_e | e << 4 | faults | m << 16 | other_m << 24;
            check_decoded(timeout_receive(as_receive), e, m);
            check_decoded(timeout_send(as_receive), other_e, other_m);
            check_decoded(timeout_send(as_send), e, m);
        }
    }
}

/* The interface's table of units in microseconds. */
static void test_units(void)
{
    static const struct {
        uint32_t exponent;
        uint64_t unit;
    } rows[] = {{1, 268435456}, {5, 1048576}, {8, 16384}, {10, 1024}, {12, 64}, {15, 1}};
    info_page.clock = 0;
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        EQUAL(timeout_receive(rows[i].exponent | 1u << 24).deadline, rows[i].unit);
        EQUAL(timeout_send(rows[i].exponent << 4 | 1u << 16).deadline, rows[i].unit);
    }
}

static void test_common_words(void)
{
    EQUAL(timeout_send(0).kind, TIMEOUT_INFINITE);
    EQUAL(timeout_receive(0).kind, TIMEOUT_INFINITE);
    EQUAL(timeout_send(0x01).kind, TIMEOUT_INFINITE);
    EQUAL(timeout_receive(0x01).kind, TIMEOUT_ZERO);
    EQUAL(timeout_send(0x10).kind, TIMEOUT_ZERO);
    EQUAL(timeout_receive(0x10).kind, TIMEOUT_INFINITE);
    EQUAL(timeout_send(0x11).kind, TIMEOUT_ZERO);
    EQUAL(timeout_receive(0x11).kind, TIMEOUT_ZERO);
}

static void test_page_fault_exponents(void)
{
    info_page.clock = NOW;
    for (uint32_t p = 0; p < EXPONENTS; p++) {
        uint32_t word = timeout_of_page_fault(p | 0xABCDEF0);
        struct timeout halves[] = {timeout_send(word), timeout_receive(word)};
        for (int i = 0; i < 2; i++) {
            check_decoded(halves[i], p, p == 15 ? 0 : 1);
        }
    }
}

/* The copy faults at this page, in the tick `now`; is its time over? */
static bool fault_at(uint32_t page, enum transfer_phase side, uint64_t now)
{
    info_page.clock = now;
    return timeout_of_faults_over(threads[0], side, page * PAGE_SIZE + (uint32_t)now % PAGE_SIZE, MS_4);
}

static void test_time_of_page_faults(void)
{
    enum transfer_phase source = TRANSFER_SOURCE, target = TRANSFER_TARGET;
    threads[0]->transfer.phase = TRANSFER_SOURCE;
    EQUAL(fault_at(7, source, 0), false);
    EQUAL(fault_at(7, source, 4095), false);
    EQUAL(fault_at(7, source, 4096), true);
    EQUAL(fault_at(7, target, 5000), false); /* a page of the receiver's, whatever its number */
    EQUAL(fault_at(8, source, 6000), false); /* a new page, a new time */
    EQUAL(fault_at(7, source, 9000), false); /* its neighbour, which was taken away: no new time */
    EQUAL(fault_at(8, source, 10096), true);
    EQUAL(fault_at(7, source, 10096), true);
    EQUAL(fault_at(7, target, 9095), false);
    EQUAL(fault_at(7, target, 9096), true);
    EQUAL(fault_at(9, source, 20000), false);
    EQUAL(fault_at(7, source, 30000), false); /* not of the last two */

    threads[0]->transfer.phase = TRANSFER_SOURCE; /* the next transfer */
    EQUAL(fault_at(7, source, 40000), false);
    EQUAL(fault_at(9, source, 44000), false);
    EQUAL(fault_at(7, target, 50000), false);
}

static void test_faults_without_limit(void)
{
    for (uint32_t i = 0; i < 3; i++) {
        info_page.clock = i * NOW;
        EQUAL(timeout_of_faults_over(threads[0], TRANSFER_SOURCE, 7 * PAGE_SIZE, 0), false);
        EQUAL(timeout_of_faults_over(threads[0], TRANSFER_TARGET, 7 * PAGE_SIZE, EXPONENTS - 1), false);
    }
}

static void arm(uint32_t i, uint64_t deadline)
{
    armed[i] = true;
    deadlines[i] = deadline;
    results[i] = 0;
    threads[i]->blocked = random_below(2) ? BLOCKED_SENDING : BLOCKED_NOT;
    threads[i]->receive_from = threads[i]->blocked ? RECEIVE_NONE : RECEIVE_ANY;
    timeout_start(threads[i], deadline);
}

static uint32_t expected_result(const struct tcb *thread)
{
    return thread->blocked == BLOCKED_SENDING ? RESULT_TIMEOUT | RESULT_SEND_PHASE : RESULT_TIMEOUT;
}

/* Lets the clock come to `now`; exactly the threads whose deadline has come must end. */
static void expire(uint64_t now)
{
    uint32_t expected[THREADS] = {0};
    int highest = -1;
    for (uint32_t i = 0; i < THREADS; i++) {
        if (armed[i] && deadlines[i] <= now) {
            expected[i] = expected_result(threads[i]);
            highest = threads[i]->priority > highest ? threads[i]->priority : highest;
        }
    }
    EQUAL(timeout_expire(now), highest);
    for (uint32_t i = 0; i < THREADS; i++) {
        EQUAL(results[i], expected[i]);
        armed[i] = armed[i] && !expected[i];
        results[i] = 0;
    }
}

/* Leaves the list of the last test empty: it lives on in the kernel's file. */
static void make_threads(void)
{
    for (uint32_t i = 0; i < THREADS && threads[i]; i++) {
        timeout_stop(threads[i]);
    }
    host_reset();
    struct task *task = host_task(5);
    for (uint32_t i = 0; i < THREADS; i++) {
        threads[i] = host_thread(task, i);
        threads[i]->priority = (uint8_t)(10 * i);
        armed[i] = false;
    }
}

static void test_exactly_at_the_deadline(void)
{
    make_threads();
    arm(0, 1000);
    expire(0);
    expire(999);
    TRUE(armed[0]);
    expire(1000);
    TRUE(!armed[0]);
    expire(1001);
}

static void test_random_deadlines(void)
{
    make_threads();
    uint64_t now = 0;
    for (int step = 0; step < STEPS; step++) {
        uint32_t i = random_below(THREADS);
        if (!armed[i]) {
            arm(i, now + 1 + random_below(50));
        } else if (random_below(3) == 0) {
            timeout_stop(threads[i]);
            timeout_stop(threads[i]);
            armed[i] = false;
        }
        if (random_below(2)) {
            expire(now += random_below(4));
        }
    }
}

/* The short path serves a receiver without looking at its timeout. */
static void test_served_receiver_is_left_alone(void)
{
    make_threads();
    arm(0, 100);
    threads[0]->blocked = BLOCKED_NOT;
    threads[0]->receive_from = RECEIVE_NONE;
    ended = 0;
    timeout_expire(100);
    EQUAL(ended, 0);
    arm(0, 200);
    armed[1] = false;
    expire(200);
    EQUAL(ended, 1);
}

void tests(void)
{
    test_every_word();
    test_units();
    test_common_words();
    test_page_fault_exponents();
    test_exactly_at_the_deadline();
    test_random_deadlines();
    test_served_receiver_is_left_alone();
    test_time_of_page_faults();
    test_faults_without_limit();
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/timeout.h"

#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"

enum { EXPONENT_MASK = 0xF, MANTISSA_MASK = 0xFF };

/* Unsorted; `earliest` is not after any deadline in it, so that most ticks look at nothing else. */
static struct tcb *first_timed;
static uint64_t earliest = UINT64_MAX;

/* m * 4^(15-e) microseconds from now; e = 0: never; m = 0: at once. */
static struct timeout decode(uint32_t exponent, uint32_t mantissa)
{
    if (exponent == 0) {
        return (struct timeout){TIMEOUT_INFINITE, 0};
    }
    if (mantissa == 0) {
        return (struct timeout){TIMEOUT_ZERO, 0};
    }
    uint64_t wait = (uint64_t)mantissa << 2 * (EXPONENT_MASK - exponent);
    return (struct timeout){TIMEOUT_FINITE, info_page.clock + wait};
}

struct timeout timeout_send(uint32_t timeouts)
{
    return decode(timeouts >> 4 & EXPONENT_MASK, timeouts >> 16 & MANTISSA_MASK);
}

struct timeout timeout_receive(uint32_t timeouts)
{
    return decode(timeouts & EXPONENT_MASK, timeouts >> 24);
}

uint32_t timeout_of_page_fault(uint32_t exponent)
{
    uint32_t p = exponent & EXPONENT_MASK;
    uint32_t mantissa = p == EXPONENT_MASK ? 0 : 1;
    return p == 0 ? 0 : p | p << 4 | mantissa << 16 | mantissa << 24;
}

bool timeout_of_faults_over(struct tcb *sender, enum transfer_phase side, uint32_t address, uint32_t exponent)
{
    struct timeout limit = timeout_receive(timeout_of_page_fault(exponent));
    struct fault_time *time = &sender->fault_times[side == TRANSFER_TARGET];
    uint8_t faulted = side == TRANSFER_TARGET ? TRANSFER_TARGET_FAULTED : TRANSFER_SOURCE_FAULTED;
    uint32_t page = address & ~(uint32_t)(PAGE_SIZE - 1);
    bool first = !(sender->transfer.phase & faulted);
    if (limit.kind != TIMEOUT_FINITE) {
        return false;
    }
    if (!first && (page == time->pages[0] || page == time->pages[1])) {
        return info_page.clock >= time->deadline;
    }
    *time = (struct fault_time){.pages = {page, first ? page : time->pages[0]}, .deadline = limit.deadline};
    sender->transfer.phase |= faulted;
    return false;
}

void timeout_start(struct tcb *thread, uint64_t deadline)
{
    thread->wakeup = deadline;
    thread->in_wakeup_list = 1;
    thread->wakeup_previous = NULL;
    thread->wakeup_next = first_timed;
    if (first_timed) {
        first_timed->wakeup_previous = thread;
    }
    first_timed = thread;
    if (deadline < earliest) {
        earliest = deadline;
    }
}

void timeout_stop(struct tcb *thread)
{
    if (!thread->in_wakeup_list) {
        return;
    }
    thread->in_wakeup_list = 0;
    if (thread->wakeup_previous) {
        thread->wakeup_previous->wakeup_next = thread->wakeup_next;
    } else {
        first_timed = thread->wakeup_next;
    }
    if (thread->wakeup_next) {
        thread->wakeup_next->wakeup_previous = thread->wakeup_previous;
    }
}

/* A receiver that the short path has served is still listed, but waits no more: its timeout is void.  Returns false. */
static bool expire_one(struct tcb *thread)
{
    if (thread->blocked == BLOCKED_SENDING) {
        ipc_fail(thread, RESULT_TIMEOUT | RESULT_SEND_PHASE);
        return true;
    }
    if (thread->receive_from != RECEIVE_NONE) {
        ipc_fail(thread, RESULT_TIMEOUT);
        return true;
    }
    timeout_stop(thread);
    return false;
}

int timeout_expire(uint64_t now)
{
    int priority = -1;
    if (now < earliest) {
        return priority;
    }
    earliest = UINT64_MAX;
    for (struct tcb *thread = first_timed, *next; thread; thread = next) {
        next = thread->wakeup_next;
        if (thread->wakeup > now) {
            earliest = thread->wakeup < earliest ? thread->wakeup : earliest;
            continue;
        }
        if (expire_one(thread) && thread->priority > priority) {
            priority = thread->priority;
        }
    }
    return priority;
}

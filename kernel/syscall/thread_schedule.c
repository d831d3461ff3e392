/* SPDX-License-Identifier: BSD-2-Clause */
/* thread_schedule (interface section 8): what does a scheduler learn of a thread, and what can it set? */
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/clan.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/page_table.h"
#include "kernel/thread/thread.h"

#include "variant_queue.h"
#include "variant_space.h"

enum {
    PARAMETER_PRIORITY = 0xFF,
    PARAMETER_SMALL_SHIFT = 8,
    PARAMETER_STATE_SHIFT = 16,
    PARAMETER_TIME_SHIFT = 20,
    STATE_RUNNING = 0x0,
    STATE_SENDING = 0x4,
    STATE_RECEIVING = 0x8,
    STATE_WAITING = 0xC,
    STATE_PENDING = 0xD,
    STATE_DEAD = 0xF,
    TIME_HIGH_MASK = 0xFFFF,
    TIME_FAULT_SHIFT = 16,
    TIME_WAKEUP_SHIFT = 20,
    EXPONENT_MAX = 15,
    MANTISSA_MAX = 0xFF,
    LONGEST_SHIFT = 24, /* 4^12 microseconds are 17 s; an 8-bit mantissa times that fits a word */
};
#define PARAMETER_UNCHANGED 0xFFFFFFFFu

/* The transfer that the thread itself has asked for, not one of a call that the kernel makes meanwhile. */
static const struct transfer *users_transfer(const struct tcb *thread)
{
    const struct transfer *level = &thread->transfer;
    while (level->outer) {
        level = level->outer;
    }
    return level;
}

static uint32_t state_of(const struct tcb *thread)
{
    const struct transfer *transfer = users_transfer(thread);
    if (thread->blocked == BLOCKED_INACTIVE || thread->blocked == BLOCKED_STOPPED) {
        return STATE_DEAD;
    }
    if (transfer->partner) {
        return (transfer->phase == TRANSFER_NONE ? STATE_RECEIVING : STATE_SENDING) + thread->transfer.rpc;
    }
    if (thread->transfer.rpc != RPC_NONE) {
        return STATE_RUNNING + thread->transfer.rpc;
    }
    if (thread->blocked == BLOCKED_SENDING) {
        return STATE_PENDING;
    }
    return thread->receive_from == RECEIVE_NONE ? STATE_RUNNING : STATE_WAITING;
}

/* Whom the thread's own IPC is with; invalid for an open wait or none at all, nil for a sleeper. */
static uint32_t partner_of(const struct tcb *thread, uint32_t state)
{
    const struct transfer *transfer = users_transfer(thread);
    if (transfer->partner) {
        return transfer->partner->id;
    }
    if (state == STATE_PENDING) {
        return thread->message->partner;
    }
    if (state != STATE_WAITING || thread->receive_from == RECEIVE_ANY) {
        return ID_INVALID;
    }
    return thread->receive_from == RECEIVE_NOBODY ? (uint32_t)ID_NIL : thread->receive_from;
}

/* Microseconds until the thread's timeout, which it has. */
static uint64_t remaining(const struct tcb *thread)
{
    return thread->wakeup > info_page.clock ? thread->wakeup - info_page.clock : 0;
}

/* An interval as the exponent and mantissa of a timeout, rounded up: e in bits 0-3, m in bits 4-11. */
static uint32_t encoded_timeout(uint64_t microseconds)
{
    uint32_t exponent = EXPONENT_MAX;
    uint64_t mantissa = microseconds;
    while (mantissa > MANTISSA_MAX && exponent > 1) {
        exponent--;
        mantissa = (microseconds + (1ull << 2 * (EXPONENT_MAX - exponent)) - 1) >> 2 * (EXPONENT_MAX - exponent);
    }
    return exponent | (uint32_t)mantissa << 4;
}

/* An interval as a page-fault timeout, 4^(15-p) microseconds, rounded up. */
static uint32_t encoded_fault_timeout(uint64_t microseconds)
{
    uint32_t exponent = EXPONENT_MAX;
    while (1ull << 2 * (EXPONENT_MAX - exponent) < microseconds && exponent > 1) {
        exponent--;
    }
    return exponent;
}

/* The timeouts that EDX tells beside the high part of the time; 0: infinite, or none. */
static uint32_t timeouts_of(const struct tcb *thread, uint32_t state)
{
    if (!thread->in_wakeup_list) {
        return 0;
    }
    if (thread->transfer.rpc == RPC_PAGER) {
        return encoded_fault_timeout(remaining(thread)) << TIME_FAULT_SHIFT;
    }
    bool waits = state == STATE_WAITING || state == STATE_PENDING;
    return waits ? encoded_timeout(remaining(thread)) << TIME_WAKEUP_SHIFT : 0;
}

static void report(const struct tcb *thread, struct trap_frame *frame)
{
    uint32_t state = state_of(thread);
    uint64_t time = (uint64_t)thread->ticks * TICK_MICROSECONDS;
    frame->eax = thread->timeslice_word | state << PARAMETER_STATE_SHIFT | thread->priority;
    frame->esi = partner_of(thread, state);
    frame->ecx = (uint32_t)time;
    frame->edx = ((uint32_t)(time >> 32) & TIME_HIGH_MASK) | timeouts_of(thread, state);
}

/* Changes a priority; a thread in the ready queue moves to its new list. */
static void set_priority(struct tcb *thread, uint32_t priority)
{
    bool listed = ready_contains(thread);
    if (listed) {
        ready_remove(thread);
    }
    thread->priority = (uint8_t)priority;
    if (listed) {
        ready_append(thread);
    }
}

/* m * 4^(15-e) microseconds in ticks, rounded up; e = 0, or more than a tick counter holds: endless; m = 0: none. */
static uint16_t timeslice_of(uint32_t exponent, uint32_t mantissa)
{
    uint32_t shift = 2 * (EXPONENT_MAX - exponent);
    if (exponent != 0 && mantissa == 0) {
        return 0;
    }
    if (exponent == 0 || shift > LONGEST_SHIFT) {
        return TIMESLICE_ENDLESS;
    }
    uint32_t ticks = ((mantissa << shift) + TICK_MICROSECONDS - 1) / TICK_MICROSECONDS;
    return ticks < TIMESLICE_ENDLESS ? (uint16_t)ticks : (uint16_t)TIMESLICE_ENDLESS;
}

static void set_timeslice(struct tcb *thread, uint32_t parameter)
{
    thread->timeslice = timeslice_of(parameter >> PARAMETER_TIME_SHIFT & EXPONENT_MAX, parameter >> 24);
    thread->timeslice_word = parameter & ~((1u << PARAMETER_TIME_SHIFT) - 1);
    if (thread->blocked == BLOCKED_NO_SLICE && thread->timeslice != 0) {
        thread->blocked = BLOCKED_NOT;
        thread_wake(thread);
    }
}

static bool permitted(const struct tcb *self, const struct tcb *thread, uint32_t parameter)
{
    bool lifted = parameter != PARAMETER_UNCHANGED && (parameter & PARAMETER_PRIORITY) > self->mcp;
    return thread && thread->priority <= self->mcp && !lifted;
}

void call_thread_schedule(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct tcb *thread = clan_existing(frame->esi);
    uint32_t parameter = frame->eax;
    if (!permitted(self, thread, parameter)) {
        frame->eax = PARAMETER_UNCHANGED;
        return;
    }
    report(thread, frame);
    uint32_t old_preempter = thread->external_preempter;
    thread->external_preempter = frame->ebx == ID_INVALID ? old_preempter : frame->ebx;
    frame->ebx = old_preempter;
    if (parameter == PARAMETER_UNCHANGED) {
        return;
    }
    set_priority(thread, parameter & PARAMETER_PRIORITY);
    set_timeslice(thread, parameter);
    uint32_t small = parameter >> PARAMETER_SMALL_SHIFT & 0xFF;
    if (small != 0 && small != 0xFF && !thread->task->stays_large) {
        space_assign(thread->task, small);
        space_switch(self); /* its own space may have moved */
    }
    thread_give_way();
}

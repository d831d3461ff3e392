/* SPDX-License-Identifier: BSD-2-Clause */
/* id_nearest, thread_switch, thread_schedule, lthread_ex_regs (l4-abi 5, 7, 8, 9). */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/ipc/clan.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/page_table.h"
#include "kernel/thread/thread.h"

#include "variant.h"

enum {
    PARAMETER_PRIORITY = 0xFF,
    PARAMETER_SMALL_SHIFT = 8,
    PARAMETER_TIME_SHIFT = 20,
    LTHREAD_MASK = LTHREADS - 1,
    STATE_SHIFT = 16,
    STATE_RUNNING = 0x0,
    STATE_SENDING = 0x4,
    STATE_RECEIVING = 0x8,
    STATE_WAITING = 0xC,
    STATE_PENDING = 0xD,
    STATE_DEAD = 0xF,
    STATE_PAGER = 0x1,
};
#define PARAMETER_UNCHANGED 0xFFFFFFFFu

void call_id_nearest(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct nearest nearest = {CLAN_SAME, self->id};
    if (frame->esi != ID_NIL) {
        nearest = clan_nearest(self->task, frame->esi);
    }
    frame->eax = nearest.side;
    frame->esi = nearest.id;
}

void call_thread_switch(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct tcb *target = clan_existing(frame->esi);
    if (target && target != self && tcb_is_ready(target)) {
        queue_wake(self);
        thread_switch(target);
    } else {
        thread_yield();
    }
}

static uint32_t thread_state(const struct tcb *thread)
{
    uint32_t pager = thread->message != &tcb_user_frame(thread)->registers ? (uint32_t)STATE_PAGER : 0;
    if (thread->blocked == BLOCKED_INACTIVE || thread->blocked == BLOCKED_STOPPED) {
        return STATE_DEAD;
    }
    if (thread->transfer.partner) {
        return (thread->transfer.phase == TRANSFER_NONE ? STATE_RECEIVING : STATE_SENDING) + pager;
    }
    if (thread->blocked == BLOCKED_SENDING) {
        return STATE_PENDING;
    }
    return thread->receive_from == RECEIVE_NONE ? STATE_RUNNING : STATE_WAITING;
}

/* Whom the thread's IPC is with; invalid for an open wait or none at all, nil for a sleeper. */
static uint32_t ipc_partner(const struct tcb *thread)
{
    if (thread->transfer.partner) {
        return thread->transfer.partner->id;
    }
    if (thread->blocked == BLOCKED_SENDING) {
        return thread->message->partner;
    }
    bool none = thread->receive_from == RECEIVE_ANY || thread->receive_from == RECEIVE_NONE;
    return none ? ID_INVALID : thread->receive_from == RECEIVE_NOBODY ? (uint32_t)ID_NIL : thread->receive_from;
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

/* m * 4^(15-e) microseconds in ticks, rounded up; m = 0 with e != 0: no time slices. */
static void set_timeslice(struct tcb *thread, uint32_t parameter)
{
    uint32_t exponent = parameter >> PARAMETER_TIME_SHIFT & 0xF;
    uint32_t mantissa = parameter >> 24;
    uint64_t ticks = (((uint64_t)mantissa << 2 * (15 - exponent)) + TICK_MICROSECONDS - 1) / TICK_MICROSECONDS;
    bool endless = exponent == 0 || mantissa == 0 || ticks > UINT16_MAX;
    thread->timeslice = endless ? UINT16_MAX : (uint16_t)ticks;
    thread->timeslice_word = parameter & ~((1u << PARAMETER_TIME_SHIFT) - 1);
}

void call_thread_schedule(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct tcb *thread = clan_existing(frame->esi);
    uint32_t parameter = frame->eax;
    if (!thread || thread->priority > self->mcp) {
        frame->eax = PARAMETER_UNCHANGED;
        return;
    }
    frame->eax = thread->timeslice_word | thread_state(thread) << STATE_SHIFT | thread->priority;
    frame->esi = ipc_partner(thread);
    uint32_t old_preempter = thread->external_preempter;
    thread->external_preempter = frame->ebx == ID_INVALID ? old_preempter : frame->ebx;
    frame->ebx = old_preempter;
    frame->ecx = 0;
    frame->edx = 0;
    if (parameter == PARAMETER_UNCHANGED || (parameter & PARAMETER_PRIORITY) > self->mcp) {
        return;
    }
    set_priority(thread, parameter & PARAMETER_PRIORITY);
    set_timeslice(thread, parameter);
    uint32_t small = parameter >> PARAMETER_SMALL_SHIFT & 0xFF;
    if (small != 0 && small != 0xFF) {
        space_assign(thread->task, small);
        space_switch(self); /* its own space may have moved */
    }
}

static struct tcb *created_on_demand(struct tcb *self, uint32_t lthread, uint32_t eip, uint32_t esp)
{
    uint32_t mask = (uint32_t)LTHREAD_MASK << ID_LTHREAD_SHIFT;
    uint32_t id = (self->id & ~mask) | lthread << ID_LTHREAD_SHIFT;
    struct tcb *thread = tcb_of_id(id);
    if (thread->id == id) {
        return thread;
    }
    if (eip == UINT32_MAX || esp == UINT32_MAX || !thread_create(self->task, id)) {
        return NULL;
    }
    thread->priority = self->priority;
    thread->pager = self->pager;
    return thread;
}

static void exchange(uint32_t *stored, uint32_t *value, uint32_t unchanged)
{
    uint32_t old = *stored;
    if (*value != unchanged) {
        *stored = *value;
    }
    *value = old;
}

/* Starts a thread that was never started or has stopped; the frame gets its old registers, 0 if it never had any. */
static void start(struct tcb *thread, struct trap_frame *frame)
{
    const struct user_frame *user = tcb_user_frame(thread);
    bool fresh = thread->blocked == BLOCKED_INACTIVE;
    uint32_t old_esp = fresh ? 0 : user->esp;
    uint32_t old_eip = fresh ? 0 : user->eip;
    uint32_t eflags = EFLAGS_RESERVED | EFLAGS_INTERRUPTS | (frame->eflags & EFLAGS_IOPL_USER);
    thread_start(thread, frame->edx, frame->ecx, eflags);
    frame->eax = eflags;
    frame->ecx = old_esp;
    frame->edx = old_eip;
}

void call_lthread_ex_regs(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct tcb *thread = created_on_demand(self, frame->eax & LTHREAD_MASK, frame->edx, frame->ecx);
    if (!thread) {
        frame->eax = 0;
        return;
    }
    exchange(&thread->pager, &frame->esi, ID_INVALID);
    exchange(&thread->internal_preempter, &frame->ebx, ID_INVALID);
    bool both = frame->edx != UINT32_MAX && frame->ecx != UINT32_MAX;
    if (both && (thread->blocked == BLOCKED_INACTIVE || thread->blocked == BLOCKED_STOPPED)) {
        start(thread, frame);
        return;
    }
    bool changes = frame->edx != UINT32_MAX || frame->ecx != UINT32_MAX;
    if (changes && thread != self) {
        ipc_cancel(thread);
    }
    struct user_frame *user = tcb_user_frame(thread);
    frame->eax = user->eflags;
    exchange(&user->esp, &frame->ecx, UINT32_MAX);
    exchange(&user->eip, &frame->edx, UINT32_MAX);
}

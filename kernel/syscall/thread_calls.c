/* SPDX-License-Identifier: BSD-2-Clause */
/* id_nearest, thread_switch, lthread_ex_regs (interface sections 5, 7, 9). */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/v86.h"
#include "kernel/ipc/clan.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/page_table.h"
#include "kernel/thread/thread.h"

enum { LTHREAD_MASK = LTHREADS - 1 };
#define EX_REGS_V86             0x80000000u
#define EX_REGS_SET_PROPAGATING 0x40000000u /* the next bit counts */
#define EX_REGS_PROPAGATING     0x20000000u

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
    struct tcb *target = clan_existing(frame->esi);
    bool able = target && (tcb_is_ready(target) || target->blocked == BLOCKED_NO_SLICE);
    if (able && target != tcb_current()) {
        thread_donate(target);
    } else {
        thread_yield();
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

/* The mode changes only if both registers are given; then, too, a thread already in V86 mode takes them as packed. */
static void set_mode(struct user_frame *user, bool v86)
{
    if (v86) {
        v86_begin(user);
    } else {
        v86_end(user);
    }
}

/* The last lthread has no next one. */
static void set_propagating(struct tcb *thread, uint32_t parameter)
{
    if (parameter & EX_REGS_SET_PROPAGATING) {
        thread->auto_propagating = parameter & EX_REGS_PROPAGATING && (parameter & LTHREAD_MASK) != LTHREAD_MASK;
    }
}

void call_lthread_ex_regs(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct tcb *thread = created_on_demand(self, frame->eax & LTHREAD_MASK, frame->edx, frame->ecx);
    bool v86 = frame->eax & EX_REGS_V86;
    if (!thread || (v86 && !v86_permit(thread))) {
        frame->eax = 0;
        return;
    }
    set_propagating(thread, frame->eax);
    exchange(&thread->pager, &frame->esi, ID_INVALID);
    exchange(&thread->internal_preempter, &frame->ebx, ID_INVALID);
    bool changes = frame->edx != UINT32_MAX || frame->ecx != UINT32_MAX;
    if (changes) {
        interrupt_detach(thread);
    }
    bool both = frame->edx != UINT32_MAX && frame->ecx != UINT32_MAX;
    bool starts = both && (thread->blocked == BLOCKED_INACTIVE || thread->blocked == BLOCKED_STOPPED);
    if (changes && thread != self) {
        ipc_cancel(thread);
    }
    struct user_frame *user = tcb_user_frame(thread);
    uint32_t eflags = EFLAGS_RESERVED | EFLAGS_INTERRUPTS | (frame->eflags & EFLAGS_IOPL_USER);
    if (thread->blocked == BLOCKED_INACTIVE) { /* it never had any registers */
        *user = (struct user_frame){.eflags = eflags};
    }
    frame->eax = user->eflags;
    v86_pack(user);
    exchange(&user->esp, &frame->ecx, UINT32_MAX);
    exchange(&user->eip, &frame->edx, UINT32_MAX);
    if (starts) {
        thread_start(thread, user->eip, user->esp, eflags);
    }
    set_mode(user, both ? v86 : (user->eflags & EFLAGS_V86) != 0);
}

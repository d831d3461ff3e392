/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets the processor, outside the IPC path? */
#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/processor.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/transfer.h"
#include "kernel/thread/thread.h"

#include "variant_queue.h"
#include "variant_transfer.h"

/* Who has no time slices leaves the list when met, but not in mid-transfer: its partner has no timeout there.  The idle
   thread has block 0, whose id no user can name, and is in no list. */
struct tcb *thread_pick(void)
{
    struct tcb *next = queue_pick();
    while (next && next->timeslice == 0 && !ipc_in_transfer(next)) {
        next->blocked = BLOCKED_NO_SLICE;
        ready_remove(next);
        next = queue_pick();
    }
    return next ? next : tcb_of_id(ID_NIL);
}

void thread_switch(struct tcb *next)
{
    struct tcb *self = tcb_current();
    if (next->task) {
        space_switch(next);
    }
    if (next != self) {
        processor_leave();
        hot.tss.esp0 = tcb_stack_top(next);
        switch_context(self, next);
        transfer_resumed(self);
    }
}

void thread_donate(struct tcb *target)
{
    if (target->blocked == BLOCKED_NO_SLICE) {
        target->blocked = BLOCKED_NOT;
    }
    queue_wake(target);
    queue_wake(tcb_current());
    thread_switch(target);
}

static void switch_by_pick(void)
{
    struct tcb *next = thread_pick();
    hot.timeslice_left = next->timeslice;
    thread_switch(next);
}

void thread_block(enum blocked_reason reason)
{
    struct tcb *self = tcb_current();
    self->blocked = reason;
    queue_block(self);
    switch_by_pick();
}

void thread_wake(struct tcb *thread)
{
    queue_wake(thread);
}

void thread_yield(void)
{
    struct tcb *self = tcb_current();
    queue_wake(self);
    queue_rotate(self);
    switch_by_pick();
}

void thread_preempt(void)
{
    queue_wake(tcb_current());
    switch_by_pick();
}

void thread_give_way(void)
{
    struct tcb *self = tcb_current();
    queue_wake(self); /* not thread_pick(): without time slices it would take the running thread out of the queue */
    if (queue_pick()->priority > self->priority) {
        switch_by_pick();
    }
}

_Noreturn void idle_loop(void)
{
    for (;;) {
        thread_switch(thread_pick());
        cpu_wait_for_interrupt();
    }
}

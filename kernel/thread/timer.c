/* SPDX-License-Identifier: BSD-2-Clause */
/* The tick: the clock, timeouts, time slices.  Interval timer 0 at 1 kHz. */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/pic.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/rpc.h"
#include "kernel/ipc/timeout.h"
#include "kernel/thread/thread.h"

enum {
    TIMER_COMMAND = 0x43,
    TIMER_CHANNEL_0 = 0x40,
    TIMER_RATE_GENERATOR = 0x34,
    TIMER_DIVISOR = 1193, /* 1193182 Hz / 1000 Hz */
};

void timer_init(void)
{
    port_write(TIMER_COMMAND, TIMER_RATE_GENERATOR);
    port_write(TIMER_CHANNEL_0, TIMER_DIVISOR & 0xFF);
    port_write(TIMER_CHANNEL_0, TIMER_DIVISOR >> 8);
    pic_unmask(LINE_TIMER);
}

/* In the middle of a system call nobody is told. */
static void slice_ends(struct tcb *self, const struct trap_frame *frame)
{
    if (trap_from_user(frame)) {
        hot.timeslice_left = self->timeslice; /* for a preempter that runs in it */
        rpc_preemption(self);
    }
    thread_yield();
}

void timer_interrupt(const struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    pic_end_of_interrupt(LINE_TIMER);
    info_page.clock += TICK_MICROSECONDS;
    int woken = timeout_expire(info_page.clock);
    if (!self->task) {
        return; /* the idle thread picks by itself after every interrupt */
    }
    self->ticks++;
    if (woken > self->priority) {
        thread_preempt();
    } else if (hot.timeslice_left <= 1) {
        slice_ends(self, frame);
    } else if (hot.timeslice_left != TIMESLICE_ENDLESS) {
        hot.timeslice_left--;
    }
}

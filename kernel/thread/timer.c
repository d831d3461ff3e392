/* SPDX-License-Identifier: BSD-2-Clause */
/* The tick: the clock, timeouts, time slices.  Interval timer 0 at 1 kHz on the first interrupt of the PIC. */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/rpc.h"
#include "kernel/ipc/timeout.h"
#include "kernel/thread/thread.h"

enum {
    PIC_MASTER_COMMAND = 0x20,
    PIC_MASTER_DATA = 0x21,
    PIC_SLAVE_COMMAND = 0xA0,
    PIC_SLAVE_DATA = 0xA1,
    PIC_INITIALIZE = 0x11,
    PIC_8086_MODE = 0x01,
    PIC_CASCADE_LINE = 2,
    PIC_END_OF_TIMER = 0x60, /* specific end of interrupt, line 0 */
    VECTOR_MASTER = 0x20,
    VECTOR_SLAVE = 0x28,
    MASK_ALL_BUT_TIMER = 0xFE,
    MASK_ALL = 0xFF,
    TIMER_COMMAND = 0x43,
    TIMER_CHANNEL_0 = 0x40,
    TIMER_RATE_GENERATOR = 0x34,
    TIMER_DIVISOR = 1193, /* 1193182 Hz / 1000 Hz */
};

static void pic_init(void)
{
    port_write(PIC_MASTER_COMMAND, PIC_INITIALIZE);
    port_write(PIC_SLAVE_COMMAND, PIC_INITIALIZE);
    port_write(PIC_MASTER_DATA, VECTOR_MASTER);
    port_write(PIC_SLAVE_DATA, VECTOR_SLAVE);
    port_write(PIC_MASTER_DATA, 1u << PIC_CASCADE_LINE);
    port_write(PIC_SLAVE_DATA, PIC_CASCADE_LINE);
    port_write(PIC_MASTER_DATA, PIC_8086_MODE);
    port_write(PIC_SLAVE_DATA, PIC_8086_MODE);
    port_write(PIC_MASTER_DATA, MASK_ALL_BUT_TIMER);
    port_write(PIC_SLAVE_DATA, MASK_ALL);
}

void timer_init(void)
{
    pic_init();
    port_write(TIMER_COMMAND, TIMER_RATE_GENERATOR);
    port_write(TIMER_CHANNEL_0, TIMER_DIVISOR & 0xFF);
    port_write(TIMER_CHANNEL_0, TIMER_DIVISOR >> 8);
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
    port_write(PIC_MASTER_COMMAND, PIC_END_OF_TIMER);
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

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/arch/trap_frame.h"

/* Every trap but IPC, from trap.S, which leaves 16 free bytes below the frame; interrupts are off.  Returns where the
   frame is now. */
struct trap_frame *trap(struct trap_frame *frame);

/* The thread that raised the exception goes to the handler of its own interrupt table; if there is none it stops for
   good, with "l4lab: exception: SENTENCE" on the console.  In the kernel itself it is a panic. */
void exception_stop(struct trap_frame *frame, const char *sentence);

/* int3: the console calls of the kernel debugger (interface section 21). */
void kernel_debugger(struct trap_frame *frame);

/* The tick: 1 kHz. */
enum { TICK_MICROSECONDS = 1000 };
void timer_init(void);
void timer_interrupt(const struct trap_frame *frame);

/* System calls by vector 0x31 .. 0x36; registers in and out of the frame. */
void call_id_nearest(struct trap_frame *frame);
void call_fpage_unmap(struct trap_frame *frame);
void call_thread_switch(struct trap_frame *frame);
void call_thread_schedule(struct trap_frame *frame);
void call_lthread_ex_regs(struct trap_frame *frame);
void call_task_new(struct trap_frame *frame);

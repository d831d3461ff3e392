/* SPDX-License-Identifier: BSD-2-Clause */
/* What of the processor, besides general registers, does a thread own, and how does the short IPC path not have to
 * care?
 *
 * Rule: while a thread runs at user level whose FPU registers, breakpoints or ports are in the processor,
 * hot.processor_live says so and the gate of int 0x30 leads to ipc_entry_special.  Whoever takes the processor from it,
 * outside the short path, or lets it enter the short path, first calls processor_leave() or processor_leave_live():
 * then CR0.TS is set, no breakpoint is enabled, no port open, and the gate leads to ipc_entry.  A thread with state of
 * its own goes on at user level through processor_resume() or processor_return() only, and those enable its breakpoints
 * again; its FPU registers come back by exception 7, its ports by exception 13. */
#pragma once

#include "kernel/arch/hot.h"
#include "kernel/arch/trap_frame.h"
#include "kernel/arch/v86.h"
#include "kernel/thread/tcb.h"

enum {
    BREAKPOINTS = 4,
    FPU_WORDS = 27, /* what FNSAVE writes */
};

enum processor_live {
    LIVE_FPU = 1u << 0,
    LIVE_BREAKPOINTS = 1u << 1,
    LIVE_PORTS = 1u << 2, /* its task's I/O permission bitmap is shown */
};

/* A thread has it from its first use of one of these on. */
struct processor_state {
    uint32_t fpu[FPU_WORDS];
    uint32_t breakpoint[BREAKPOINTS]; /* DR0-DR3 as the user wrote them: user addresses */
    uint32_t debug_status;            /* DR6 */
    uint32_t debug_control;           /* DR7 */
    struct v86_segments v86;          /* the data segments of its V86 mode while it is not in it */
};

/* The thread's state, made if it has none; NULL: no memory. */
struct processor_state *processor_state(struct tcb *thread);

/* The thread ends: nothing of its state remains. */
void processor_forget(struct tcb *thread);

/* The running thread has something live from now on. */
void processor_now_live(enum processor_live what);

/* Puts the running thread's live state away (trap.S calls this, too). */
void processor_leave_live(void);

static inline void processor_leave(void)
{
    if (hot.processor_live) {
        processor_leave_live();
    }
}

/* The running thread, which has state of its own in the second case, goes on at user level with this frame.  Both
   return where the frame is now: lower, if it goes on in V86 mode. */
struct user_frame *processor_resume(struct user_frame *frame);
struct trap_frame *processor_return(struct trap_frame *frame);

/* Exception 7 of the running thread: gives it the FPU.  false: there is no FPU, or no memory for its registers. */
bool processor_use_fpu(void);

/* Exception 1: true if it is the kernel's own doing, by touching a user's memory, and nobody's concern. */
bool processor_debug_exception(const struct trap_frame *frame);

/* The running thread's debug registers as MOV knows them; 4 and 5 are 6 and 7.  false: no memory. */
bool processor_read_debug(uint32_t number, uint32_t *value);
bool processor_write_debug(uint32_t number, uint32_t value);

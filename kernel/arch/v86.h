/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads in V86 mode (interface sections 9, 11).
 *
 * The processor pushes four words more on a trap from V86 mode, the data segments, and pops them on the way back.  They
 * are the kernel's concern here only: they are taken off the stack at once and put back last, so every other part finds
 * the same frame at the top of the kernel stack, with EFLAGS.VM set and 16-bit CS, SS, IP and SP. */
#pragma once

#include "kernel/arch/trap_frame.h"

/* In the order of the processor's frame. */
struct v86_segments {
    uint32_t es;
    uint32_t ds;
    uint32_t fs;
    uint32_t gs;
};

struct tcb;
struct user_frame;

/* A trap from V86 mode: takes the segments off; returns where the frame is now. */
struct trap_frame *v86_trapped(struct trap_frame *frame);

/* Puts the segments above a frame of `words` words, which moves down into 16 free bytes; returns where it is now. */
uint32_t *v86_leave(struct tcb *thread, uint32_t *frame, uint32_t words);

/* May the thread enter V86 mode?  Its task becomes large for good: V86 addresses are linear.  false: no memory. */
bool v86_permit(struct tcb *thread);

/* The thread goes on in V86 mode, ESP and EIP of the frame being SS:SP and CS:IP, packed in 16 bits each. */
void v86_begin(struct user_frame *frame);

/* The thread leaves V86 mode for flat segments; ESP and EIP of the frame are to be set. */
void v86_end(struct user_frame *frame);

/* Brings ESP and EIP of a thread in V86 mode into the packed form that v86_begin() takes. */
void v86_pack(struct user_frame *frame);

/* IRET of a handler to V86 mode, which the processor refuses a user: true if the stack has the frame for it. */
bool v86_return_from_handler(struct trap_frame *frame);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: making, starting, switching, ending. */
#pragma once

#include "kernel/thread/tcb.h"

/* Saves the caller's kernel context and goes on where the other thread left off (trap.S). */
void switch_context(struct tcb *from, struct tcb *to);

/* Gives the processor to `next` and returns when this thread gets it back.  `next` may be the caller. */
void thread_switch(struct tcb *next);

/* The running thread, which stays ready, gives the rest of its time slice to one that is ready, or has no slices. */
void thread_donate(struct tcb *target);

/* The running thread blocks: `reason` is set (for BLOCKED_NOT, receive_from already is), the best ready thread runs. */
void thread_block(enum blocked_reason reason);

/* A blocked thread becomes ready without running at once. */
void thread_wake(struct tcb *thread);

/* The best ready thread, the idle thread if there is none. */
struct tcb *thread_pick(void);

/* The running thread gives up the processor, ready: others of its priority go first. */
void thread_yield(void);

/* The running thread loses the processor to a thread of higher priority and keeps its turn within its own. */
void thread_preempt(void);

/* As thread_preempt, if a ready thread has a higher priority. */
void thread_give_way(void);

/* Brings a thread control block into being: memory, identity, defaults; the thread is inactive.  false: no memory. */
bool thread_create(struct task *task, uint32_t id);

/* Starts an inactive thread at user level. */
void thread_start(struct tcb *thread, uint32_t eip, uint32_t esp, uint32_t eflags);

/* Starts an inactive thread in the kernel, at a function that never returns. */
void thread_start_kernel(struct tcb *thread, void (*function)(void));

/* Ends a thread: its IPC, its queues, those who wait to send to it.  Its block stays, inactive. */
void thread_kill(struct tcb *thread);

/* The memory of all blocks of a task whose threads have been ended. */
void thread_release_blocks(const struct task *task);

/* Bytes of kernel stack that no thread has ever used: the smallest over all blocks (stacks are painted when made). */
uint32_t thread_stack_untouched(void);

_Noreturn void idle_loop(void);

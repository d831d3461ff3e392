/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis space: how does the processor come to see another task's memory?
 *
 * Rule every choice obeys: after space_switch(t) user instructions of t see exactly t's memory, and the kernel sees the
 * user address a of t (a < space_limit(t)) at the linear address space_linear(t, a).  A choice keeps what it needs per
 * thread in struct space_state (its CHOICE_state.h) and gives SPACE_ENTER and SPACE_LEAVE for the entry stub
 * (CHOICE.S).
 */
#pragma once

#include "kernel/arch/hot.h"
#include "kernel/memory/page_table.h"
#include "kernel/thread/tcb.h"

static void space_switch(struct tcb *next);
static uint32_t space_limit(const struct tcb *thread);
static uint32_t space_linear(const struct tcb *thread, uint32_t address);
/* Inverse of space_linear. */
static uint32_t space_user_address(const struct tcb *thread, uint32_t linear);
/* Can the kernel reach the thread's memory at space_linear() whatever space is active? */
static bool space_everywhere(const struct tcb *thread);

/* A new thread of an existing task. */
static void space_init_thread(struct tcb *thread);
/* The small-space byte of thread_schedule (interface section 8). */
static void space_assign(struct task *task, uint32_t byte);
/* The task's page tables are about to go. */
static void space_release(struct task *task);
/* A page fault at a linear address: true if the choice has repaired it and the instruction can be retried. */
static bool space_resolve_fault(struct tcb *thread, uint32_t linear);
/* The thread left its segment (#GP, #SS): true if it has grown and the instruction can be retried. */
static bool space_grow(struct tcb *thread);

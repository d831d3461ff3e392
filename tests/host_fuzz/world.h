/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is there for the IPC target: two tasks of the root's clan, one in the second's clan, and a pager, each with two
   threads and a few pages, which all are the pager's; interrupt lines; the idle thread. */
#pragma once

#include "kernel/arch/pic.h"
#include "kernel/memory/page_table.h"
#include "kernel/thread/tcb.h"

enum { USER_TASKS = 3, PAGER_TASK = 8, CHIEF = 2, PAGER = 6 };

extern struct task *user_tasks[USER_TASKS], *pager_task;
extern bool line_open[LINES]; /* at the interrupt controller */

/* All tasks and actors (rules.h), none started. */
void make_world(void);

struct tcb *make_thread(struct task *task, uint32_t lthread);

uint32_t user_address(uint32_t page);
/* Where the pager has that page of the user task. */
uint32_t pager_address(uint32_t task, uint32_t page);

/* The word at a task's user address, whether it is mapped there now or not; NULL: none of the pages. */
uint32_t *alias(const struct task *task, uint32_t address);
void write_word(const struct task *task, uint32_t address, uint32_t word);

/* User address of the thread's message structure. */
uint32_t structure_of(const struct tcb *thread);

/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a thread start with a C function and one argument? */
#pragma once

#include "bench/support/syscalls.h"

/* Must not return. */
typedef void thread_entry(uint32_t argument);

enum { STACK_SIZE = L4_PAGE_SIZE, SMALL_STACK_SIZE = 512, SMALL_STACKS = 64 };

/* One stack for lthread 0 of each task, one for each further lthread; every task has its own copy. */
extern uint8_t main_stack[STACK_SIZE];
extern uint8_t lthread_stacks[4][STACK_SIZE];                /* lthreads 1-4 */
extern uint8_t small_stacks[SMALL_STACKS][SMALL_STACK_SIZE]; /* crowds of threads that only block or spin */

/* The stack pointer with which a C function finds `argument`, having stored it in the caller's copy of the stack. */
uint32_t stack_with_argument(uint8_t *stack, uint32_t size, uint32_t argument);

/* Starts lthread `lthread` of the caller's task on `stack`, with the boss as pager; returns its id. */
l4_id_t thread_start_on(uint8_t *stack, uint32_t size, uint32_t lthread, thread_entry *entry, uint32_t argument);

/* The same on lthread_stacks[lthread - 1]. */
l4_id_t thread_start(uint32_t lthread, thread_entry *entry, uint32_t argument);

/* Blocks the calling thread for good. */
__attribute__((noreturn)) void thread_stop(void);

/* Blocks the calling thread for `ms` milliseconds of the kernel's clock. */
void thread_sleep(uint32_t ms);

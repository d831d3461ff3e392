/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a contract test on the host have?  Checks that are counted, a fixed sequence of random numbers, and the
   kernel's memory at the kernel's addresses: the array of thread control blocks and some physical memory with its
   frames. */
#pragma once

#include "kernel/memory/page_table.h"
#include "kernel/thread/tcb.h"

#include <stdbool.h>
#include <stdint.h>

enum { HOST_FRAMES = 256 };

/* Counts a check; a failed one is printed, the others still run. */
void check_true(const char *file, int line, const char *what, bool ok);
void check_equal(const char *file, int line, const char *what, uint64_t value, uint64_t expected);

#define TRUE(condition)        check_true(__FILE__, __LINE__, #condition, (condition))
#define EQUAL(value, expected) check_equal(__FILE__, __LINE__, #value, (value), (expected))

/* The same sequence in every run; uniform over [0, below). */
uint32_t random_below(uint32_t below);

/* How often a thread's transfers have been aborted since the last host_reset(). */
extern uint32_t host_aborted;

/* File descriptor of the physical memory, for tests that map parts of it elsewhere. */
int host_memory(void);

/* All kernel memory zero, no frame in use. */
void host_reset(void);

/* A task with an empty address space. */
struct task *host_task(uint32_t number);

/* A new thread of an existing task: alive, ready, in no list, with its message on its kernel stack. */
struct tcb *host_thread(struct task *task, uint32_t lthread);

/* Every program's tests, called once by main(). */
void tests(void);

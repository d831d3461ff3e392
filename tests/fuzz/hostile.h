/* SPDX-License-Identifier: BSD-2-Clause */
/* What do the tasks of the fuzzer share? One page of counts, which every hostile task can write, and what the boss
 * tells them: who exists and who did. */
#pragma once

#include "bench/support/task.h"
#include "tests/fuzz/raw.h"

/* Outcomes of an IPC by the error number of its completion code; other calls are refused or not. */
enum { OUTCOMES = 16, REFUSED = 1 };

enum { HOSTILE_TASKS = 3, HOSTILE_THREADS = 5, CANARY_TASK = FIRST_TASK + HOSTILE_TASKS, KNOWN_IDS = 32 };

/* Where each task sees the page. */
enum { SHARED = 0x01000000 };

struct shared {
    uint32_t calls;                    /* made, by all */
    uint32_t outcome[CALLS][OUTCOMES]; /* of those that came back */
    uint32_t valid[CALLS];             /* calls that got past the checks of their arguments */
    uint32_t instruction[2];           /* that trap: executed by the kernel or harmless, and handled as an exception */
    uint32_t known[KNOWN_IDS];         /* ids of living and dead threads */
    uint32_t seed, generation;
    uint32_t canary_rounds, canary_wrong;
};

/* A hostile thread: random calls for ever. `lthread` is its own number. */
void hostile_main(uint32_t lthread);

/* Writes a pattern over its memory and looks after it for ever. */
void canary_main(uint32_t unused);

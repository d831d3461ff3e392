/* SPDX-License-Identifier: BSD-2-Clause */
/* What do the tasks of the fuzzer share? One page that every hostile task can write, and does by mistake: messages come
 * over the stacks where its pointers lie. It holds what they count, and what the root task tells them, who exists and
 * who did. What counts is what the root task adds up in memory of its own. */
#pragma once

#include "bench/support/task.h"
#include "tests/fuzz/raw.h"

/* Outcomes of an IPC by the error number of its completion code; other calls are refused or not. */
enum { OUTCOMES = 16, REFUSED = 1 };

enum { HOSTILE_TASKS = 3, HOSTILE_THREADS = 5, CANARY_TASK = FIRST_TASK + HOSTILE_TASKS, KNOWN_IDS = 32 };

/* Where each task sees the page, and the canary task the one that it alone shares with the root task. */
enum { SHARED = 0x01000000, WITNESS = 0x01001000 };

struct counts {
    uint32_t calls;                    /* made, by all */
    uint32_t outcome[CALLS][OUTCOMES]; /* of those that came back */
    uint32_t valid[CALLS];             /* calls that got past the checks of their arguments */
    uint32_t instruction[2];           /* that trap: executed by the kernel or harmless, and handled as an exception */
};

struct shared {
    struct counts counts;      /* of one generation */
    uint32_t known[KNOWN_IDS]; /* ids of living and dead threads */
    uint32_t seed, generation;
};

struct witness {
    uint32_t rounds, wrong;
};

/* A hostile thread: random calls for ever. `lthread` is its own number. */
void hostile_main(uint32_t lthread);

/* Writes a pattern over its memory and looks after it for ever. */
void canary_main(uint32_t unused);

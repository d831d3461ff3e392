/* SPDX-License-Identifier: BSD-2-Clause */
/* How do thousands of threads come to be that only exist, or have a timeout pending, or are ready? (root task only)
 *
 * They stand in tasks of their own from CROWD_TASK on, 64 in each. As none of them ever comes back from the state it is
 * in while it is needed, all those tasks share one copy of the image's private pages, stacks included. */
#pragma once

#include "bench/support/boss.h"

enum crowd_state {
    CROWD_WAITING, /* in an IPC without timeout */
    CROWD_TIMED,   /* in an IPC with a timeout of about a minute */
    CROWD_READY,   /* in the ready list of the priority below the root task's */
};

/* Returns how many threads exist and are in this state: fewer than asked if the kernel has no memory for more. */
uint32_t crowd_start(enum crowd_state state, uint32_t threads);

/* Deletes them all. */
void crowd_delete(void);

/* One case of a benchmark of growth: a client and an echo server in two large spaces, among `others` of the crowd. The
 * client's call has these timeouts, and is a round trip. `measurement` is set, but for its facts. */
void crowd_case_run(enum crowd_state state, uint32_t others, uint32_t timeouts);

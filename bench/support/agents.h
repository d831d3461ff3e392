/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a guest test have things done by tasks that are nested in its own clan?
 *
 * An agent is a task that does what the test writes into its order. All agents share the memory of the task in which
 * the test runs: the pager of each is the lthread 1 of the task that made it. */
#pragma once

#include "bench/support/propagate.h"
#include "bench/support/thread.h"

enum { AGENTS = 16, AGENT_FIRST_NUMBER = 100, AGENT_LIMIT_MS = 60 };

enum action { IDLE, ASK_NEAREST, SEND, SEND_AS, RECEIVE, MAKE, GIVE };

struct agent {
    volatile enum action action;
    l4_id_t to, as, id; /* id: the agent's own */
    uint32_t word, ms;
    uint32_t index; /* MAKE: of the new agent; GIVE: of the number to give */
    uint32_t result;
    l4_id_t answer;
    struct l4_arrival arrival;
};

extern struct agent agents[AGENTS];

/* Must run once in the test's own task, as its lthread 1. */
void agent_pager(uint32_t unused);

/* Creates agent `index` in the caller's clan; the right to its number must be the caller's. Nil if refused. */
l4_id_t agent_make(uint32_t index);

/* Gives the right to agent `index` away. */
l4_id_t agent_give(uint32_t index, l4_id_t to);

/* The agent is in the middle of its new order when this returns, or has done it. */
void begin(uint32_t index, struct agent order);

/* Waits until the agent has done its order. */
struct agent *end(uint32_t index);

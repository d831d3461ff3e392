/* SPDX-License-Identifier: BSD-2-Clause */
/* Clans and chiefs: who gets a message, and in whose name? */
#pragma once

#include "kernel/thread/tcb.h"

#include <stdbool.h>
#include <stdint.h>

/* On which side of its own clan a task finds an id; as id_nearest tells it (interface section 5). */
enum clan_side {
    CLAN_SAME = 0,
    CLAN_OUTER = RESULT_REDIRECTED,
    CLAN_INNER = RESULT_REDIRECTED | RESULT_INNER,
};

enum { CLAN_DEPTH_MAX = 15 };

struct nearest {
    enum clan_side side;
    uint32_t id; /* of the thread that a message would reach: the destination itself or a chief */
};

/* The chief in an id counts, whether the thread exists or not. */
struct nearest clan_nearest(const struct task *task, uint32_t id);

/* Chiefs above a task, the root task not counted. */
uint32_t clan_depth(const struct task *task);

/* The thread that an id names, NULL if there is none; the kernel thread is none. */
struct tcb *clan_existing(uint32_t id);

/* Where a message goes. */
struct route {
    struct tcb *receiver;
    uint32_t source; /* as the receiver is told */
    uint32_t flags;  /* of the receiver's completion code */
};

/* false: there is no such destination. */
bool route_find(struct tcb *self, const struct ipc_registers *message, struct route *route);

/* The message is delivered: tells the receiver its source, flags and, in ECX, the destination that it was meant for. */
void route_tell(struct tcb *self, struct ipc_registers *message, const struct route *route);

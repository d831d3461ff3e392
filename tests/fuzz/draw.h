/* SPDX-License-Identifier: BSD-2-Clause */
/* Where does a hostile thread take its arguments from? Values that mean something: limits, overlaps, the kernel's own
 * addresses, ids of the living and the dead, each more or less often. */
#pragma once

#include "tests/fuzz/hostile.h"

struct hostile {
    uint32_t random;
    uint32_t lthread;
    uint32_t partner; /* who has sent last */
};

static volatile struct shared *const shared = (volatile struct shared *)SHARED;

/* The caller's task, as the id of its lthread 0. */
extern uint32_t own_task;

uint32_t next(struct hostile *self);
uint32_t below(struct hostile *self, uint32_t limit);
bool one_in(struct hostile *self, uint32_t n);

uint32_t any_address(struct hostile *self);
uint32_t any_id(struct hostile *self);
uint32_t any_timeouts(struct hostile *self);
uint32_t any_fpage(struct hostile *self);
uint32_t any_window(struct hostile *self);

/* A message structure of random contents, in the thread's own part of the arena as a rule; its address. */
uint32_t any_structure(struct hostile *self);

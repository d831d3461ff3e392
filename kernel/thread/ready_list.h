/* SPDX-License-Identifier: BSD-2-Clause */
/* How are ready threads kept by priority?  One circular, doubly linked list per priority and the highest priority that
   may be non-empty as a hint.  Insert, delete and the usual pick are O(1); when the hinted list runs dry, a map of 256
   marks gives the next.  Both choices of the queue axis use these lists; they differ in who is in them. */
#pragma once

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

enum { PRIORITIES = 256 };

struct tcb;

/* A thread is in its list exactly if next is not NULL. */
struct ready_link {
    struct tcb *next;
    struct tcb *previous;
};

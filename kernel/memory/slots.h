/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects of one size in frames of kernel memory, many to a frame.  A frame goes back with the last object in it. */
#pragma once

#include "kernel/memory/layout.h"

#include <stdint.h>

struct slot_frame {
    struct slot_frame *next; /* of those with room */
    struct slot_frame *previous;
    void *given_back;     /* first of the slots that are free again; each holds the next in its first word */
    uint32_t never_taken; /* offset of the first slot that never was */
    uint32_t used;
};

struct slots {
    struct slot_frame *with_room;
    uint32_t size;
};

/* Memory for one object, not initialized; NULL: there is none. */
void *slots_take(struct slots *slots);
void slots_give_back(struct slots *slots, void *object);

static inline uint32_t slots_per_frame(uint32_t size)
{
    return (PAGE_SIZE - (uint32_t)sizeof(struct slot_frame)) / size;
}

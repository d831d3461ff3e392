/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/frames.h"

#include <stddef.h>

/* Free frames are chained through their own first word. */
struct free_frame {
    struct free_frame *next;
};

static struct free_frame *first_free;

void frames_init(uint32_t low, uint32_t high)
{
    for (uint32_t frame = high; frame > low; frame -= PAGE_SIZE) {
        frame_free(frame - PAGE_SIZE);
    }
}

uint32_t frame_allocate(void)
{
    struct free_frame *frame = first_free;
    if (!frame) {
        return 0;
    }
    first_free = frame->next;
    uint32_t *words = (uint32_t *)frame;
    for (size_t i = 0; i < PAGE_SIZE / sizeof(uint32_t); i++) {
        words[i] = 0;
    }
    return (uint32_t)(uintptr_t)frame - PHYSICAL_ALIAS;
}

void frame_free(uint32_t physical)
{
    struct free_frame *frame = physical_alias(physical);
    frame->next = first_free;
    first_free = frame;
}

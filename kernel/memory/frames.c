/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/frames.h"

#include <stddef.h>

enum { FRAMES = PHYSICAL_ALIAS_SIZE / PAGE_SIZE, BITS = 32 };

/* Free frames are chained through their own first word. */
struct free_frame {
    struct free_frame *next;
};

static struct free_frame *first_free;
static uint32_t kernels[FRAMES / BITS]; /* a bit for each frame */
uint32_t frames_owned;
uint32_t frames_free;

bool frame_is_kernels(uint32_t physical)
{
    uint32_t frame = physical / PAGE_SIZE;
    return frame < FRAMES && kernels[frame / BITS] >> frame % BITS & 1;
}

void frame_add(uint32_t physical)
{
    uint32_t frame = physical / PAGE_SIZE;
    kernels[frame / BITS] |= 1u << frame % BITS;
    frames_owned++;
    frame_free(physical);
}

void frames_init(uint32_t low, uint32_t high)
{
    for (uint32_t frame = high; frame > low; frame -= PAGE_SIZE) {
        frame_add(frame - PAGE_SIZE);
    }
}

uint32_t frame_take(void)
{
    struct free_frame *frame = first_free;
    if (!frame) {
        return 0;
    }
    first_free = frame->next;
    frames_free--;
    return (uint32_t)(uintptr_t)frame - PHYSICAL_ALIAS;
}

uint32_t frame_allocate(void)
{
    uint32_t physical = frame_take();
    uint32_t *words = physical_alias(physical);
    for (size_t i = 0; physical && i < PAGE_SIZE / sizeof(uint32_t); i++) {
        words[i] = 0;
    }
    return physical;
}

void frame_free(uint32_t physical)
{
    struct free_frame *frame = physical_alias(physical);
    frame->next = first_free;
    first_free = frame;
    frames_free++;
}

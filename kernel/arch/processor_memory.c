/* SPDX-License-Identifier: BSD-2-Clause */
/* Where do threads keep processor state that is more than general registers?  In frames of kernel memory, each for many
   threads; a frame goes back when the last of them ends. */
#include "kernel/arch/processor.h"
#include "kernel/memory/frames.h"

struct shared_frame {
    struct shared_frame *next;
    struct shared_frame *previous;
    uint32_t used; /* a bit for each slot */
    struct processor_state slot[];
};

enum {
    SLOTS = (PAGE_SIZE - sizeof(struct shared_frame)) / sizeof(struct processor_state),
    ALL_USED = (1 << SLOTS) - 1
};

_Static_assert(SLOTS < 32, "a bit for each slot");

static struct shared_frame *frames;

static struct shared_frame *frame_with_room(void)
{
    struct shared_frame *frame = frames;
    while (frame && frame->used == ALL_USED) {
        frame = frame->next;
    }
    return frame;
}

static struct shared_frame *frame_made(void)
{
    uint32_t physical = frame_allocate();
    if (!physical) {
        return NULL;
    }
    struct shared_frame *frame = physical_alias(physical);
    frame->next = frames;
    if (frames) {
        frames->previous = frame;
    }
    frames = frame;
    return frame;
}

static void frame_unmade(struct shared_frame *frame)
{
    *(frame->previous ? &frame->previous->next : &frames) = frame->next;
    if (frame->next) {
        frame->next->previous = frame->previous;
    }
    frame_free((uint32_t)(uintptr_t)frame - PHYSICAL_ALIAS);
}

struct processor_state *processor_memory_take(void)
{
    struct shared_frame *frame = frame_with_room();
    frame = frame ? frame : frame_made();
    if (!frame) {
        return NULL;
    }
    uint32_t slot = (uint32_t)__builtin_ctz(~frame->used);
    frame->used |= 1u << slot;
    return &frame->slot[slot];
}

void processor_memory_give_back(struct processor_state *state)
{
    struct shared_frame *frame = (struct shared_frame *)((uintptr_t)state & ~(uintptr_t)(PAGE_SIZE - 1));
    frame->used &= ~(1u << (state - frame->slot));
    if (!frame->used) {
        frame_unmade(frame);
    }
}

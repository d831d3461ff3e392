/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/slots.h"

#include "kernel/memory/frames.h"

#include <stdbool.h>
#include <stddef.h>

static void list(struct slots *slots, struct slot_frame *frame)
{
    frame->previous = NULL;
    frame->next = slots->with_room;
    if (frame->next) {
        frame->next->previous = frame;
    }
    slots->with_room = frame;
}

static void unlist(struct slots *slots, const struct slot_frame *frame)
{
    *(frame->previous ? &frame->previous->next : &slots->with_room) = frame->next;
    if (frame->next) {
        frame->next->previous = frame->previous;
    }
}

static bool is_full(const struct slots *slots, const struct slot_frame *frame)
{
    return !frame->given_back && frame->never_taken + slots->size > PAGE_SIZE;
}

static struct slot_frame *frame_made(struct slots *slots)
{
    uint32_t physical = frame_take();
    if (!physical) {
        return NULL;
    }
    struct slot_frame *frame = physical_alias(physical);
    *frame = (struct slot_frame){.never_taken = sizeof(*frame)};
    list(slots, frame);
    return frame;
}

static void *slot_of(const struct slots *slots, struct slot_frame *frame)
{
    void *slot = frame->given_back;
    if (slot) {
        frame->given_back = *(void **)slot;
    } else {
        slot = (char *)frame + frame->never_taken;
        frame->never_taken += slots->size;
    }
    return slot;
}

void *slots_take(struct slots *slots)
{
    struct slot_frame *frame = slots->with_room ? slots->with_room : frame_made(slots);
    if (!frame) {
        return NULL;
    }
    void *slot = slot_of(slots, frame);
    frame->used++;
    if (is_full(slots, frame)) {
        unlist(slots, frame);
    }
    return slot;
}

void slots_give_back(struct slots *slots, void *object)
{
    struct slot_frame *frame = (struct slot_frame *)((uintptr_t)object & ~(uintptr_t)(PAGE_SIZE - 1));
    if (is_full(slots, frame)) {
        list(slots, frame);
    }
    *(void **)object = frame->given_back;
    frame->given_back = object;
    if (--frame->used == 0) {
        unlist(slots, frame);
        frame_free((uint32_t)(uintptr_t)frame - PHYSICAL_ALIAS);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Where are the message structures of sender and receiver, and may they be there?  Uses the space axis. */
#pragma once

#include "kernel/ipc/registers.h"
#include "kernel/thread/tcb.h"

/* A structure with the most words there can be is below 2 MB + 4 KB long; every user space is larger. */
enum { STRUCTURE_BYTES_MAX = (STRUCTURE_DWORDS + STRUCTURE_DWORDS_MAX + 1) * sizeof(uint32_t) };

static inline uint32_t structure_address(uint32_t descriptor)
{
    return descriptor & ~(uint32_t)DESCRIPTOR_FLAGS;
}

/* Does a descriptor name a structure whose header and words 0-2 lie below the thread's limit? */
static inline bool structure_valid(const struct tcb *thread, uint32_t descriptor)
{
    uint32_t minimum = (STRUCTURE_DWORDS + REGISTER_WORDS) * sizeof(uint32_t);
    return structure_address(descriptor) - 1 < space_limit(thread) - minimum;
}

/* `dwords`, or as many words as fit between a valid structure's header and the thread's limit. */
static inline uint32_t structure_bounded(const struct tcb *thread, uint32_t descriptor, uint32_t dwords)
{
    uint32_t left = space_limit(thread) - structure_address(descriptor);
    if (__builtin_expect(left >= STRUCTURE_BYTES_MAX, true)) {
        return dwords;
    }
    uint32_t room = left / sizeof(uint32_t) - STRUCTURE_DWORDS;
    return dwords < room ? dwords : room;
}

/* Does the waiting thread's receive descriptor name a buffer structure in its memory?  Page-fault calls of the kernel
   never do: theirs is a receive window. */
static inline bool structure_is_buffer(const struct tcb *receiver)
{
    uint32_t descriptor = receiver->message->receive;
    return !(descriptor & RECEIVE_MAP) && structure_valid(receiver, descriptor);
}

/* User address of the receiver's buffer structure. */
static inline uint32_t structure_of_receiver(const struct tcb *receiver)
{
    return structure_address(receiver->message->receive);
}

/* Word of the header of the structure that a valid send descriptor names. */
static inline uint32_t structure_head(const struct tcb *sender, uint32_t descriptor, enum message_structure word)
{
    return ((volatile uint32_t *)space_linear(sender, structure_address(descriptor)))[word];
}

/* Linear address of word `index` of the structure that a valid send descriptor names. */
static inline uint32_t structure_word(const struct tcb *sender, uint32_t descriptor, uint32_t index)
{
    return space_linear(sender, structure_address(descriptor)) + (STRUCTURE_DWORDS + index) * sizeof(uint32_t);
}

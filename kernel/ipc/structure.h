/* SPDX-License-Identifier: BSD-2-Clause */
/* Where are the message structures of sender and receiver, and may they be there?  Uses the space axis. */
#pragma once

#include "kernel/ipc/registers.h"
#include "kernel/thread/tcb.h"

enum { STRUCTURE_MINIMUM = (STRUCTURE_DWORDS + REGISTER_WORDS) * sizeof(uint32_t) };

/* Do the header and words 0-2 lie below the thread's limit? */
static inline bool structure_valid(const struct tcb *thread, uint32_t descriptor)
{
    uint32_t address = descriptor & ~(uint32_t)DESCRIPTOR_FLAGS;
    return address != 0 && address <= space_limit(thread) - STRUCTURE_MINIMUM;
}

/* Message words that fit between a structure's header and the thread's limit. */
static inline uint32_t structure_room(const struct tcb *thread, uint32_t descriptor)
{
    uint32_t address = descriptor & ~(uint32_t)DESCRIPTOR_FLAGS;
    return (space_limit(thread) - address) / sizeof(uint32_t) - STRUCTURE_DWORDS;
}

/* Does the waiting thread's receive descriptor name a buffer structure in its memory?  Page-fault calls of the kernel never
   do: theirs is a receive window. */
static inline bool structure_is_buffer(const struct tcb *receiver)
{
    uint32_t descriptor = receiver->message->receive;
    return !(descriptor & RECEIVE_MAP) && structure_valid(receiver, descriptor);
}

/* User address of the receiver's buffer structure. */
static inline uint32_t structure_of_receiver(const struct tcb *receiver)
{
    return receiver->message->receive & ~(uint32_t)DESCRIPTOR_FLAGS;
}

/* Linear address of word `index` of the structure that a valid send descriptor names. */
static inline uint32_t structure_word(const struct tcb *sender, uint32_t descriptor, uint32_t index)
{
    uint32_t address = descriptor & ~(uint32_t)DESCRIPTOR_FLAGS;
    return space_linear(sender, address) + (STRUCTURE_DWORDS + index) * sizeof(uint32_t);
}

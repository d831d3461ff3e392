/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis transfer: how do the words and strings of a message get from the sender's memory into the receiver's?
 *
 * Rule every choice obeys, said here for words: words [first, first + count) of the receiver's message structure take
 * the words at the linear address `source`, which the sender's space shows; no other byte of the receiver changes.  A
 * page fault on the way becomes a page-fault RPC of the space that faulted, after which the copy goes on.  The sender
 * may lose the processor in the middle; interrupts are enabled while more than TRANSFER_UNINTERRUPTED words, or bytes
 * of a string, are copied.  Before and after, interrupts are off and the sender's own space is active or, for a choice
 * that leaves it so, the receiver's. Builds on: space.
 */
#pragma once

#include "kernel/ipc/transfer.h"

/* The receiver's structure is at user address `structure`, below its limit for all words concerned.  With `sized`, the
   size dope there bounds the words that are stored.  Returns how many words of the structure are then filled, first
   included: first + the number stored. */
static uint32_t transfer_words(struct tcb *sender, struct tcb *receiver, uint32_t structure, uint32_t source,
                               uint32_t first, uint32_t count, bool sized);

/* Copies bytes, at least one and at most 4 MB, from the linear address `source`, which the sender's space shows, to the
   receiver's user address `to`, below its limit. */
static void transfer_bytes(struct tcb *sender, struct tcb *receiver, uint32_t to, uint32_t source, uint32_t bytes);

/* The linear address at which the sender sees a few words at a user address of the receiver, below its limit. */
static uint32_t transfer_reach(struct tcb *sender, struct tcb *receiver, uint32_t address);

/* After any of these, or reading and writing there, the kernel wants to read the sender's memory again. */
static void transfer_enter_source(struct tcb *sender);

/* The message is complete or has failed: the sender's own space is active again unless the receiver runs next. */
static void transfer_done(struct tcb *sender);

/* A page fault is about to make the sender wait in the middle of a transfer. */
static void transfer_interrupted(struct tcb *sender);

/* The sender has the processor again and may be in the middle of a transfer. */
static void transfer_resumed(struct tcb *sender);

/* A page fault at a linear address of the kernel's own area: true if the choice has repaired it. */
static bool transfer_resolve_fault(struct tcb *sender, uint32_t linear);

/* Read and write a few words at a user address of the receiver, below its limit, for the kernel itself. */
static inline void transfer_read(struct tcb *sender, struct tcb *receiver, uint32_t from, uint32_t *words,
                                 uint32_t count)
{
    const volatile uint32_t *source = (volatile uint32_t *)transfer_reach(sender, receiver, from);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = source[i];
    }
}

static inline void transfer_write(struct tcb *sender, struct tcb *receiver, uint32_t to, const uint32_t *words,
                                  uint32_t count)
{
    volatile uint32_t *target = (volatile uint32_t *)transfer_reach(sender, receiver, to);
    for (uint32_t i = 0; i < count; i++) {
        target[i] = words[i];
    }
}

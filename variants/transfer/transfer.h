/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis transfer: how do the words of a message get from the sender's memory into the receiver's?
 *
 * Rule every choice obeys: words [first, first + count) of the receiver's message structure take the words at the
 * linear address `source`, which the sender's space shows; no other byte of the receiver changes.  A page fault on the
 * way becomes a page-fault RPC of the space that faulted, after which the copy goes on.  The sender may lose the
 * processor in the middle; interrupts are enabled while more than TRANSFER_UNINTERRUPTED words are copied.  Before and
 * after, interrupts are off and the sender's own space is active or, for a choice that leaves it so, the receiver's.
 * Builds on: space.
 */
#pragma once

#include "kernel/ipc/transfer.h"

/* The receiver's structure is at user address `structure`, below its limit for all words concerned.  With `sized`, the
   size dope there bounds the words that are stored.  Returns how many words of the structure are then filled, first
   included: first + the number stored. */
static uint32_t transfer_words(struct tcb *sender, struct tcb *receiver, uint32_t structure, uint32_t source,
                               uint32_t first, uint32_t count, bool sized);

/* Reads word `index` of the receiver's message structure. */
static uint32_t transfer_peek(struct tcb *sender, struct tcb *receiver, uint32_t structure, uint32_t index);

/* The message is complete or has failed: the sender's own space is active again unless the receiver runs next. */
static void transfer_done(struct tcb *sender);

/* A page fault is about to make the sender wait in the middle of a transfer. */
static void transfer_interrupted(struct tcb *sender);

/* The sender has the processor again and may be in the middle of a transfer. */
static void transfer_resumed(struct tcb *sender);

/* A page fault at a linear address of the kernel's own area: true if the choice has repaired it. */
static bool transfer_resolve_fault(struct tcb *sender, uint32_t linear);

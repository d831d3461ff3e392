/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis message: how do the first three words of a message travel?
 *
 * Rule every choice obeys: when message_words() has returned, the receiver will find the sender's words 0-2 where its half
 * of the axis (CHOICE_user.h) looks for them.  The receiver is not waiting any more (receive_from = RECEIVE_NONE), and
 * no third thread can reach it.
 * Builds on: space, transfer.
 */
#pragma once

#include "kernel/ipc/ipc.h"
#include "kernel/ipc/structure.h"

/* Is this a message of three words at most and nothing else?  May page-fault in the sender's space, so nothing may be
   committed yet. */
static bool message_short(const struct tcb *sender, const struct ipc_registers *message);

/* Can the waiting receiver take a short message as it stands? */
static bool message_accepted(const struct tcb *receiver);

/* Moves words 0-2.  May wait for pagers; the receiver is safe meanwhile. */
static void message_words(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver);

/* Moves `dwords` words of a memory message, words 0-2 included, as far as the receiver's buffer takes them; returns how many
   the receiver has got.  The pair is locked. */
static uint32_t message_dwords(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                               uint32_t dwords);

/* Reads word `index` of the sender's message, index < number of words it sends. */
static uint32_t message_word(const struct tcb *sender, const struct ipc_registers *message, uint32_t index);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Axis message: how do the first three words of a message travel?
 *
 * Rule every choice obeys: when the message is delivered, the receiver will find the sender's words 0-2 where its half
 * of the axis (CHOICE_user.h) looks for them.  The receiver is not waiting any more (receive_from = RECEIVE_NONE), and
 * no third thread can reach it. Builds on: space, transfer.
 */
#pragma once

#include "kernel/ipc/ipc.h"
#include "kernel/ipc/structure.h"

/* May a program start that has this word before its entry?  Programs must be built for the choice. */
static bool message_wire_fits(uint32_t mark);

/* Is this a message of words 0-2 and nothing else, which message_words() moves without touching user memory? */
static bool message_in_registers(const struct ipc_registers *message);

/* Moves words 0-2 of such a message into the receiver's registers. */
static void message_words(const struct ipc_registers *message, struct ipc_registers *target);

/* Moves `dwords` words of a message, words 0-2 included, as far as the receiver's buffer takes them; returns how many
   the receiver has got.  The pair is locked; page faults may happen. */
static uint32_t message_dwords(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                               uint32_t dwords);

/* Reads word `index` of the sender's message, index < number of words it sends. */
static uint32_t message_word(const struct tcb *sender, const struct ipc_registers *message, uint32_t index);

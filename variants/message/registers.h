/* SPDX-License-Identifier: BSD-2-Clause */
/* Words 0-2 travel in EDX, EBX, EDI (Liedtke 1993; three words as in L4 Version X.0). */
#pragma once

#include "variants/message/message.h"

static inline bool message_wire_fits(uint32_t mark)
{
    return mark != MESSAGE_WIRE_MEMORY;
}

static inline bool message_in_registers(const struct ipc_registers *message)
{
    return message->send == 0;
}

static inline void message_words(const struct ipc_registers *message, struct ipc_registers *target)
{
    target->word[0] = message->word[0];
    target->word[1] = message->word[1];
    target->word[2] = message->word[2];
}

static inline uint32_t message_dwords(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                                      uint32_t dwords)
{
    message_words(message, receiver->message);
    if (dwords <= REGISTER_WORDS) {
        return dwords;
    }
    if (!structure_is_buffer(receiver)) {
        return REGISTER_WORDS;
    }
    dwords = structure_bounded(receiver, receiver->message->receive, dwords);
    return transfer_words(sender, receiver, structure_of_receiver(receiver),
                          structure_word(sender, message->send, REGISTER_WORDS), REGISTER_WORDS,
                          dwords - REGISTER_WORDS, true);
}

static inline uint32_t message_word(const struct tcb *sender, const struct ipc_registers *message, uint32_t index)
{
    if (index < REGISTER_WORDS) {
        return message->word[index];
    }
    return *(volatile uint32_t *)structure_word(sender, message->send, index);
}

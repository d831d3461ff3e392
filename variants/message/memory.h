/* SPDX-License-Identifier: BSD-2-Clause */
/* Words 0-2 travel in memory: the sender's stub has stored them in its message structure, the kernel moves them into
   the receiver's structure by the transfer axis; the registers carry nothing.

   Messages that the kernel itself makes and takes (page faults) have their words in struct ipc_registers: a kernel-made
   message is moved from there, and a reply to the kernel is put there.  A receiver without a buffer gets no words. */
#pragma once

#include "variants/message/message.h"

static inline bool message_wire_fits(uint32_t mark)
{
    return mark == MESSAGE_WIRE_MEMORY;
}

static inline bool message_in_registers(const struct ipc_registers *message)
{
    (void)message;
    return false;
}

static inline void message_words(const struct ipc_registers *message, struct ipc_registers *target)
{
    (void)message;
    (void)target;
}

/* Was the message made at user level?  Then its words are in user memory. */
static inline bool message_of_user(const struct tcb *thread, const struct ipc_registers *message)
{
    return message == &tcb_user_frame(thread)->registers;
}

/* Linear address of words 0-2, 0 if the sender names no structure. */
static inline uint32_t message_source(const struct tcb *sender, const struct ipc_registers *message)
{
    if (!message_of_user(sender, message)) {
        return (uint32_t)(uintptr_t)message->word;
    }
    return structure_valid(sender, message->send) ? structure_word(sender, message->send, 0) : 0;
}

static inline uint32_t message_dwords(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                                      uint32_t dwords)
{
    uint32_t source = message_source(sender, message);
    if (!source) {
        return 0;
    }
    if (structure_is_buffer(receiver)) {
        uint32_t structure = structure_of_receiver(receiver);
        if (dwords <= REGISTER_WORDS) {
            transfer_words(sender, receiver, structure, source, 0, REGISTER_WORDS, false);
            return dwords;
        }
        dwords = structure_bounded(receiver, receiver->message->receive, dwords);
        return transfer_words(sender, receiver, structure, source, 0, dwords, true);
    }
    if (!message_of_user(receiver, receiver->message)) {
        for (uint32_t i = 0; i < REGISTER_WORDS; i++) {
            receiver->message->word[i] = ((volatile uint32_t *)source)[i];
        }
    }
    return dwords < REGISTER_WORDS ? dwords : (uint32_t)REGISTER_WORDS;
}

static inline uint32_t message_word(const struct tcb *sender, const struct ipc_registers *message, uint32_t index)
{
    uint32_t source = message_source(sender, message);
    return source ? ((volatile uint32_t *)source)[index] : 0;
}

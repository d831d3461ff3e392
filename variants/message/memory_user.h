/* SPDX-License-Identifier: BSD-2-Clause */
/* Where are words 0-2 while a message is sent? In the message structure at offsets 12, 16 and 20: the stub stores them
 * there, the kernel moves them into the receiver's structure, the stub reads them back. EAX and EBP carry the
 * structures' addresses, never 0; the other registers carry nothing and are lost. The structure's dopes are set once,
 * by l4_message_init, not per message. */
#pragma once

#include "bench/support/message.h"

/* The word before a program's entry: 'L4LM'. The kernel starts no program that is built for another choice. */
__asm__(".weak message_wire\n\t.set message_wire, 0x4D4C344C");

__attribute__((always_inline)) static inline uint32_t
l4_ipc(struct l4_part send, struct l4_part receive, uint32_t timeouts, l4_id_t *partner, struct l4_words *words)
{
    uint32_t result = L4_NIL_DESCRIPTOR;
    register uint32_t buffer __asm__("ebp") = L4_NIL_DESCRIPTOR;

    if (send.form != L4_NONE) {
        send.message->word[0] = words->w0;
        send.message->word[1] = words->w1;
        send.message->word[2] = words->w2;
        result = (uint32_t)send.message | (send.form & L4_MAP);
    }
    if (receive.form != L4_NONE)
        buffer = (uint32_t)receive.message | (receive.form & L4_OPEN);

    __asm__ volatile("int $0x30"
                     : "+a"(result), "+r"(buffer), "+c"(timeouts), "+S"(*partner)
                     :
                     : "edx", "ebx", "edi", "memory");
    if (receive.form != L4_NONE) {
        words->w0 = receive.message->word[0];
        words->w1 = receive.message->word[1];
        words->w2 = receive.message->word[2];
    }
    return result;
}

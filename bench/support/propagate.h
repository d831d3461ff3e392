/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a thread send in the name of another, and how does a chief see whom a redirected message was meant for?
 *
 * Both go beyond the canonical calls of ipc.h. They use message structures, which every message axis reads and fills.
 */
#pragma once

#include "bench/support/ipc.h"

#include "variant_choices.h"

enum l4_condition {
    L4_PROPAGATED = 0x1, /* the source is not who sent */
    L4_REDIRECTED = 0x4, /* to a chief */
    L4_INNER = 0x8,      /* with L4_REDIRECTED: from an inner clan, not from outside */
    L4_CONDITIONS = 0xD,
};

/* Sends words 0-2 to `destination` in the name of `source`, if the kernel permits it; otherwise in the caller's own. */
static inline uint32_t l4_send_as(l4_id_t source, l4_id_t destination, struct l4_words words, uint32_t timeouts)
{
    struct l4_message message;
    register uint32_t receive __asm__("ebp") = L4_NIL_DESCRIPTOR;

    l4_message_init(&message, 0);
    message.word[0] = words.w0;
    message.word[1] = words.w1;
    message.word[2] = words.w2;
    uint32_t result = (uint32_t)&message | 1;
    __asm__ volatile("pushl %[source]\n\tint $0x30\n\taddl $4, %%esp"
                     : "+a"(result), "+c"(timeouts), "+d"(words.w0), "+b"(words.w1), "+D"(words.w2), "+S"(destination),
                       "+r"(receive)
                     : [source] "m"(source)
                     : "memory", "cc");
    return result;
}

/* What a thread has received. */
struct l4_arrival {
    uint32_t result;
    l4_id_t from;
    l4_id_t meant_for; /* if result has L4_REDIRECTED */
    struct l4_words words;
};

/* Waits for `from`, or with L4_NIL_ID for anyone. */
static inline struct l4_arrival l4_receive(l4_id_t from, uint32_t timeouts)
{
    struct l4_message message;
    struct l4_words words;
    struct l4_arrival arrival = {.result = L4_NIL_DESCRIPTOR, .from = from};

    l4_message_init(&message, 0);
    register uint32_t receive __asm__("ebp") = (uint32_t)&message | (from == L4_NIL_ID);
    __asm__ volatile("int $0x30"
                     : "+a"(arrival.result), "+c"(timeouts), "=d"(words.w0), "=b"(words.w1), "=D"(words.w2),
                       "+S"(arrival.from), "+r"(receive)
                     :
                     : "memory");
    arrival.meant_for = timeouts;
    if (VARIANT_MESSAGE_MEMORY)
        words = (struct l4_words){message.word[0], message.word[1], message.word[2]};
    arrival.words = words;
    return arrival;
}

static inline uint32_t l4_conditions(uint32_t result)
{
    return result & L4_CONDITIONS;
}

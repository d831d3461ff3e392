/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a server send a block of bytes with its answer? In a message structure, behind the three words. */
#pragma once

#include "bench/support/ipc.h"

enum { PAYLOAD_MOST = 65536, PAYLOAD_WORDS = 3 };

struct payload {
    struct l4_message head;
    uint32_t data[PAYLOAD_MOST / sizeof(uint32_t)];
} __attribute__((aligned(L4_PAGE_SIZE)));

static inline uint32_t payload_dwords(uint32_t bytes)
{
    return (bytes + sizeof(uint32_t) - 1) / sizeof(uint32_t);
}

/* For messages of the three words only: where words travel in memory, the structure says how many dwords are sent. */
extern struct l4_message short_box;

/* Room for `most` bytes, and short_box with it; what is sent is set by payload_set_size. */
static inline void payload_init(struct payload *payload, uint32_t most)
{
    l4_message_init(&short_box, PAYLOAD_WORDS);
    l4_message_init(&payload->head, PAYLOAD_WORDS + payload_dwords(most));
}

static inline void payload_set_size(struct payload *payload, uint32_t bytes)
{
    payload->head.send_dope = (PAYLOAD_WORDS + payload_dwords(bytes)) << L4_DWORD_SHIFT;
}

/* Bytes that reached the receiver, rounded up to dwords. */
static inline uint32_t payload_received(uint32_t result)
{
    return (l4_dwords(result) - PAYLOAD_WORDS) * sizeof(uint32_t);
}

/* By dwords, and bytes for the rest; the fastest copy of a 486. */
static inline void bytes_copy(void *to, const void *from, uint32_t bytes)
{
    uint32_t dwords = bytes / sizeof(uint32_t), rest = bytes % sizeof(uint32_t);

    __asm__ volatile("rep movsl\n\t"
                     "movl %3, %2\n\t"
                     "rep movsb"
                     : "+D"(to), "+S"(from), "+c"(dwords)
                     : "r"(rest)
                     : "memory");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Which IPC calls does a program make? The five canonical uses of the one trap, over the variant's user half. */
#pragma once

#include "bench/support/message.h"
#include "variant_user.h"

/* Room for `dwords` dwords (at least the three words), to send as many, no window. */
static inline void l4_message_init(struct l4_message *message, uint32_t dwords)
{
    uint32_t dope = (dwords < 3 ? 3 : dwords) << L4_DWORD_SHIFT;

    message->receive_fpage = 0;
    message->size_dope = dope;
    message->send_dope = dope;
}

/* The dwords of a message structure, words 0-2 included. */
static inline uint32_t *l4_message_dwords(struct l4_message *message)
{
    return (uint32_t *)message + sizeof(struct l4_message) / sizeof(uint32_t) - 3;
}

static inline struct l4_part l4_none(void)
{
    return (struct l4_part){NULL, L4_NONE};
}
static inline struct l4_part l4_short(struct l4_message *message)
{
    return (struct l4_part){message, L4_SHORT};
}
static inline struct l4_part l4_long(struct l4_message *message)
{
    return (struct l4_part){message, L4_LONG};
}
static inline struct l4_part l4_map(struct l4_message *message)
{
    return (struct l4_part){message, L4_SHORT | L4_MAP};
}

static inline uint32_t l4_ipc_call(l4_id_t destination, struct l4_part send, struct l4_part receive,
                                   struct l4_words *words, uint32_t timeouts)
{
    return l4_ipc(send, receive, timeouts, &destination, words);
}

/* Replies to *partner, then waits for anyone, who becomes *partner. */
static inline uint32_t l4_ipc_reply_and_wait(l4_id_t *partner, struct l4_part send, struct l4_part receive,
                                             struct l4_words *words, uint32_t timeouts)
{
    receive.form |= L4_OPEN;
    return l4_ipc(send, receive, timeouts, partner, words);
}

static inline uint32_t l4_ipc_send(l4_id_t destination, struct l4_part send, const struct l4_words *words,
                                   uint32_t timeouts)
{
    struct l4_words copy = *words;

    return l4_ipc(send, l4_none(), timeouts, &destination, &copy);
}

static inline uint32_t l4_ipc_receive(l4_id_t source, struct l4_part receive, struct l4_words *words, uint32_t timeouts)
{
    return l4_ipc(l4_none(), receive, timeouts, &source, words);
}

static inline uint32_t l4_ipc_wait(l4_id_t *source, struct l4_part receive, struct l4_words *words, uint32_t timeouts)
{
    receive.form |= L4_OPEN;
    *source = L4_NIL_ID;
    return l4_ipc(l4_none(), receive, timeouts, source, words);
}

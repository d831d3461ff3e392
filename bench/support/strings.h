/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a program put indirect strings into a message, and where does it receive some? By dopes behind the dwords of
 * a message structure; a dope has a half for each direction. */
#pragma once

#include "bench/support/ipc.h"

struct l4_string {
    uint32_t send_size; /* of each size the highest bit: this part continues the string of the dope before */
    uint32_t send_address;
    uint32_t receive_size;
    uint32_t receive_address;
};

enum { L4_STRINGS_MAX = 31 };
static const uint32_t L4_STRING_CONTINUES = 1u << 31;

/* As l4_message_init, with `strings` dopes to send and to receive by; the caller fills them. */
static inline void l4_message_init_strings(struct l4_message *message, uint32_t dwords, uint32_t strings)
{
    l4_message_init(message, dwords);
    message->size_dope |= strings << L4_STRING_SHIFT;
    message->send_dope |= strings << L4_STRING_SHIFT;
}

/* The dopes of a message whose size dope is set. */
static inline struct l4_string *l4_message_strings(struct l4_message *message)
{
    return (struct l4_string *)(l4_message_dwords(message) + l4_dwords(message->size_dope));
}

/* Makes a message send what it has just received, whose result this is: dwords and strings from where they are. */
static inline void l4_message_forward(struct l4_message *message, uint32_t result)
{
    message->send_dope = result;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What is a message as a program sees it, and what must each user half of the message axis provide?
 *
 * A program describes each phase of an IPC by a part: a message structure and its form. Forms are compile-time
 * constants at every call that is timed, so a choice's tests on them cost nothing. Words 0-2 travel apart from the
 * structure, in struct l4_words; where they are during the trap is the choice's answer.
 *
 * This header is included by the choices and by ipc.h only. */
#pragma once

#include "bench/support/l4.h"

/* The head of a message structure (interface, section 4.7); dwords 3, 4, ... follow it in memory. */
struct l4_message {
    uint32_t receive_fpage;
    uint32_t size_dope;
    uint32_t send_dope;
    uint32_t word[3];
};

struct l4_words {
    uint32_t w0, w1, w2;
};

enum l4_form {
    L4_OPEN = 1,  /* receive: from any sender */
    L4_MAP = 2,   /* send: (hot-spot, fpage) pairs; receive: into the window message->receive_fpage */
    L4_SHORT = 4, /* words 0-2 only */
    L4_LONG = 8,  /* words 0-2 and the dwords after them */
    L4_NONE = 0,  /* no such phase */
};

struct l4_part {
    struct l4_message *message; /* 4-byte aligned; not null unless form is L4_NONE */
    uint32_t form;
};

static const uint32_t L4_NIL_DESCRIPTOR = 0xFFFFFFFF;

/* One trap: the send phase to *partner, then the receive phase, from *partner or open. Words are read before and
 * written after; *partner becomes the source of an open receive. Returns dope and completion code. If either fails
 * the words are undefined. `send` and `receive` may name the same structure. */
static uint32_t l4_ipc(struct l4_part send, struct l4_part receive, uint32_t timeouts, l4_id_t *partner,
                       struct l4_words *words);

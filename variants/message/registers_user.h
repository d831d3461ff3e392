/* SPDX-License-Identifier: BSD-2-Clause */
/* Where are words 0-2 while a message is sent? In EDX, EBX and EDI, both ways; a short message needs no memory. */
#pragma once

#include "bench/support/message.h"

/* The word before a program's entry: nothing special, as in any program for Version X.0. */
__asm__(".weak message_wire\n\t.set message_wire, 0");

static inline uint32_t registers_send_descriptor(struct l4_part send)
{
    if (send.form == L4_NONE)
        return L4_NIL_DESCRIPTOR;
    return (send.form & L4_LONG ? (uint32_t)send.message : 0) | (send.form & L4_MAP);
}

static inline uint32_t registers_receive_descriptor(struct l4_part receive)
{
    if (receive.form == L4_NONE)
        return L4_NIL_DESCRIPTOR;
    if (receive.form & L4_LONG)
        return (uint32_t)receive.message | (receive.form & L4_OPEN);
    if (receive.form & L4_MAP)
        return receive.message->receive_fpage | L4_MAP | (receive.form & L4_OPEN);
    return receive.form & L4_OPEN;
}

/* The kernel's call uses all seven registers, EBP included: callers must be compiled without a frame pointer. */
__attribute__((always_inline)) static inline uint32_t
l4_ipc(struct l4_part send, struct l4_part receive, uint32_t timeouts, l4_id_t *partner, struct l4_words *words)
{
    uint32_t result = registers_send_descriptor(send);
    register uint32_t buffer __asm__("ebp") = registers_receive_descriptor(receive);

    __asm__ volatile("int $0x30"
                     : "+a"(result), "+r"(buffer), "+c"(timeouts), "+d"(words->w0), "+b"(words->w1), "+D"(words->w2),
                       "+S"(*partner)
                     :
                     : "memory");
    return result;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a thread bring into IPC and take out of it?  The seven registers of int 0x30 as the entry stub pushes them.
   IPC made by the kernel itself (page faults) uses the same structure on the kernel stack.

   The word just below the structure is the address at which the thread goes on once its IPC is over, whoever ends it:
   so anybody may end a blocked thread's IPC by esp = (address of the structure) - 4. */
#pragma once

#include "kernel/memory/layout.h"

#include <stdint.h>

struct ipc_registers {
    uint32_t send;     /* EAX in: send descriptor; out: message dope and completion code */
    uint32_t timeouts; /* ECX */
    uint32_t word[3];  /* EDX, EBX, EDI */
    uint32_t receive;  /* EBP: receive descriptor */
    uint32_t partner;  /* ESI in: destination; out: source */
};

enum ipc_descriptor_bits {
    SEND_PROPAGATE = 1u << 0,
    SEND_MAP = 1u << 1,
    RECEIVE_OPEN = 1u << 0,
    RECEIVE_MAP = 1u << 1, /* the descriptor itself is the receive window */
    DESCRIPTOR_FLAGS = 3u,
};

/* Descriptors from here on mean "no such phase" (interface sections 4.2, 4.3). */
#define SEND_DESCRIPTOR_LIMIT    (USER_END - 0x400000)
#define RECEIVE_DESCRIPTOR_LIMIT USER_END

/* Completion codes: message dope in bits 8-31, error in bits 4-7, flags in bits 0-3 (interface section 4.6). */
enum ipc_result {
    RESULT_OK = 0,
    RESULT_PROPAGATED = 1u << 0, /* the source is not who sent */
    RESULT_MAPPED = 1u << 1,
    RESULT_REDIRECTED = 1u << 2, /* to a chief */
    RESULT_INNER = 1u << 3,      /* redirected from an inner clan, not from outside the own one */
    RESULT_SEND_PHASE = 1u << 4,
    RESULT_NOT_EXISTENT = 0x10,
    RESULT_TIMEOUT = 0x20,
    RESULT_CANCELLED = 0x40,
    RESULT_MAP_FAILED = 0x60,
    RESULT_SEND_PAGE_FAULT = 0x80,    /* the sender's page-fault timeout: a page of the receiver */
    RESULT_RECEIVE_PAGE_FAULT = 0xA0, /* the receiver's: a page of the sender */
    RESULT_ABORTED = 0xC0,
    RESULT_CUT = 0xE0,
    RESULT_ERROR_MASK = 0xF0,
    DOPE_DWORDS_SHIFT = 13,
    DOPE_STRINGS_SHIFT = 8,
    DOPE_STRINGS_MASK = 0x1F,
    REGISTER_WORDS = 3,
    RESULT_REGISTER_MESSAGE = REGISTER_WORDS << DOPE_DWORDS_SHIFT,
};

/* The mark of programs that are built for messages in memory: 'L4LM' in the word before their entry. */
#define MESSAGE_WIRE_MEMORY 0x4D4C344Cu

/* Word offsets in a message structure (interface section 4.7). */
enum message_structure {
    STRUCTURE_RECEIVE_FPAGE = 0,
    STRUCTURE_SIZE_DOPE = 1,
    STRUCTURE_SEND_DOPE = 2,
    STRUCTURE_DWORDS = 3,
    STRUCTURE_DWORDS_MAX = (1 << 19) - 1,
};

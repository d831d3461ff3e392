/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a thread handle its own exceptions in C? */
#pragma once

#include "bench/support/l4.h"

enum exception_vector {
    EXCEPTION_DIVIDE,
    EXCEPTION_DEBUG,
    EXCEPTION_BREAKPOINT = 3,
    EXCEPTION_OVERFLOW,
    EXCEPTION_BOUND,
    EXCEPTION_OPCODE,
    EXCEPTION_INVALID_TSS = 10,
    EXCEPTION_PROTECTION = 13,
    EXCEPTION_PAGE_FAULT,
    EXCEPTION_FPU = 16,
    EXCEPTIONS = 32,
};

/* What the handler finds and may change; the thread goes on with it. */
struct exception {
    uint32_t edi, esi, ebp, unused_esp, ebx, edx, ecx, eax;
    uint32_t vector, error; /* error: 0 if the processor has none for this vector */
    uint32_t eip, cs, eflags;
    uint32_t esp, ss, es, ds, fs, gs; /* only from V86 mode; otherwise &esp is the stack pointer before the exception */
};

typedef void exception_handler(struct exception *exception);

/* The interrupt table of every thread of the task that calls exceptions_handle(), which also loads it. */
extern uint32_t exception_table[EXCEPTIONS][2];
void exceptions_handle(exception_handler *handler);

/* LIDT (EAX) with a table of one's own. */
void exception_table_load(const void *table);

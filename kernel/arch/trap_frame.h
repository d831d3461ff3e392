/* SPDX-License-Identifier: BSD-2-Clause */
/* What is on the kernel stack while a trap other than IPC is handled?  The order in which trap.S pushes it.
   A trap from V86 mode, with four more words above its frame, is brought into this form at once (v86.c). */
#pragma once

#include "kernel/arch/cpu.h"
#include "kernel/memory/layout.h"

#include <stdbool.h>
#include <stdint.h>

enum vectors {
    VECTOR_DEBUG = 1,
    VECTOR_BREAKPOINT = 3,
    VECTOR_OVERFLOW = 4,
    VECTOR_NO_FPU = 7,
    VECTOR_STACK_FAULT = 12,
    VECTOR_GENERAL_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_TIMER = 0x20,
    VECTOR_IPC = 0x30,
    VECTOR_ID_NEAREST = 0x31,
    VECTOR_LAST_CALL = 0x36,
};

struct trap_frame {
    uint32_t es;
    uint32_t ds;
    uint32_t edi;
    uint32_t esi;
    uint32_t ebp;
    uint32_t unused_esp; /* pushal's copy */
    uint32_t ebx;
    uint32_t edx;
    uint32_t ecx;
    uint32_t eax;
    uint32_t vector;
    uint32_t error;
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;
    uint32_t esp; /* esp and ss only if the trap came from user level */
    uint32_t ss;
};

static inline bool trap_from_v86(const struct trap_frame *frame)
{
    return frame->eflags & EFLAGS_V86;
}

static inline bool trap_from_user(const struct trap_frame *frame)
{
    return (frame->cs & 3) == 3 || trap_from_v86(frame);
}

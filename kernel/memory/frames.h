/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel memory in page frames: page tables, thread control blocks, records of ports, what slots.h divides.  A few
   frames are set aside at boot, the others come from sigma0 (supply.h) and stay. */
#pragma once

#include "kernel/memory/layout.h"

#include <stdbool.h>
#include <stdint.h>

extern uint32_t frames_owned; /* the kernel's */
extern uint32_t frames_free;  /* of these */

/* The frame belongs to the kernel from now on, and is free. */
void frame_add(uint32_t physical);
/* Frames [low, high) do; both page aligned. */
void frames_init(uint32_t low, uint32_t high);

bool frame_is_kernels(uint32_t physical);

/* Physical address of a frame, 0 if none is free; allocated frames are zeroed, taken ones are as they were left. */
uint32_t frame_allocate(void);
uint32_t frame_take(void);
void frame_free(uint32_t physical);

/* The kernel's linear address of physical memory. */
static inline void *physical_alias(uint32_t physical)
{
    return (void *)(uintptr_t)(physical + PHYSICAL_ALIAS);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel memory in page frames: page tables, thread control blocks, records of ports.  It is set aside at boot. */
#pragma once

#include "kernel/memory/layout.h"

#include <stdint.h>

/* Frames [low, high) belong to the kernel from now on; both page aligned. */
void frames_init(uint32_t low, uint32_t high);

/* Physical address of a zeroed frame, 0 if none is left. */
uint32_t frame_allocate(void);
void frame_free(uint32_t physical);

/* The kernel's linear address of physical memory. */
static inline void *physical_alias(uint32_t physical)
{
    return (void *)(uintptr_t)(physical + PHYSICAL_ALIAS);
}

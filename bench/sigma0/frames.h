/* SPDX-License-Identifier: BSD-2-Clause */
/* Which task owns which 4 KB frame? */
#pragma once

#include "bench/support/l4.h"

struct region {
    uint32_t low, high; /* [low, high); high = 0: empty */
};

/* The kernel info page from offset 0 (interface section 15). */
struct info_page {
    uint32_t header[8];
    uint32_t sigma0_esp, sigma0_eip;
    struct region sigma0;
    uint32_t sigma1_esp, sigma1_eip;
    struct region sigma1;
    uint32_t root_esp, root_eip;
    struct region root;
    uint32_t configuration[4];
    struct region main_memory;
    struct region reserved[2];
    struct region dedicated[5];
};

_Static_assert(offsetof(struct info_page, main_memory) == 0x60, "main memory stands at 60h of the kernel info page");

void frames_init(const struct info_page *info_page);

/* Gives the frame at `address` to `task` if nobody else has it. Frames above main memory (devices) are free, too. */
bool frames_take(uint32_t address, uint32_t task);

/* The highest frame of main memory that is free, not dedicated and none of ours to keep; 0 if there is none. */
uint32_t frames_take_any(uint32_t task);

/* The same for the kernel, which gets at most half of main memory. */
uint32_t frames_take_for_kernel(void);

/* An eighth of main memory, in pages. */
uint32_t frames_recommended_for_kernel(void);

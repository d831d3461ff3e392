/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel info page (interface section 15): what users may know of the machine, and the clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { KERNEL_TASK = 0, SIGMA0_TASK = 2, ROOT_TASK = 4, CHIEF_OF_FIRST_TASKS = 4 };

struct memory_region {
    uint32_t low;
    uint32_t high; /* page aligned, exclusive; 0: empty */
};

struct start_conditions {
    uint32_t esp;
    uint32_t eip;
    struct memory_region memory;
};

struct info_page {
    uint32_t magic;
    uint32_t version;
    uint8_t version_strings; /* offset / 16 */
    uint8_t info_version;
    uint16_t reserved0;
    uint32_t link;
    uint32_t kdebug[4];
    struct start_conditions sigma0;
    struct start_conditions sigma1;
    struct start_conditions root;
    uint32_t configuration[4];
    struct memory_region main_memory;
    struct memory_region reserved[2];
    struct memory_region dedicated[5];
    volatile uint64_t clock; /* microseconds since boot */
    uint32_t reserved2[2];
    uint32_t processor_frequency;
    uint32_t bus_frequency;
    uint8_t reserved1[0x100 - 0xB8];
    char strings[64];
};

extern struct info_page info_page;

uint32_t info_page_physical(void);

/* May sigma0 have this frame?  Memory that is not the kernel's, and the info page itself. */
bool info_page_gives_away(uint32_t frame);

/* May sigma0 give it to the kernel?  Ordinary memory that it may have. */
bool info_page_takes_back(uint32_t frame);

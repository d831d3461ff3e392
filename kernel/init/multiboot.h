/* SPDX-License-Identifier: BSD-2-Clause */
/* What a multiboot 1 loader hands over; all addresses are physical. */
#pragma once

#include <stdint.h>

enum { MULTIBOOT_LOADED = 0x2BADB002, MULTIBOOT_HAS_MEMORY = 1u << 0, MULTIBOOT_HAS_MODULES = 1u << 3 };

struct multiboot_info {
    uint32_t flags;
    uint32_t memory_low;  /* KB from 0 */
    uint32_t memory_high; /* KB from 1 MB */
    uint32_t boot_device;
    uint32_t command_line;
    uint32_t modules_count;
    uint32_t modules;
};

struct multiboot_module {
    uint32_t begin;
    uint32_t end;
    uint32_t command_line;
    uint32_t reserved;
};

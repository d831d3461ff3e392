/* SPDX-License-Identifier: BSD-2-Clause */
/* What a multiboot 1 loader hands over; all addresses are physical. */
#pragma once

#include <stdint.h>

enum { MULTIBOOT_LOADED = 0x2BADB002, MULTIBOOT_HAS_MODULES = 1u << 3, MULTIBOOT_HAS_MAP = 1u << 6 };

struct multiboot_info {
    uint32_t flags;
    uint32_t memory_low;  /* KB from 0 */
    uint32_t memory_high; /* KB from 1 MB */
    uint32_t boot_device;
    uint32_t command_line;
    uint32_t modules_count;
    uint32_t modules;
    uint32_t symbols[4];
    uint32_t map_bytes;
    uint32_t map;
};

struct multiboot_module {
    uint32_t begin;
    uint32_t end;
    uint32_t command_line;
    uint32_t reserved;
};

enum { MULTIBOOT_REGION_MEMORY = 1 };

struct __attribute__((packed)) multiboot_region {
    uint32_t bytes_that_follow; /* of this entry, this word excluded */
    uint64_t base;
    uint64_t length;
    uint32_t type;
};

// SPDX-License-Identifier: GPL-2.0-or-later
// What is in the guest's physical memory, and which accessed and dirty bits would a real processor find there?
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// QEMU sets accessed and dirty bits before the model sees the access. So each dword has its own two bits here, taken
// from memory when the guest stores to it and set by the model's page walks.
// The third bit is a descriptor's accessed bit, which QEMU does not set on entries; a store to the descriptor clears
// it.
enum { RAM_ACCESSED = 1, RAM_DIRTY = 2, RAM_DESCRIPTOR = 4, RAM_BITS_SHIFT = 5 };

struct ram {
    uint8_t *bytes;
    uint8_t *page_bits;
    uint32_t size;
};

// Maps the file behind QEMU's guest memory; on failure returns false and writes a sentence.
bool ram_map(struct ram *ram, const char *path, char *message, size_t size);

// The dword at a physical address; 0 beyond the memory.
uint32_t ram_word(const struct ram *ram, uint32_t physical);

// Called after each guest store of `size` bytes.
static inline void ram_stored(struct ram *ram, uint32_t physical, unsigned size)
{
    for (uint32_t dword = physical & ~3u; dword < physical + size && dword < ram->size; dword += 4)
        ram->page_bits[dword / 4] = (ram->bytes[dword] >> RAM_BITS_SHIFT) & (RAM_ACCESSED | RAM_DIRTY);
}

// True if reads are never cached: beyond the memory, or the video and firmware window.
bool ram_uncached(const struct ram *ram, uint32_t physical);

// SPDX-License-Identifier: GPL-2.0-or-later
// Which lines are in the on-chip cache? Unified, physical, write-through, no allocation on a write miss, 16-byte lines,
// four ways.
#pragma once

#include "lru.h"

#include <stdbool.h>
#include <stdint.h>

enum { CACHE_LINE_SHIFT = 4, CACHE_MAX_SETS = 1024 };

struct cache_set {
    uint32_t line[LRU_WAYS]; // physical address / 16, plus one; 0 is an invalid way
    uint8_t lru;
};

struct cache {
    unsigned sets;
    struct cache_set set[CACHE_MAX_SETS];
};

void cache_init(struct cache *cache, unsigned bytes);
void cache_flush(struct cache *cache);

// True if the line of `physical` is present; its way becomes the one used last.
bool cache_lookup(struct cache *cache, uint32_t physical);

// Puts the line of `physical`, which must be absent, into an invalid way or else in place of the pseudo-LRU victim.
void cache_fill(struct cache *cache, uint32_t physical);

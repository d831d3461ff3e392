// SPDX-License-Identifier: GPL-2.0-or-later
// Which lines are in a cache of the chip, and which of them does memory not have yet? Physical, two or four ways.
#pragma once

#include "lru.h"

#include <stdbool.h>
#include <stdint.h>

enum { CACHE_MAX_SETS = 1024, CACHE_ABSENT = -1 };

struct cache_set {
    uint32_t line[LRU_WAYS]; // physical line number plus one; 0 is an invalid way
    uint8_t lru;
    uint8_t dirty; // bit n: way n was written and memory was not
};

struct cache {
    unsigned sets, ways, line_shift;
    struct cache_set set[CACHE_MAX_SETS];
};

struct cache_fill {
    int place;       // of the line: see cache_find
    bool wrote_back; // the line that made room was dirty
};

void cache_init(struct cache *cache, unsigned bytes, unsigned ways, unsigned line_bytes);
void cache_flush(struct cache *cache);

// How many lines memory does not have yet.
unsigned cache_dirty_lines(const struct cache *cache);

// As cache_find, for a line that is not the one used last in its set.
int cache_search(struct cache *cache, uint32_t physical);

// Where the line of `physical` lies, set * LRU_WAYS + way, or CACHE_ABSENT; its way becomes the one used last.
static inline int cache_find(struct cache *cache, uint32_t physical)
{
    uint32_t number = physical >> cache->line_shift;
    unsigned index = number & (cache->sets - 1);
    unsigned latest = lru_latest(cache->set[index].lru);
    return cache->set[index].line[latest] == number + 1 ? (int)(index * LRU_WAYS + latest)
                                                        : cache_search(cache, physical);
}

static inline bool cache_lookup(struct cache *cache, uint32_t physical)
{
    return cache_find(cache, physical) != CACHE_ABSENT;
}

// Puts the line of `physical`, which must be absent, into an invalid way or else in place of the least recently used.
struct cache_fill cache_fill(struct cache *cache, uint32_t physical);

// Marks the line at `place` as written.
void cache_dirty(struct cache *cache, int place);

// Makes the line of `physical` equal to memory; true if it was dirty.
bool cache_clean(struct cache *cache, uint32_t physical);

// Drops the line of `physical`; true if it was dirty.
bool cache_drop(struct cache *cache, uint32_t physical);

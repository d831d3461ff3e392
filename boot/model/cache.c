// SPDX-License-Identifier: GPL-2.0-or-later
#include "cache.h"

#include <string.h>

void cache_init(struct cache *cache, unsigned bytes, unsigned ways, unsigned line_bytes)
{
    cache->ways = ways;
    cache->line_shift = (unsigned)__builtin_ctz(line_bytes);
    cache->sets = bytes / line_bytes / ways;
    cache_flush(cache);
}

void cache_flush(struct cache *cache)
{
    memset(cache->set, 0, sizeof cache->set);
}

unsigned cache_dirty_lines(const struct cache *cache)
{
    unsigned count = 0;
    for (unsigned i = 0; i < cache->sets; i++)
        count += (unsigned)__builtin_popcount(cache->set[i].dirty);
    return count;
}

// At most one way has the line, so the sum is its number, or 0.
int cache_search(struct cache *cache, uint32_t physical)
{
    uint32_t number = physical >> cache->line_shift;
    unsigned index = number & (cache->sets - 1);
    struct cache_set *set = &cache->set[index];
    const uint32_t *line = set->line;
    unsigned way = (line[1] == number + 1) + 2u * (line[2] == number + 1) + 3u * (line[3] == number + 1);
    if (line[way] != number + 1)
        return CACHE_ABSENT;
    set->lru = lru_touch(set->lru, way);
    return (int)(index * LRU_WAYS + way);
}

struct cache_fill cache_fill(struct cache *cache, uint32_t physical)
{
    uint32_t number = physical >> cache->line_shift;
    unsigned index = number & (cache->sets - 1);
    struct cache_set *set = &cache->set[index];
    unsigned way = 0;
    while (way < cache->ways && set->line[way])
        way++;
    if (way == cache->ways)
        way = lru_victim(set->lru, cache->ways);
    bool dirty = (set->dirty >> way) & 1;
    set->dirty &= (uint8_t) ~(1u << way);
    set->line[way] = number + 1;
    set->lru = lru_touch(set->lru, way);
    return (struct cache_fill){(int)(index * LRU_WAYS + way), dirty};
}

void cache_dirty(struct cache *cache, int place)
{
    cache->set[place / LRU_WAYS].dirty |= (uint8_t)(1u << place % LRU_WAYS);
}

// Takes the dirty bit of the line of `physical` and returns whether it was set; `keep` false drops the line, too. The
// order of use stays, as it does for accesses from outside.
static bool take_dirty(struct cache *cache, uint32_t physical, bool keep)
{
    uint32_t number = physical >> cache->line_shift;
    struct cache_set *set = &cache->set[number & (cache->sets - 1)];
    for (unsigned way = 0; way < LRU_WAYS; way++) {
        if (set->line[way] != number + 1)
            continue;
        bool dirty = (set->dirty >> way) & 1;
        set->dirty &= (uint8_t) ~(1u << way);
        if (!keep)
            set->line[way] = 0;
        return dirty;
    }
    return false;
}

bool cache_clean(struct cache *cache, uint32_t physical)
{
    return take_dirty(cache, physical, true);
}

bool cache_drop(struct cache *cache, uint32_t physical)
{
    return take_dirty(cache, physical, false);
}

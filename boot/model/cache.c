// SPDX-License-Identifier: GPL-2.0-or-later
#include "cache.h"

#include <string.h>

void cache_init(struct cache *cache, unsigned bytes)
{
    cache->sets = bytes >> CACHE_LINE_SHIFT >> 2;
    cache_flush(cache);
}

void cache_flush(struct cache *cache)
{
    memset(cache->set, 0, sizeof cache->set);
}

static struct cache_set *cache_set_of(struct cache *cache, uint32_t physical)
{
    return &cache->set[(physical >> CACHE_LINE_SHIFT) & (cache->sets - 1)];
}

bool cache_lookup(struct cache *cache, uint32_t physical)
{
    struct cache_set *set = cache_set_of(cache, physical);
    uint32_t line = (physical >> CACHE_LINE_SHIFT) + 1;
    for (unsigned way = 0; way < LRU_WAYS; way++)
        if (set->line[way] == line) {
            set->lru = lru_touch(set->lru, way);
            return true;
        }
    return false;
}

void cache_fill(struct cache *cache, uint32_t physical)
{
    struct cache_set *set = cache_set_of(cache, physical);
    unsigned way = 0;
    while (way < LRU_WAYS && set->line[way])
        way++;
    if (way == LRU_WAYS)
        way = lru_victim(set->lru);
    set->line[way] = (physical >> CACHE_LINE_SHIFT) + 1;
    set->lru = lru_touch(set->lru, way);
}

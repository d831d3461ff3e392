// SPDX-License-Identifier: BSD-2-Clause
// Does the cache keep the lines that a four-way pseudo-LRU keeps?
#include "check.h"

#include "boot/model/cache.h"

#include <stdlib.h>

enum { CACHE_BYTES = 8192, SET_STRIDE = 2048 };

// Lines A, B, C, ... of one set.
static uint32_t line(unsigned number)
{
    return 0x100000 + number * SET_STRIDE;
}

static void fill_four(struct cache *cache)
{
    cache_init(cache, CACHE_BYTES, 4, 16);
    for (unsigned i = 0; i < 4; i++)
        cache_fill(cache, line(i));
}

static void lines_and_sets(struct cache *cache)
{
    cache_init(cache, CACHE_BYTES, 4, 16);
    EQUAL(cache->sets, 128);
    EQUAL(cache_lookup(cache, 0), false);
    cache_fill(cache, 0x1004);
    EQUAL(cache_lookup(cache, 0x1000), true);
    EQUAL(cache_lookup(cache, 0x100F), true);
    EQUAL(cache_lookup(cache, 0x1010), false);
    EQUAL(cache_lookup(cache, 0x1000 + SET_STRIDE), false);
    cache_flush(cache);
    EQUAL(cache_lookup(cache, 0x1004), false);
}

// Invalid ways come first, so four lines of one set stay.
static void four_ways(struct cache *cache)
{
    fill_four(cache);
    for (unsigned i = 0; i < 4; i++)
        EQUAL(cache_lookup(cache, line(i)), true);
}

// After A B C D in order the tree points at A: the pair used last is C D, and of A B it was B.
static void replacement_in_order(struct cache *cache)
{
    fill_four(cache);
    cache_fill(cache, line(4));
    EQUAL(cache_lookup(cache, line(0)), false);
    EQUAL(cache_lookup(cache, line(1)), true);
    EQUAL(cache_lookup(cache, line(2)), true);
    EQUAL(cache_lookup(cache, line(3)), true);
    EQUAL(cache_lookup(cache, line(4)), true);
}

// A is used again: its pair is now the last one, so the victim is in C D, and of those C. True LRU would have taken B.
static void replacement_is_a_tree(struct cache *cache)
{
    fill_four(cache);
    cache_lookup(cache, line(0));
    cache_fill(cache, line(4));
    EQUAL(cache_lookup(cache, line(2)), false);
    EQUAL(cache_lookup(cache, line(1)), true);
}

// Two ways of 32 bytes, as in the Pentium's data cache: true LRU, and a written line is written back when it goes.
static void write_back(struct cache *cache)
{
    enum { BYTES = 8192, WAYS = 2, LINE_BYTES = 32, STRIDE = BYTES / WAYS };
    cache_init(cache, BYTES, WAYS, LINE_BYTES);
    EQUAL(cache->sets, 128);
    cache_dirty(cache, cache_fill(cache, 0 * STRIDE).place);
    cache_fill(cache, 1 * STRIDE);
    EQUAL(cache_lookup(cache, 31), true);
    EQUAL(cache_lookup(cache, 32), false);
    EQUAL(cache_dirty_lines(cache), 1);
    EQUAL(cache_fill(cache, 2 * STRIDE).wrote_back, false); // line 1 was used before line 0
    EQUAL(cache_lookup(cache, 1 * STRIDE), false);
    EQUAL(cache_fill(cache, 3 * STRIDE).wrote_back, true);
    EQUAL(cache_lookup(cache, 0 * STRIDE), false);
    EQUAL(cache_lookup(cache, 2 * STRIDE), true);
    EQUAL(cache_dirty_lines(cache), 0);
}

// What a page walk does to a written line.
static void taken_from_outside(struct cache *cache)
{
    cache_init(cache, 8192, 2, 32);
    int place = cache_fill(cache, 0x1000).place;
    cache_dirty(cache, place);
    EQUAL(cache_clean(cache, 0x101C), true);
    EQUAL(cache_clean(cache, 0x101C), false);
    EQUAL(cache_lookup(cache, 0x1000), true);
    cache_dirty(cache, place);
    EQUAL(cache_drop(cache, 0x1000), true);
    EQUAL(cache_lookup(cache, 0x1000), false);
    EQUAL(cache_drop(cache, 0x1000), false);
    EQUAL(cache_dirty_lines(cache), 0);
}

void test_cache(void)
{
    struct cache *cache = malloc(sizeof *cache);
    lines_and_sets(cache);
    four_ways(cache);
    replacement_in_order(cache);
    replacement_is_a_tree(cache);
    write_back(cache);
    taken_from_outside(cache);
    free(cache);
}

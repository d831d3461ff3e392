// SPDX-License-Identifier: BSD-2-Clause
// What does an access cost by its page, its line and its place in them? Worked out by hand for the board of 2-1-1-1.
#include "check.h"
#include "fixture_model.h"

#include "boot/model/memory.h"

enum {
    PAGING = 1u << 31,
    DIRECTORY = 0x1000,
    TABLE = 0x2000,
    PRESENT = 1,
    UNCACHED = 1 << 4,
    MOVED_PAGE = 5, // lies in frame 9
    MOVED_TO = 9,
    PLAIN_PAGE = 6,
    ABSENT_PAGE = 7,
    UNCACHED_PAGE = 8,
    WALK = 9,
    ONE_UPDATE = 8,
    TWO_UPDATES = 15,
    FIRST_READ = 2,
    MISALIGNED = 3,
};

static uint32_t pte_of(uint32_t page)
{
    return TABLE + page * 4;
}

static struct model *paged(void)
{
    struct model *model = fixture_model();
    model->cpu.cr0 = PAGING;
    model->cpu.cr3 = DIRECTORY;
    fixture_put_word(model, DIRECTORY, TABLE | PRESENT);
    fixture_put_word(model, pte_of(MOVED_PAGE), MOVED_TO << 12 | PRESENT);
    fixture_put_word(model, pte_of(PLAIN_PAGE), PLAIN_PAGE << 12 | PRESENT);
    fixture_put_word(model, pte_of(UNCACHED_PAGE), UNCACHED_PAGE << 12 | PRESENT | UNCACHED);
    return model;
}

// One access after everything before it has ended; returns what it took.
static uint64_t access_takes(struct model *model, uint32_t linear, unsigned size, bool store)
{
    enum { LONG_ENOUGH = 100 };
    uint64_t since = model->now += LONG_ENOUGH;
    memory_access(model, &(struct access){linear, (uint8_t)size, store});
    return model->now - since;
}

// The walk's two reads miss, 2 clocks each, and both entries get their accessed bit; then the data misses.
static void first_touch(void)
{
    struct model *model = paged();
    EQUAL(access_takes(model, 0x5004, 4, false), WALK + 2 * FIRST_READ + TWO_UPDATES + FIRST_READ);
    EQUAL(model->counters.stalls[STALL_TLB], WALK + 2 * FIRST_READ + TWO_UPDATES);
    EQUAL(model->counters.stalls[STALL_CACHE], FIRST_READ);
    EQUAL(model->counters.tlb_misses, 1);
    EQUAL(model->counters.cache_misses, 3);
    EQUAL(model->ram.page_bits[DIRECTORY / 4], RAM_ACCESSED);
    EQUAL(model->ram.page_bits[pte_of(MOVED_PAGE) / 4], RAM_ACCESSED);
    EQUAL(cache_lookup(model->cache[DATA], MOVED_TO << 12), true);
    EQUAL(cache_lookup(model->cache[DATA], MOVED_PAGE << 12), false);
}

// The table's line is in the cache, and the directory's entry has been accessed.
static void second_page_and_its_first_write(void)
{
    struct model *model = paged();
    access_takes(model, 0x5004, 4, false);
    EQUAL(access_takes(model, 0x6004, 4, false), WALK + ONE_UPDATE + FIRST_READ);
    EQUAL(access_takes(model, 0x6008, 4, false), 0);
    EQUAL(access_takes(model, 0x6008, 4, true), WALK + ONE_UPDATE); // for the dirty bit
    EQUAL(model->counters.tlb_misses, 2);
    EQUAL(model->ram.page_bits[pte_of(PLAIN_PAGE) / 4], RAM_ACCESSED | RAM_DIRTY);
    EQUAL(access_takes(model, 0x600C, 4, true), 0);
    memory_flush_tlbs(model);
    EQUAL(access_takes(model, 0x6004, 4, false), WALK);
    EQUAL(access_takes(model, 0x6004, 4, true), 0);
}

// The table's entry has its bits taken from it: the next walk sets them again.
static void bits_that_the_guest_clears(void)
{
    struct model *model = paged();
    access_takes(model, 0x6004, 4, true);
    ram_stored(&model->ram, pte_of(PLAIN_PAGE), 4);
    memory_flush_tlbs(model);
    EQUAL(access_takes(model, 0x6004, 4, false), WALK + ONE_UPDATE + FIRST_READ);
}

static void failed_access(void)
{
    struct model *model = paged();
    access_takes(model, 0x6004, 4, false);
    uint64_t walks = model->counters.stalls[STALL_TLB];
    for (unsigned times = 1; times <= 2; times++) { // nothing of it stays
        memory_failed_walk(model, 0x7000);
        EQUAL(model->counters.stalls[STALL_TLB] - walks, times * WALK);
        EQUAL(model->counters.tlb_misses, 1 + times);
    }
    EQUAL(model->ram.page_bits[pte_of(ABSENT_PAGE) / 4], 0);
}

static void uncached_page(void)
{
    struct model *model = paged();
    access_takes(model, 0x8000, 4, false);
    EQUAL(access_takes(model, 0x8000, 4, false), FIRST_READ);
    EQUAL(access_takes(model, 0x8000, 4, false), FIRST_READ);
    EQUAL(cache_lookup(model->cache[DATA], 0x8000), false);
}

static void crossings(void)
{
    struct model *model = fixture_model();
    EQUAL(access_takes(model, 0x6006, 4, false), MISALIGNED + FIRST_READ);
    EQUAL(access_takes(model, 0x6006, 2, false), 0);
    EQUAL(access_takes(model, 0x6003, 2, false), MISALIGNED);
    EQUAL(access_takes(model, 0x600E, 4, false), MISALIGNED + FIRST_READ); // the second line is new
    EQUAL(model->counters.cache_misses, 2);
    EQUAL(model->counters.reads, 4);
}

// Two accesses of an instruction of 4 clocks: at its begin and after 2; the second waits for the line that the first
// asked for at 0 and has at 2, complete at 5: so it comes at 4 and waits 1.
static void accesses_spread_over_the_clocks(void)
{
    struct model *model = fixture_model();
    const struct access both[] = {{0x6000, 4, false}, {0x600C, 4, false}};
    memory_spread(model, both, 2, 4);
    EQUAL(model->now, 4 + FIRST_READ + 1);
}

static void looking_costs_nothing(void)
{
    struct model *model = paged();
    uint32_t physical = 0;
    fixture_put_word(model, MOVED_TO << 12 | 0x10, 4711);
    EQUAL(memory_peek_address(model, 0x5010, &physical), true);
    EQUAL(physical, MOVED_TO << 12 | 0x10);
    EQUAL(memory_peek(model, 0x5010), 4711);
    EQUAL(memory_peek_address(model, ABSENT_PAGE << 12, &physical), false);
    EQUAL(memory_peek(model, ABSENT_PAGE << 12), 0);
    EQUAL(model->now, 0);
}

void test_memory(void)
{
    first_touch();
    second_page_and_its_first_write();
    bits_that_the_guest_clears();
    failed_access();
    uncached_page();
    crossings();
    accesses_spread_over_the_clocks();
    looking_costs_nothing();
}

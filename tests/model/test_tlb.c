// SPDX-License-Identifier: BSD-2-Clause
// Does the TLB hold the translations that 32 entries in 8 sets of four ways hold?
#include "check.h"

#include "boot/model/tlb.h"

#include <stddef.h>

enum { TLB_ENTRIES = 32, SET_STRIDE = 8 << 12 };

static struct tlb tlb;

static bool present(uint32_t linear)
{
    return tlb_find(&tlb, linear) != NULL;
}

static void one_entry(void)
{
    tlb_init(&tlb, TLB_ENTRIES, TLB_PAGE_SHIFT);
    EQUAL(tlb.sets, 8);
    EQUAL(present(0), false);
    tlb_insert(&tlb, 0xF0101234, 0x00101000, false, true);
    EQUAL(present(0xF0101000), true);
    EQUAL(present(0xF0102000), false);
    EQUAL(tlb_find(&tlb, 0xF0101FFF)->frame, 0x00101000);
    EQUAL(tlb_find(&tlb, 0xF0101000)->dirty, false);
    EQUAL(tlb_find(&tlb, 0xF0101000)->uncached, true);
}

static void same_page_again(void)
{
    tlb_init(&tlb, TLB_ENTRIES, TLB_PAGE_SHIFT);
    tlb_insert(&tlb, 0x1000, 0x5000, false, false);
    tlb_insert(&tlb, 0x1000, 0x5000, true, false);
    EQUAL(tlb_find(&tlb, 0x1000)->dirty, true);
    EQUAL(tlb_invalidate(&tlb, 0x1000), true);
    EQUAL(present(0x1000), false);
    EQUAL(tlb_invalidate(&tlb, 0x1000), false);
}

static void flush(void)
{
    tlb_init(&tlb, TLB_ENTRIES, TLB_PAGE_SHIFT);
    for (uint32_t page = 0; page < TLB_ENTRIES; page++)
        tlb_insert(&tlb, page << 12, page << 12, false, false);
    unsigned held = 0;
    for (uint32_t page = 0; page < TLB_ENTRIES; page++)
        held += present(page << 12);
    EQUAL(held, TLB_ENTRIES);
    tlb_flush(&tlb);
    for (uint32_t page = 0; page < TLB_ENTRIES; page++)
        held -= !present(page << 12);
    EQUAL(held, 0);
}

// Five pages of one set: the first goes, and the next set is untouched.
static void replacement(void)
{
    tlb_init(&tlb, TLB_ENTRIES, TLB_PAGE_SHIFT);
    tlb_insert(&tlb, 0x1000, 0, false, false);
    for (uint32_t i = 0; i < 5; i++)
        tlb_insert(&tlb, i * SET_STRIDE, 0, false, false);
    EQUAL(present(0), false);
    EQUAL(present(1 * SET_STRIDE), true);
    EQUAL(present(4 * SET_STRIDE), true);
    EQUAL(present(0x1000), true);
}

void test_tlb(void)
{
    one_entry();
    same_page_again();
    flush();
    replacement();
}

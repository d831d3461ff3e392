// SPDX-License-Identifier: GPL-2.0-or-later
// Which translations does a TLB hold? Pages of one size, four ways, set = linear address bits above the page offset.
#pragma once

#include "lru.h"

#include <stdbool.h>
#include <stdint.h>

enum { TLB_PAGE_SHIFT = 12, TLB_LARGE_SHIFT = 22, TLB_MAX_SETS = 64 };

struct tlb_entry {
    uint32_t page; // linear page number plus one; 0 is an invalid entry
    uint32_t frame;
    bool dirty;
    bool uncached;
};

struct tlb {
    unsigned sets, page_shift;
    struct tlb_entry entry[TLB_MAX_SETS][LRU_WAYS];
    uint8_t lru[TLB_MAX_SETS];
};

// Pages of 2^page_shift bytes.
void tlb_init(struct tlb *tlb, unsigned entries, unsigned page_shift);
void tlb_flush(struct tlb *tlb);

// Drops the entry of the page of `linear`; true if there was one.
bool tlb_invalidate(struct tlb *tlb, uint32_t linear);

// As tlb_find, for a page that is not the one used last in its set.
struct tlb_entry *tlb_search(struct tlb *tlb, uint32_t linear);

// The entry of the page of `linear`, or NULL. A hit makes its way the one used last.
static inline struct tlb_entry *tlb_find(struct tlb *tlb, uint32_t linear)
{
    uint32_t page = linear >> tlb->page_shift;
    unsigned set = page & (tlb->sets - 1);
    struct tlb_entry *entry = &tlb->entry[set][lru_latest(tlb->lru[set])];
    return entry->page == page + 1 ? entry : tlb_search(tlb, linear);
}

// Puts a translation into the entry of the same page, an invalid one or the pseudo-LRU victim, and returns it.
struct tlb_entry *tlb_insert(struct tlb *tlb, uint32_t linear, uint32_t frame, bool dirty, bool uncached);

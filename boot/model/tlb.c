// SPDX-License-Identifier: GPL-2.0-or-later
#include "tlb.h"

#include <stddef.h>
#include <string.h>

void tlb_init(struct tlb *tlb, unsigned entries, unsigned page_shift)
{
    tlb->page_shift = page_shift;
    tlb->sets = entries / LRU_WAYS;
    tlb_flush(tlb);
}

void tlb_flush(struct tlb *tlb)
{
    memset(tlb->entry, 0, tlb->sets * sizeof *tlb->entry);
    memset(tlb->lru, 0, tlb->sets * sizeof *tlb->lru);
}

static unsigned tlb_set_of(const struct tlb *tlb, uint32_t linear)
{
    return (linear >> tlb->page_shift) & (tlb->sets - 1);
}

// At most one way has the page, so the sum is its number, or 0.
static unsigned tlb_way_of(const struct tlb *tlb, uint32_t linear)
{
    const struct tlb_entry *entry = tlb->entry[tlb_set_of(tlb, linear)];
    uint32_t page = (linear >> tlb->page_shift) + 1;
    unsigned way = (entry[1].page == page) + 2u * (entry[2].page == page) + 3u * (entry[3].page == page);
    return entry[way].page == page ? way : LRU_WAYS;
}

bool tlb_invalidate(struct tlb *tlb, uint32_t linear)
{
    unsigned way = tlb_way_of(tlb, linear);
    if (way == LRU_WAYS)
        return false;
    tlb->entry[tlb_set_of(tlb, linear)][way].page = 0;
    return true;
}

struct tlb_entry *tlb_search(struct tlb *tlb, uint32_t linear)
{
    unsigned way = tlb_way_of(tlb, linear);
    if (way == LRU_WAYS)
        return NULL;
    unsigned set = tlb_set_of(tlb, linear);
    tlb->lru[set] = lru_touch(tlb->lru[set], way);
    return &tlb->entry[set][way];
}

struct tlb_entry *tlb_insert(struct tlb *tlb, uint32_t linear, uint32_t frame, bool dirty, bool uncached)
{
    unsigned set = tlb_set_of(tlb, linear);
    unsigned way = tlb_way_of(tlb, linear);
    for (unsigned i = 0; way == LRU_WAYS && i < LRU_WAYS; i++)
        if (!tlb->entry[set][i].page)
            way = i;
    if (way == LRU_WAYS)
        way = lru_victim(tlb->lru[set], LRU_WAYS);
    tlb->lru[set] = lru_touch(tlb->lru[set], way);
    tlb->entry[set][way] = (struct tlb_entry){(linear >> tlb->page_shift) + 1, frame, dirty, uncached};
    return &tlb->entry[set][way];
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "walk.h"

enum {
    ENTRY_PRESENT = 1,
    ENTRY_UNCACHED = 1 << 4,
    ENTRY_LARGE = 1 << 7,
    LARGE_PAGES = 1 << 4, // CR4.PSE
    PAGE_MASK = 0xFFF,
    LARGE_MASK = 0x3FFFFF,
    // Clocks of a walk before its first read and from that to its second; the rest follows the second. The split
    // decides only whether the two reads meet on the bus (C).
    WALK_BEFORE_PDE = 1,
    WALK_BEFORE_PTE = 4,
};

static uint32_t frame_of(uint32_t entry)
{
    return entry & ~(uint32_t)PAGE_MASK;
}

static uint32_t pde_address(const struct model *model, uint32_t linear)
{
    return frame_of(model->cpu.cr3) + (linear >> 22) * 4;
}

static uint32_t pte_address(uint32_t pde, uint32_t linear)
{
    return frame_of(pde) + ((linear >> 12) & 1023) * 4;
}

static bool is_large(const struct model *model, uint32_t pde)
{
    return (model->cpu.cr4 & LARGE_PAGES) && (pde & ENTRY_LARGE);
}

static uint32_t large_frame(uint32_t pde)
{
    return pde & ~(uint32_t)LARGE_MASK;
}

struct walk {
    uint32_t entry;    // the last one: of the page table, or of the directory for a 4 MB page
    uint32_t physical; // where that lies
    bool large;
    unsigned updates;    // entries that got a bit they did not have
    uint32_t updated[2]; // where they lie
};

// Sets bits in an entry's own accessed and dirty bits.
static void update_entry(struct model *model, struct walk *walk, uint32_t physical, uint8_t bits)
{
    if (physical >= model->ram.size)
        return;
    uint8_t *entry = &model->ram.page_bits[physical / 4];
    if ((*entry & bits) != bits)
        walk->updated[walk->updates++] = physical;
    *entry |= bits;
}

// The reads of a walk. False if an entry is not present; only `entry` is then valid.
static bool walk_entries(struct model *model, uint32_t linear, bool write, struct walk *walk)
{
    uint32_t directory = pde_address(model, linear);
    model_charge(model, STALL_TLB, WALK_BEFORE_PDE);
    model->processor->walk_read(model, directory, false);
    uint32_t pde = ram_word(&model->ram, directory);
    model_charge(model, STALL_TLB, WALK_BEFORE_PTE);
    bool present = pde & ENTRY_PRESENT;
    *walk = (struct walk){.large = present && is_large(model, pde), .physical = pte_address(pde, linear)};
    if (walk->large)
        walk->physical = directory;
    else if (present)
        model->processor->walk_read(model, walk->physical, pde & ENTRY_UNCACHED);
    model_charge(model, STALL_TLB, model->rules.tlb_walk - WALK_BEFORE_PDE - WALK_BEFORE_PTE);
    walk->entry = present ? ram_word(&model->ram, walk->physical) : 0;
    if (!(walk->entry & ENTRY_PRESENT) || walk->physical >= model->ram.size)
        return false;
    if (!walk->large)
        update_entry(model, walk, directory, RAM_ACCESSED);
    update_entry(model, walk, walk->physical, write ? RAM_ACCESSED | RAM_DIRTY : RAM_ACCESSED);
    return true;
}

const struct tlb_entry *walk_page(struct model *model, struct tlb *tlb, uint32_t linear, bool write)
{
    struct walk walk;
    if (!walk_entries(model, linear, write, &walk))
        model_stop(model, "the access to %08X succeeded although its page is not mapped", linear);
    if (walk.updates)
        model->processor->walk_update(model, walk.updated, walk.updates);
    bool dirty = model->ram.page_bits[walk.physical / 4] & RAM_DIRTY;
    bool uncached = walk.entry & ENTRY_UNCACHED;
    if (!walk.large)
        return tlb_insert(tlb, linear, frame_of(walk.entry), dirty, uncached);
    if (tlb == model->tlb[DATA] && model->large_tlb)
        return tlb_insert(model->large_tlb, linear, large_frame(walk.entry), dirty, uncached);
    return tlb_insert(tlb, linear, large_frame(walk.entry) | frame_of(linear & LARGE_MASK), dirty, uncached);
}

void walk_failed(struct model *model, uint32_t linear)
{
    struct walk walk;
    walk_entries(model, linear, false, &walk);
}

bool walk_peek(const struct model *model, uint32_t linear, uint32_t *physical)
{
    uint32_t pde = ram_word(&model->ram, pde_address(model, linear));
    bool large = (pde & ENTRY_PRESENT) && is_large(model, pde);
    if (large) {
        *physical = large_frame(pde) | (linear & LARGE_MASK);
        return true;
    }
    uint32_t pte = pde & ENTRY_PRESENT ? ram_word(&model->ram, pte_address(pde, linear)) : 0;
    *physical = frame_of(pte) | (linear & PAGE_MASK);
    return pte & ENTRY_PRESENT;
}

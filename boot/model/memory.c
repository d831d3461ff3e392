// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.h"

#include "trace.h"

enum {
    ENTRY_PRESENT = 1,
    ENTRY_UNCACHED = 1 << 4,
    PAGE_MASK = 0xFFF,
    LINE_MASK = 15,
    // Clocks of a walk before its first read and from that to its second; the rest follows the second. The split
    // decides only whether the two line fills meet on the bus (C).
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

static void read_physical(struct model *model, uint32_t physical, bool uncached, enum stall cause)
{
    if (cache_lookup(&model->cache, physical)) {
        model_charge(model, cause, bus_fill_wait(&model->bus, model->now, physical));
        return;
    }
    if (uncached || ram_uncached(&model->ram, physical) || model_cache_disabled(model)) {
        model_charge(model, cause, bus_read_single(&model->bus, model->now) - model->now);
        return;
    }
    model->counters.cache_misses++;
    trace_note("miss", physical & ~(uint32_t)LINE_MASK, NULL);
    struct bus_read read = bus_read_line(&model->bus, model->now, physical);
    cache_fill(&model->cache, physical);
    model_charge(model, cause, read.first_at - model->now);
}

// Sets bits in an entry's own accessed and dirty bits; 1 if that changes it.
static unsigned update_entry(struct model *model, uint32_t physical, uint8_t bits)
{
    if (physical >= model->ram.size)
        return 0;
    uint8_t *entry = &model->ram.page_bits[physical / 4];
    unsigned changes = (*entry & bits) != bits;
    *entry |= bits;
    return changes;
}

struct walk {
    uint32_t pte;
    unsigned updates; // entries that got a bit they did not have
    bool dirty;       // the page-table entry's dirty bit afterwards
};

// The reads of a walk. False if an entry is not present; only `pte` is then valid.
static bool walk_entries(struct model *model, uint32_t linear, bool write, struct walk *walk)
{
    uint32_t directory = pde_address(model, linear);
    model_charge(model, STALL_TLB, WALK_BEFORE_PDE);
    read_physical(model, directory, false, STALL_TLB);
    uint32_t pde = ram_word(&model->ram, directory);
    model_charge(model, STALL_TLB, WALK_BEFORE_PTE);
    uint32_t table = pte_address(pde, linear);
    bool present = pde & ENTRY_PRESENT;
    if (present)
        read_physical(model, table, pde & ENTRY_UNCACHED, STALL_TLB);
    model_charge(model, STALL_TLB, model->rules.tlb_walk - WALK_BEFORE_PDE - WALK_BEFORE_PTE);
    walk->pte = present ? ram_word(&model->ram, table) : 0;
    if (!(walk->pte & ENTRY_PRESENT) || table >= model->ram.size)
        return false;
    uint8_t bits = write ? RAM_ACCESSED | RAM_DIRTY : RAM_ACCESSED;
    walk->updates = update_entry(model, directory, RAM_ACCESSED) + update_entry(model, table, bits);
    walk->dirty = model->ram.page_bits[table / 4] & RAM_DIRTY;
    return true;
}

static const struct tlb_entry *walk_page(struct model *model, uint32_t linear, bool write)
{
    struct walk walk;
    if (!walk_entries(model, linear, write, &walk))
        model_stop(model, "the access to %08X succeeded although its page is not mapped", linear);
    if (walk.updates)
        model_charge(model, STALL_TLB, walk.updates == 1 ? model->rules.tlb_one_update : model->rules.tlb_two_updates);
    return tlb_insert(&model->tlb, linear, frame_of(walk.pte), walk.dirty, walk.pte & ENTRY_UNCACHED);
}

struct memory_place memory_translate(struct model *model, uint32_t linear, enum memory_use use)
{
    if (!model_paging(model))
        return (struct memory_place){linear, false};
    bool write = use == MEMORY_WRITE;
    const struct tlb_entry *entry = tlb_find(&model->tlb, linear);
    if (!entry) {
        model->counters.tlb_misses++;
        trace_note("tlb", linear & ~(uint32_t)PAGE_MASK, use == MEMORY_CODE ? "code" : "data");
        entry = walk_page(model, linear, write);
    } else if (write && !entry->dirty) {
        trace_note("dirty", linear & ~(uint32_t)PAGE_MASK, NULL);
        entry = walk_page(model, linear, true);
    }
    return (struct memory_place){entry->frame | (linear & PAGE_MASK), entry->uncached};
}

bool memory_translate_ahead(struct model *model, uint32_t linear, struct memory_place *place)
{
    if (!model_paging(model)) {
        *place = (struct memory_place){linear, false};
        return true;
    }
    const struct tlb_entry *entry = tlb_find(&model->tlb, linear);
    if (entry)
        *place = (struct memory_place){entry->frame | (linear & PAGE_MASK), entry->uncached};
    return entry != NULL;
}

void memory_failed_walk(struct model *model, uint32_t linear)
{
    struct walk walk;
    if (!model_paging(model) || tlb_find(&model->tlb, linear))
        return;
    model->counters.tlb_misses++;
    trace_note("tlb", linear & ~(uint32_t)PAGE_MASK, "data");
    walk_entries(model, linear, false, &walk);
}

static void access_line(struct model *model, uint32_t linear, unsigned size, bool store)
{
    struct memory_place place = memory_translate(model, linear, store ? MEMORY_WRITE : MEMORY_READ);
    if (!store) {
        read_physical(model, place.physical, place.uncached, STALL_CACHE);
        return;
    }
    bool hit = cache_lookup(&model->cache, place.physical);
    model_charge(model, STALL_WRITE, bus_write(&model->bus, model->now, hit));
    ram_stored(&model->ram, place.physical, size);
}

void memory_access(struct model *model, const struct access *access)
{
    uint32_t first = access->linear;
    unsigned in_dword = first & 3;
    if (access->store)
        model->counters.writes++;
    else
        model->counters.reads++;
    if (access->size > 1 && in_dword + (access->size < 4 ? access->size : 4u) > 4)
        model_charge(model, STALL_MISALIGNED, model->rules.misaligned);
    unsigned in_line = LINE_MASK + 1 - (first & LINE_MASK);
    unsigned head = access->size < in_line ? access->size : in_line;
    access_line(model, first, head, access->store);
    if (head < access->size)
        access_line(model, first + head, access->size - head, access->store);
}

void memory_spread(struct model *model, const struct access *access, unsigned count, unsigned clocks)
{
    unsigned spent = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned offset = i * clocks / count;
        model->now += offset - spent;
        spent = offset;
        memory_access(model, &access[i]);
    }
    model->now += clocks - spent;
}

bool memory_peek_address(const struct model *model, uint32_t linear, uint32_t *physical)
{
    *physical = linear;
    if (!model_paging(model))
        return true;
    uint32_t pde = ram_word(&model->ram, pde_address(model, linear));
    uint32_t pte = pde & ENTRY_PRESENT ? ram_word(&model->ram, pte_address(pde, linear)) : 0;
    *physical = frame_of(pte) | (linear & PAGE_MASK);
    return pte & ENTRY_PRESENT;
}

uint32_t memory_peek(const struct model *model, uint32_t linear)
{
    uint32_t physical;
    return memory_peek_address(model, linear, &physical) ? ram_word(&model->ram, physical) : 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.h"

#include "trace.h"
#include "walk.h"

enum { PAGE_MASK = 0xFFF };

static uint32_t line_of(const struct model *model, uint32_t address)
{
    return address & ~(model->rules.cache_line_bytes - 1);
}

void memory_read_physical(struct model *model, uint32_t physical, bool uncached, enum stall cause)
{
    struct cache *cache = model->cache[DATA];
    if (cache_lookup(cache, physical)) {
        uint64_t wait = model->processor->early_parts ? bus_part_wait(&model->bus, model->now, physical)
                                                      : bus_fill_wait(&model->bus, model->now, physical);
        model_charge(model, cause, wait);
        return;
    }
    if (uncached || ram_uncached(&model->ram, physical) || model_cache_disabled(model)) {
        model_charge(model, cause, bus_read_single(&model->bus, model->now) - model->now);
        return;
    }
    model->counters.cache_misses++;
    trace_note("miss", line_of(model, physical), NULL);
    struct bus_read read = bus_read_line(&model->bus, model->now, physical);
    if (cache_fill(cache, physical).wrote_back)
        bus_write_line(&model->bus, model->now);
    model_charge(model, cause, read.first_at - model->now);
}

static inline struct tlb_entry *find_entry(const struct model *model, struct tlb **tlb, uint32_t linear)
{
    struct tlb_entry *entry = tlb_find(*tlb, linear);
    if (entry || *tlb != model->tlb[DATA] || !model->large_tlb)
        return entry;
    entry = tlb_find(model->large_tlb, linear);
    if (entry)
        *tlb = model->large_tlb;
    return entry;
}

static struct memory_place place_of(const struct tlb_entry *entry, const struct tlb *tlb, uint32_t linear)
{
    return (struct memory_place){entry->frame | (linear & ((1u << tlb->page_shift) - 1)), entry->uncached};
}

// The TLB has no `entry`, or a clean one for a write.
__attribute__((noinline, cold)) static struct memory_place
translate_by_walk(struct model *model, uint32_t linear, enum memory_use use, const struct tlb_entry *entry)
{
    struct tlb *own = model->tlb[use == MEMORY_CODE ? CODE : DATA];
    if (!entry) {
        model->counters.tlb_misses++;
        trace_note("tlb", linear & ~(uint32_t)PAGE_MASK, use == MEMORY_CODE ? "code" : "data");
    } else
        trace_note("dirty", linear & ~(uint32_t)PAGE_MASK, NULL);
    walk_page(model, own, linear, use == MEMORY_WRITE);
    struct tlb *tlb = own;
    entry = find_entry(model, &tlb, linear);
    return place_of(entry, tlb, linear);
}

struct memory_place memory_translate(struct model *model, uint32_t linear, enum memory_use use)
{
    if (!model_paging(model))
        return (struct memory_place){linear, false};
    struct tlb *tlb = model->tlb[use == MEMORY_CODE ? CODE : DATA];
    const struct tlb_entry *entry = find_entry(model, &tlb, linear);
    if (entry && (use != MEMORY_WRITE || entry->dirty))
        return place_of(entry, tlb, linear);
    return translate_by_walk(model, linear, use, entry);
}

bool memory_translate_ahead(struct model *model, uint32_t linear, struct memory_place *place)
{
    if (!model_paging(model)) {
        *place = (struct memory_place){linear, false};
        return true;
    }
    const struct tlb_entry *entry = tlb_find(model->tlb[CODE], linear);
    if (entry)
        *place = place_of(entry, model->tlb[CODE], linear);
    return entry != NULL;
}

void memory_flush_tlbs(struct model *model)
{
    tlb_flush(model->tlb[DATA]);
    if (model->tlb[CODE] != model->tlb[DATA])
        tlb_flush(model->tlb[CODE]);
    if (model->large_tlb)
        tlb_flush(model->large_tlb);
}

void memory_failed_walk(struct model *model, uint32_t linear)
{
    struct tlb *tlb = model->tlb[DATA];
    if (!model_paging(model) || find_entry(model, &tlb, linear))
        return;
    model->counters.tlb_misses++;
    trace_note("tlb", linear & ~(uint32_t)PAGE_MASK, "data");
    walk_failed(model, linear);
}

// A write that hits stays in a write-back cache, once the line is complete and every buffered write has gone out.
static void write_physical(struct model *model, uint32_t physical)
{
    int found = cache_find(model->cache[DATA], physical);
    if (found == CACHE_ABSENT || !model->processor->write_back) {
        model_charge(model, STALL_WRITE, bus_write(&model->bus, model->now, found != CACHE_ABSENT));
        return;
    }
    model_charge(model, STALL_WRITE, bus_drain(&model->bus, model->now) - model->now);
    model_charge(model, STALL_WRITE, bus_fill_wait(&model->bus, model->now, physical));
    cache_dirty(model->cache[DATA], found);
}

static inline void access_line(struct model *model, uint32_t linear, unsigned size, bool store)
{
    struct memory_place place = memory_translate(model, linear, store ? MEMORY_WRITE : MEMORY_READ);
    if (!store) {
        memory_read_physical(model, place.physical, place.uncached, STALL_CACHE);
        return;
    }
    write_physical(model, place.physical);
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
    unsigned in_line = line_of(model, first) + model->rules.cache_line_bytes - first;
    unsigned head = access->size < in_line ? access->size : in_line;
    access_line(model, first, head, access->store);
    if (head < access->size)
        access_line(model, first + head, access->size - head, access->store);
}

void memory_spread(struct model *model, const struct access *access, unsigned count, unsigned clocks)
{
    unsigned spent = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned offset = i ? i * clocks / count : 0;
        model->now += offset - spent;
        spent = offset;
        memory_access(model, &access[i]);
    }
    model->now += clocks - spent;
}

bool memory_peek_address(const struct model *model, uint32_t linear, uint32_t *physical)
{
    *physical = linear;
    return !model_paging(model) || walk_peek(model, linear, physical);
}

bool memory_peek_value(const struct model *model, uint32_t linear, unsigned size, uint32_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < size; i++) {
        uint32_t physical;
        if (!memory_peek_address(model, linear + i, &physical) || ram_uncached(&model->ram, physical))
            return false;
        *value |= (uint32_t)model->ram.bytes[physical] << i * 8;
    }
    return true;
}

uint32_t memory_peek(const struct model *model, uint32_t linear)
{
    uint32_t physical;
    return memory_peek_address(model, linear, &physical) ? ram_word(&model->ram, physical) : 0;
}

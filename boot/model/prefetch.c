// SPDX-License-Identifier: GPL-2.0-or-later
#include "prefetch.h"

#include "memory.h"
#include "model.h"
#include "trace.h"

#include <string.h>

enum { PARTS = 4 };

static uint32_t line_of(const struct model *model, uint32_t linear)
{
    return linear & ~(model->rules.cache_line_bytes - 1);
}

static inline struct code_line *slot_of(struct model *model, uint32_t line)
{
    return &model->prefetch.line[(line >> model->cache[CODE]->line_shift) & 1];
}

static bool holds(const struct code_line *slot, uint32_t line)
{
    return slot->valid && slot->linear == line;
}

static unsigned part_of(const struct model *model, uint32_t linear)
{
    return (linear / model->processor->bus_bytes) & (PARTS - 1);
}

// One cache access for the line of `linear`, translated already; true if the cache had it.
static bool fill_slot(struct model *model, struct code_line *slot, uint32_t linear, uint32_t physical, bool uncached)
{
    struct cache *cache = model->cache[CODE];
    model->prefetch.ahead = model->prefetch.ready = 0;
    int place = cache_find(cache, physical);
    *slot = (struct code_line){
        .valid = true,
        .linear = line_of(model, linear),
        .physical = line_of(model, physical),
        .first_at = model->now,
        .first = part_of(model, linear),
        .place = place,
    };
    if (place != CACHE_ABSENT) {
        slot->first_at += bus_fill_wait(&model->bus, model->now, physical);
        slot->complete_at = slot->first_at;
        return true;
    }
    struct bus_read read = bus_read_line(&model->bus, model->now, physical);
    slot->first_at = read.first_at;
    slot->burst = read.burst;
    slot->complete_at = read.first_at + (PARTS - 1) * (uint64_t)read.burst;
    model->counters.cache_misses++;
    trace_note("miss", slot->physical, NULL);
    if (!uncached && !model_cache_disabled(model)) {
        slot->place = cache_fill(cache, physical).place;
        model->processor->code_filled(model, slot->place);
    }
    return false;
}

static void wait_for_part(struct model *model, const struct code_line *slot, uint32_t linear)
{
    uint64_t there = slot->first_at + slot->burst * (uint64_t)((part_of(model, linear) - slot->first) & (PARTS - 1));
    if (there > model->now)
        model_charge(model, STALL_PREFETCH, there - model->now);
}

static void wait_for_bytes(struct model *model, const struct code_line *slot, uint32_t begin, uint32_t end)
{
    unsigned bytes = model->processor->bus_bytes;
    if (slot->complete_at <= model->now) {
        model->prefetch.ready = slot->linear + 1;
        return;
    }
    for (uint32_t at = begin & ~(bytes - 1); at < end; at += bytes)
        wait_for_part(model, slot, at);
}

// Brings the bytes from `begin` to `end`, all in one line. `empty_clocks` is what a line found in the cache only now
// costs.
static void require_line(struct model *model, uint32_t begin, uint32_t end, unsigned empty_clocks)
{
    struct code_line *slot = slot_of(model, begin);
    if (!holds(slot, line_of(model, begin))) {
        struct memory_place place = memory_translate(model, begin, MEMORY_CODE);
        if (fill_slot(model, slot, begin, place.physical, place.uncached))
            model_charge(model, STALL_PREFETCH, empty_clocks);
    }
    wait_for_bytes(model, slot, begin, end);
}

void prefetch_require(struct model *model, const struct insn *insn)
{
    struct prefetch *prefetch = &model->prefetch;
    uint32_t end = insn->linear + insn->length;
    uint32_t line = line_of(model, insn->linear);
    uint32_t next = line + model->rules.cache_line_bytes;
    bool redirected = prefetch->redirected;
    bool crosses = insn->length > next - insn->linear;
    if (line + 1 == prefetch->ready && !crosses)
        return;
    prefetch->redirected = false;
    require_line(model, insn->linear, crosses ? next : end, redirected ? 0 : model->rules.queue_empty);
    if (crosses)
        require_line(model, next, end, redirected ? model->rules.target_crosses_line : model->rules.queue_empty);
}

void prefetch_ahead(struct model *model, const struct insn *insn, bool port_was_free)
{
    if (!port_was_free)
        return;
    uint32_t current = line_of(model, insn->linear + insn->length - 1);
    if (current + 1 == model->prefetch.ahead)
        return;
    uint32_t next = current + model->rules.cache_line_bytes;
    struct code_line *slot = slot_of(model, next);
    if (!holds(slot_of(model, current), current))
        return;
    if (holds(slot, next)) {
        model->prefetch.ahead = current + 1;
        return;
    }
    struct memory_place place;
    if (memory_translate_ahead(model, next, &place) && model->bus.free_at <= model->now)
        fill_slot(model, slot, next, place.physical, place.uncached);
}

int prefetch_place(const struct model *model, uint32_t linear)
{
    return model->prefetch.line[(linear >> model->cache[CODE]->line_shift) & 1].place;
}

void prefetch_redirect(struct model *model)
{
    model->prefetch.line[0].valid = model->prefetch.line[1].valid = false;
    model->prefetch.ahead = model->prefetch.ready = 0;
    model->prefetch.redirected = true;
}

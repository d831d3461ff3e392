// SPDX-License-Identifier: GPL-2.0-or-later
#include "prefetch.h"

#include "memory.h"
#include "model.h"
#include "trace.h"

#include <string.h>

enum { LINE_BYTES = 16, LINE_MASK = ~15 };

static struct code_line *slot_of(struct prefetch *prefetch, uint32_t line)
{
    return &prefetch->line[(line / LINE_BYTES) & 1];
}

static bool holds(const struct code_line *slot, uint32_t line)
{
    return slot->valid && slot->linear == line;
}

static unsigned dword_of(uint32_t linear)
{
    return (linear / 4) & 3;
}

// One cache access for the line of `linear`, translated already; true if the cache had it.
static bool fill_slot(struct model *model, struct code_line *slot, uint32_t linear, uint32_t physical, bool uncached)
{
    *slot = (struct code_line){true, linear & LINE_MASK, physical & LINE_MASK, model->now, dword_of(linear), 0};
    if (cache_lookup(&model->cache, physical)) {
        slot->first_at += bus_fill_wait(&model->bus, model->now, physical);
        return true;
    }
    struct bus_read read = bus_read_line(&model->bus, model->now, physical);
    slot->first_at = read.first_at;
    slot->burst = read.burst;
    model->counters.cache_misses++;
    trace_note("miss", physical & (uint32_t)LINE_MASK, NULL);
    if (!uncached && !model_cache_disabled(model))
        cache_fill(&model->cache, physical);
    return false;
}

static void wait_for_dword(struct model *model, const struct code_line *slot, uint32_t linear)
{
    uint64_t there = slot->first_at + slot->burst * (uint64_t)((dword_of(linear) - slot->first) & 3);
    if (there > model->now)
        model_charge(model, STALL_PREFETCH, there - model->now);
}

static void wait_for_bytes(struct model *model, const struct code_line *slot, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin & ~3u; at < end; at += 4)
        wait_for_dword(model, slot, at);
}

// Brings the bytes from `begin` to `end`, all in one line. `empty_clocks` is what a line found in the cache only now
// costs.
static void require_line(struct model *model, uint32_t begin, uint32_t end, unsigned empty_clocks)
{
    struct code_line *slot = slot_of(&model->prefetch, begin & LINE_MASK);
    if (!holds(slot, begin & LINE_MASK)) {
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
    uint32_t next = (insn->linear & LINE_MASK) + LINE_BYTES;
    bool redirected = prefetch->redirected;
    bool crosses = insn->length > next - insn->linear;
    prefetch->redirected = false;
    require_line(model, insn->linear, crosses ? next : end, redirected ? 0 : model->rules.queue_empty);
    if (crosses)
        require_line(model, next, end, redirected ? model->rules.target_crosses_line : model->rules.queue_empty);
}

void prefetch_ahead(struct model *model, const struct insn *insn, bool port_was_free)
{
    if (!port_was_free)
        return;
    uint32_t current = (insn->linear + insn->length - 1) & LINE_MASK;
    uint32_t next = current + LINE_BYTES;
    struct code_line *slot = slot_of(&model->prefetch, next);
    if (holds(slot, next) || !holds(slot_of(&model->prefetch, current), current))
        return;
    struct memory_place place;
    if (memory_translate_ahead(model, next, &place) && model->bus.free_at <= model->now)
        fill_slot(model, slot, next, place.physical, place.uncached);
}

void prefetch_redirect(struct model *model)
{
    model->prefetch.line[0].valid = model->prefetch.line[1].valid = false;
    model->prefetch.redirected = true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// What is the i486 made of? One pipeline, and one cache and one TLB for code and data.
#include "memory.h"
#include "model.h"
#include "pipeline.h"
#include "prefetch.h"

enum {
    BUS_BYTES = 4,
    CAUSES = 1 << STALL_AGI | 1 << STALL_PREFIX | 1 << STALL_INDEX | 1 << STALL_DISP_IMM | 1 << STALL_MISALIGNED |
             1 << STALL_CACHE | 1 << STALL_TLB | 1 << STALL_WRITE | 1 << STALL_PREFETCH | 1 << STALL_OTHER,
};

static void open_structures(struct model *model)
{
    const struct rules *rules = &model->rules;
    cache_init(&model->caches[DATA], rules->cache_bytes, rules->cache_ways, rules->cache_line_bytes);
    tlb_init(&model->tlbs[DATA], rules->tlb_entries, TLB_PAGE_SHIFT);
    model->cache[DATA] = model->cache[CODE] = &model->caches[DATA];
    model->tlb[DATA] = model->tlb[CODE] = &model->tlbs[DATA];
}

static void charge_stalls(struct model *model, const struct insn *insn)
{
    struct pipeline_stalls stalls = pipeline_stalls(&model->pipeline, &model->rules, insn);
    model_charge(model, STALL_AGI, stalls.agi);
    model_charge(model, STALL_PREFIX, stalls.prefix);
    model_charge(model, STALL_INDEX, stalls.index);
    model_charge(model, STALL_DISP_IMM, stalls.disp_imm);
    model_charge(model, STALL_OTHER, stalls.partial_register + stalls.byte_write);
}

static void begin(struct model *model, const struct insn *insn)
{
    prefetch_require(model, insn);
    if (!pipeline_flows(&model->pipeline, insn))
        charge_stalls(model, insn);
    if (insn->flags & (INSN_LOCKED | INSN_PORT))
        model_charge(model, STALL_WRITE, bus_drain(&model->bus, model->now) - model->now);
}

// The queue fills in a clock in which data leaves the cache alone; stalls and walks count as such clocks.
static void finish(struct model *model, const struct insn *insn, unsigned clocks, bool taken, uint64_t since)
{
    memory_spread(model, model->access, model->accesses, clocks);
    pipeline_after(&model->pipeline, insn, clocks, (unsigned)(model->now - since), taken);
    if (taken)
        prefetch_redirect(model);
    else
        prefetch_ahead(model, insn, model->now - since > model->accesses);
}

static void plain(struct model *model, const struct insn *insn, bool taken)
{
    uint64_t since = model->now;
    begin(model, insn);
    finish(model, insn, insn->own[taken], taken, since);
}

static void repeated(struct model *model, const struct insn *insn)
{
    pipeline_clear(&model->pipeline);
    prefetch_ahead(model, insn, true);
}

static void redirected(struct model *model)
{
    pipeline_clear(&model->pipeline);
    prefetch_redirect(model);
}

static void code_filled(struct model *model, int place)
{
    (void)model;
    (void)place;
}

static void walk_read(struct model *model, uint32_t physical, bool uncached)
{
    memory_read_physical(model, physical, uncached, STALL_TLB);
}

static void walk_update(struct model *model, const uint32_t *physical, unsigned count)
{
    (void)physical;
    model_charge(model, STALL_TLB, count == 1 ? model->rules.tlb_one_update : model->rules.tlb_two_updates);
}

static void switched(struct model *model)
{
    (void)model;
}

const struct processor processor_i486 = {
    .name = "i486",
    .rules = RULES_I486,
    .causes = CAUSES,
    .bus_bytes = BUS_BYTES,
    .open = open_structures,
    .begin = begin,
    .finish = finish,
    .plain = plain,
    .repeated = repeated,
    .redirected = redirected,
    .code_filled = code_filled,
    .walk_read = walk_read,
    .walk_update = walk_update,
    .switched = switched,
};

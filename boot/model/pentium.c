// SPDX-License-Identifier: GPL-2.0-or-later
// What is the Pentium (P5, P54C) made of? Two pipes, a branch target buffer, and caches and TLBs apart for code and
// data.
#include "pentium.h"

#include "memory.h"
#include "model.h"
#include "prefetch.h"
#include "trace.h"

enum {
    BUS_BYTES = 8,
    CAUSES = 1 << STALL_AGI | 1 << STALL_PREFIX | 1 << STALL_PAIRING | 1 << STALL_BANK | 1 << STALL_BRANCH |
             1 << STALL_MISALIGNED | 1 << STALL_CACHE | 1 << STALL_TLB | 1 << STALL_WRITE | 1 << STALL_PREFETCH |
             1 << STALL_OTHER,
    LARGE_TLB = SIDES,
};

static void open_structures(struct model *model)
{
    const struct rules *rules = &model->rules;
    for (unsigned side = 0; side < SIDES; side++) {
        cache_init(&model->caches[side], rules->cache_bytes, rules->cache_ways, rules->cache_line_bytes);
        model->cache[side] = &model->caches[side];
        model->tlb[side] = &model->tlbs[side];
    }
    tlb_init(model->tlb[DATA], rules->tlb_entries, TLB_PAGE_SHIFT);
    tlb_init(model->tlb[CODE], rules->tlb_code_entries, TLB_PAGE_SHIFT);
    model->large_tlb = &model->tlbs[LARGE_TLB];
    tlb_init(model->large_tlb, rules->tlb_large_entries, TLB_LARGE_SHIFT);
    btb_init(&model->pentium.btb, rules->btb_entries);
}

static void mispredict(struct model *model, unsigned clocks)
{
    struct pentium *pentium = &model->pentium;
    model->counters.mispredicts++;
    model_charge(model, STALL_BRANCH, clocks);
    pentium->pairing.hides[0] = pentium->pairing.hides[1] = 0;
    pentium->mispredicted = true;
}

static enum pairing_bar bar_of(const struct model *model, const struct insn *insn, bool fetched)
{
    const struct pairing *pairing = &model->pentium.pairing;
    if (!pairing->first)
        return PAIRING_CLASS;
    enum pairing_bar bar = pairing_bar(pairing->first, insn);
    if (bar != PAIRING_JOINS)
        return bar;
    if (!pairing->first_known)
        return PAIRING_FIRST;
    return fetched ? PAIRING_JOINS : PAIRING_FETCH;
}

// The last pair is complete: a prediction that it did not deserve was wrong, unless it came too late to be used.
static void close_pair(struct model *model)
{
    struct pentium *pentium = &model->pentium;
    bool used = !pentium->after_mispredict && !pentium->pairing.transfers;
    pentium->after_mispredict = pentium->mispredicted;
    pentium->mispredicted = false;
    if (used && btb_false_hit(&pentium->btb, pentium->pairing.earlier))
        mispredict(model, model->rules.mispredict);
}

static void begin(struct model *model, const struct insn *insn)
{
    struct pentium *pentium = &model->pentium;
    struct pairing *pairing = &pentium->pairing;
    uint64_t since = model->now;
    prefetch_require(model, insn);
    pentium->bar = bar_of(model, insn, model->now == since);
    bool joins = pentium->bar == PAIRING_JOINS;
    if (!joins) {
        close_pair(model);
        unsigned prefixes = pairing_hide(pairing, pairing_prefixes(insn) * model->rules.prefix);
        model_charge(model, STALL_PREFIX, prefixes);
    }
    pentium->issued = model->now;
    model_charge(model, STALL_AGI, pairing_agi(&model->rules, joins ? pairing->before : pairing->writes, insn));
    if (insn->flags & (INSN_LOCKED | INSN_PORT | INSN_SERIALISING))
        model_charge(model, STALL_WRITE, bus_drain(&model->bus, model->now) - model->now);
    if (insn->flags & INSN_LOCKED)
        model_charge(model, STALL_WRITE, model->board.read_first + model->board.write);
}

// Clocks that the instruction would not have taken as the second of the last pair.
static unsigned lost_clocks(const struct pairing *pairing, enum pairing_bar bar, unsigned clocks)
{
    if (bar == PAIRING_JOINS || bar == PAIRING_CLASS)
        return 0;
    return clocks - (pairing_clocks(pairing->first_clocks, clocks) - pairing->first_clocks);
}

static int bank_of(const struct model *model)
{
    if (!model->accesses)
        return PAIRING_NO_BANK;
    return (int)(model->access[0].linear / model->rules.bank_bytes & (model->rules.banks - 1));
}

// True if the code cache knew where the instruction ends; then it does in any case.
static bool mark_end(struct model *model, const struct insn *insn)
{
    uint32_t end = insn->linear + insn->length - 1;
    int place = prefetch_place(model, end);
    if (place == CACHE_ABSENT)
        return insn->length == 1;
    uint32_t *ends = &model->pentium.ends[place];
    uint32_t bit = 1u << (end & (model->rules.cache_line_bytes - 1));
    bool known = insn->length == 1 || (*ends & bit);
    *ends |= bit;
    return known;
}

static void note_bar(enum pairing_bar bar)
{
    static const char *const words[] = {
        [PAIRING_REGISTER] = "unpaired=register", [PAIRING_DISP_IMM] = "unpaired=disp_imm",
        [PAIRING_PREFIX] = "unpaired=prefix",     [PAIRING_FIRST] = "unpaired=first",
        [PAIRING_FETCH] = "unpaired=fetch",
    };
    if (bar == PAIRING_JOINS)
        trace_word("pipe=v");
    else if (bar != PAIRING_CLASS)
        trace_word(words[bar]);
}

// A prediction that came too late does not make the next one late, or a loop of one pair would never be predicted (C).
static void predict(struct model *model, const struct insn *insn, bool taken)
{
    struct pentium *pentium = &model->pentium;
    bool blind = pentium->after_mispredict;
    bool direct = insn->flags & INSN_BRANCH;
    if (!direct && (!(insn->flags & INSN_INDIRECT) || (insn->flags & INSN_FAR)))
        return;
    pentium->pairing.transfers = true;
    uint32_t target = direct ? insn->target : model->next;
    if (btb_transfer(&pentium->btb, pentium->pairing.earlier, taken, target, blind))
        return;
    bool late = (insn->flags & INSN_CONDITIONAL) && pentium->bar == PAIRING_JOINS;
    mispredict(model, late ? model->rules.mispredict_jcc_v : model->rules.mispredict);
    pentium->mispredicted = !blind;
}

static void issue(struct model *model, const struct insn *insn, unsigned clocks)
{
    struct pairing *pairing = &model->pentium.pairing;
    bool second = model->pentium.bar == PAIRING_JOINS;
    pairing_issue(pairing, insn, second, (unsigned)(model->now - model->pentium.issued));
    model->counters.pairs += second;
    if (second)
        return;
    pairing->first_clocks = clocks;
    pairing->first_bank = bank_of(model);
    pairing->first_known = mark_end(model, insn);
}

static void finish(struct model *model, const struct insn *insn, unsigned clocks, bool taken, uint64_t since)
{
    struct pairing *pairing = &model->pentium.pairing;
    enum pairing_bar bar = model->pentium.bar;
    bool joins = bar == PAIRING_JOINS;
    (void)since;
    model->counters.stalls[STALL_PAIRING] += lost_clocks(pairing, bar, clocks);
    memory_spread(model, model->access, model->accesses,
                  joins ? pairing_clocks(pairing->first_clocks, clocks) - pairing->first_clocks : clocks);
    if (joins && pairing->first_bank != PAIRING_NO_BANK && pairing->first_bank == bank_of(model))
        model_charge(model, STALL_BANK, model->rules.bank_conflict);
    note_bar(bar);
    if (joins)
        mark_end(model, insn);
    issue(model, insn, clocks);
    predict(model, insn, taken);
    if (taken)
        pairing->first = NULL;
    if (taken || (insn->flags & INSN_SERIALISING))
        prefetch_redirect(model);
    else
        prefetch_ahead(model, insn, true);
}

static void plain(struct model *model, const struct insn *insn, bool taken)
{
    uint64_t since = model->now;
    begin(model, insn);
    finish(model, insn, insn->own[taken], taken, since);
}

static void repeated(struct model *model, const struct insn *insn)
{
    issue(model, insn, 0);
    prefetch_ahead(model, insn, true);
}

static void redirected(struct model *model)
{
    pairing_clear(&model->pentium.pairing);
    prefetch_redirect(model);
}

static void code_filled(struct model *model, int place)
{
    model->pentium.ends[place] = 0;
}

// Walks bypass the data cache; a line that memory does not have yet is written first.
static void walk_read(struct model *model, uint32_t physical, bool uncached)
{
    (void)uncached;
    if (cache_clean(model->cache[DATA], physical))
        bus_write_line(&model->bus, model->now);
    model_charge(model, STALL_TLB, bus_read_entry(&model->bus, model->now, physical) - model->now);
}

// Each is a locked read and write on the bus, which leaves the line invalid.
static void walk_update(struct model *model, const uint32_t *physical, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (cache_drop(model->cache[DATA], physical[i]))
            bus_write_line(&model->bus, model->now);
        model_charge(model, STALL_TLB, bus_modify_entry(&model->bus, model->now, physical[i]) - model->now);
    }
}

static void switched(struct model *model)
{
    btb_flush(&model->pentium.btb);
}

const struct processor processor_pentium = {
    .name = "pentium",
    .rules = RULES_PENTIUM,
    .paired = true,
    .causes = CAUSES,
    .bus_bytes = BUS_BYTES,
    .write_back = true,
    .early_parts = true,
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "execute.h"

#include "entry.h"
#include "gate.h"
#include "memory.h"
#include "trace.h"

#include <stdio.h>

enum {
    FIRST_INTERRUPT = 32,
    PAGE_FAULT = 14,
    PAGING = 1u << 31,
    IOPL_SHIFT = 12,
    SELECTOR_LEVEL = 3,
    FRAME_CS = 1,
    FRAME_FLAGS = 2,
    ENTRY_TEXT = 32,
};

static unsigned step_clocks(const struct clocks_entry *clocks)
{
    return clocks->kind == CLOCKS_REP_IO ? clocks->value[2] : clocks->value[3];
}

static void begin_repeated(struct model *model)
{
    if (!model->begun)
        model->processor->begin(model, model->current);
    model->begun = true;
}

// Where a repeated string instruction begins to read and to write.
static void note_operands(const struct model *model)
{
    for (unsigned i = 0; i < model->accesses && !model->steps; i++)
        trace_note(model->access[i].store ? "to" : "from", model->access[i].linear, NULL);
}

// A step that made only some of its accesses has faulted: what it read is charged, but it is no step.
static void take_step(struct model *model)
{
    const struct insn *insn = model->current;
    if (!model->accesses)
        return;
    bool complete = model->accesses >= insn->step_access;
    if (model->timed) {
        begin_repeated(model);
        note_operands(model);
        memory_spread(model, model->access, model->accesses, complete ? step_clocks(insn->clocks) : 0);
    }
    model->steps += complete;
    model->accesses = 0;
}

// An attempt that faulted in its first step costs what it read, like any other attempt.
static void charge_repeated(struct model *model, bool attempt)
{
    const struct insn *insn = model->current;
    take_step(model);
    if (!model->timed)
        return;
    begin_repeated(model);
    if (attempt && !model->steps)
        return;
    unsigned total = clocks_repeated(insn->clocks, model->steps, model->privilege > model->io_privilege);
    model->now += total - model->steps * step_clocks(insn->clocks);
}

// Clocks that a value decides. Memory still has what the instruction read, or has what it wrote.
static unsigned clocks_by_value(struct model *model, const struct insn *insn)
{
    const struct insn_value *decides = &insn->decides;
    const struct access *first = &model->access[0];
    if (decides->place == VALUE_MEMORY && model->accesses && first->size == decides->bytes)
        model->value_known = memory_peek_value(model, first->linear, first->size, &model->value);
    if (!model->value_known)
        return clocks_fixed(insn->clocks, false);
    return clocks_for(insn->clocks, insn_value_of(decides, model->value));
}

// Clocks that the flow or a value decides; those of an entry are charged with it.
static unsigned own_clocks(struct model *model, const struct insn *insn, bool taken)
{
    const struct clocks_entry *clocks = insn->clocks;
    if (insn->flags & INSN_GATE)
        return gate_clocks(model, insn);
    switch (clocks->kind) {
    case CLOCKS_TAKEN:
        return clocks_fixed(clocks, !taken);
    case CLOCKS_IO:
        return clocks_fixed(clocks, model->privilege > model->io_privilege);
    case CLOCKS_LEVEL:
        return clocks_fixed(clocks, model->privilege > 0);
    case CLOCKS_ENTER:
        return clocks_enter(clocks, insn->level);
    case CLOCKS_MULTIPLIER:
    case CLOCKS_SCAN_FORWARD:
    case CLOCKS_SCAN_REVERSE:
    case CLOCKS_CONDITION:
        return clocks_by_value(model, insn);
    case CLOCKS_IRET:
    case CLOCKS_RETF:
        return clocks_fixed(clocks, model->accesses > FRAME_CS && (memory_peek(model, model->access[FRAME_CS].linear) &
                                                                   SELECTOR_LEVEL) > model->privilege);
    default:
        return clocks_fixed(clocks, false);
    }
}

static void charge_accessed_bits(struct model *model)
{
    unsigned stores = 0;
    for (unsigned i = 0; i < model->accesses; i++)
        stores += model->access[i].store;
    model_charge(model, STALL_OTHER, stores * model->rules.descriptor_accessed);
}

static void charge_whole(struct model *model, const struct insn *insn, bool taken)
{
    uint64_t since = model->now;
    model->processor->begin(model, insn);
    if (insn->flags & INSN_SEGMENT_LOAD)
        charge_accessed_bits(model);
    if (insn->flags & INSN_GATE)
        gate_charge_accessed(model, insn);
    for (unsigned i = 0; i < model->accesses && (insn->flags & INSN_UNALIGNED_IMAGE); i++)
        model->access[i].linear &= ~3u;
    model->processor->finish(model, insn, own_clocks(model, insn, taken), taken, since);
}

static void invalidate_page(struct model *model, const struct insn *insn)
{
    const struct operand_address *address = &insn->address;
    cpu_state_read(&model->cpu);
    uint32_t linear = model->cpu.segment_base[address->segment] + (uint32_t)address->displacement;
    if (address->base < 8)
        linear += model->cpu.general[address->base];
    if (address->index < 8)
        linear += model->cpu.general[address->index] * address->scale;
    bool held = tlb_invalidate(model->tlb[DATA], linear);
    held |= tlb_invalidate(model->tlb[CODE], linear);
    if (model->large_tlb)
        held |= tlb_invalidate(model->large_tlb, linear);
    if (!held)
        model->now -= insn->clocks->value[0] - insn->clocks->value[1];
}

// Lines that memory does not have yet are lost by INVD and written by WBINVD.
static void flush_caches(struct model *model, const struct insn *insn)
{
    unsigned lines = insn->flags & INSN_WRITE_BACK ? cache_dirty_lines(model->cache[DATA]) : 0;
    for (unsigned i = 0; i < lines; i++)
        bus_write_line(&model->bus, model->now);
    if (lines)
        model_charge(model, STALL_WRITE, model->bus.free_at - model->now);
    cache_flush(model->cache[DATA]);
    if (model->cache[CODE] != model->cache[DATA])
        cache_flush(model->cache[CODE]);
}

static void follow_state(struct model *model)
{
    uint32_t before = model->cpu.cr0;
    if (!cpu_state_read(&model->cpu))
        model_stop(model, "QEMU's register dump cannot be read");
    if (model->timed && ((before ^ model->cpu.cr0) & PAGING))
        memory_flush_tlbs(model);
}

// What the instruction left in the stack words that it read: the new privilege level, and the flags' I/O level.
static void follow_return(struct model *model, const struct insn *insn)
{
    if (model->accesses <= FRAME_CS)
        return;
    unsigned before = model->privilege;
    model->privilege = memory_peek(model, model->access[FRAME_CS].linear) & SELECTOR_LEVEL;
    if ((insn->flags & INSN_IRET) && before == 0 && model->accesses > FRAME_FLAGS)
        model->io_privilege = (memory_peek(model, model->access[FRAME_FLAGS].linear) >> IOPL_SHIFT) & 3;
}

static void apply_effects(struct model *model, const struct insn *insn)
{
    if (insn->flags & INSN_CR3_WRITE) {
        model->counters.cr3_loads++;
        cpu_state_cr3(&model->cpu);
        if (model->timed) {
            memory_flush_tlbs(model);
            model->processor->switched(model);
        }
        trace_word("cr3");
    }
    if (insn->flags & INSN_STATE_WRITE)
        follow_state(model);
    if (insn->flags & INSN_HALT)
        model->counters.halts++;
    if (!model->timed)
        return;
    if (insn->flags & INSN_INVLPG)
        invalidate_page(model, insn);
    if (insn->flags & INSN_CACHE_FLUSH)
        flush_caches(model, insn);
    if (insn->flags & (INSN_IRET | INSN_RETF))
        follow_return(model, insn);
    if (insn->flags & INSN_GATE)
        model->privilege = gate_level(model, insn);
    if ((insn->flags & INSN_FLAGS_WRITE) && model->privilege == 0 && model->accesses)
        model->io_privilege = (memory_peek(model, model->access[0].linear) >> IOPL_SHIFT) & 3;
}

static void count_retired(struct model *model, const struct flow *flow)
{
    bool interrupted = flow->kind == FLOW_ENTRY && flow->not_retired;
    if (flow->kind == FLOW_REPLAY || (interrupted && flow->vector < FIRST_INTERRUPT))
        model->counters.restarts++;
    if (flow->kind == FLOW_REPLAY || interrupted) {
        model->counters.iterations += model->steps;
        return;
    }
    model->counters.instructions++;
    if (model->steps > 1)
        model->counters.iterations += model->steps - 1;
}

static void attribute(struct model *model, uint64_t since, unsigned privilege)
{
    if (privilege == 0 || model->privilege == 0)
        model->counters.kernel_cycles += model->now - since;
    else
        model->counters.user_cycles += model->now - since;
}

void execute_step(struct model *model)
{
    uint64_t since = model->now;
    take_step(model);
    attribute(model, since, model->privilege);
}

// INTO has a row of another kind: what it adds to an entry.
static const struct clocks_entry *software_clocks(const struct model *model, const struct insn *insn)
{
    return insn->clocks->kind == CLOCKS_INTERRUPT ? insn->clocks : model->entry_clocks;
}

static void charge_insn(struct model *model, const struct insn *insn, const struct flow *flow, bool attempt)
{
    if (insn->flags & INSN_REP) {
        charge_repeated(model, attempt);
        model->processor->repeated(model, insn);
    } else if (attempt) {
        model->processor->begin(model, insn);
        memory_spread(model, model->access, model->accesses, 0);
    } else if (flow->kind == FLOW_SOFTWARE) {
        model->processor->begin(model, insn);
        if (model->privilege == 0 && !cpu_state_read(&model->cpu))
            model_stop(model, "QEMU's register dump cannot be read");
        entry_deliver(model, flow->vector, ENTRY_SOFTWARE, software_clocks(model, insn));
        if (insn->clocks->kind == CLOCKS_TAKEN)
            model->now += insn->clocks->value[0];
    } else {
        bool left =
            flow->kind == FLOW_ENTRY && flow->taken && (insn->flags & (INSN_BRANCH | INSN_INDIRECT | INSN_IRET));
        charge_whole(model, insn, flow->kind == FLOW_TAKEN || left);
    }
}

void execute_insn(struct model *model, const struct flow *flow)
{
    const struct insn *insn = model->current;
    uint64_t since = model->now;
    unsigned privilege = model->privilege;
    if ((insn->flags & INSN_REP) && model->steps && !model->accesses)
        model->counters.empty_passes++;
    bool attempt = flow->kind == FLOW_REPLAY || (flow->kind == FLOW_ENTRY && flow->not_retired);
    if (model->timed)
        charge_insn(model, insn, flow, attempt);
    else if (insn->flags & INSN_REP)
        take_step(model);
    if (!model->timed && flow->kind == FLOW_SOFTWARE)
        model->counters.interrupts[flow->vector]++;
    count_retired(model, flow);
    if (!attempt)
        apply_effects(model, insn);
    attribute(model, since, privilege);
    model->value_known |= attempt; // it has no clocks of its own, so none are assumed
    trace_row(model, insn, privilege, NULL);
    model->accesses = model->steps = 0;
    model->begun = model->value_known = false;
}

void execute_plain(struct model *model, bool taken)
{
    const struct insn *insn = model->current;
    uint64_t since = model->now;
    model->processor->plain(model, insn, taken);
    model->counters.instructions++;
    attribute(model, since, model->privilege);
    trace_row(model, insn, model->privilege, NULL);
    model->accesses = 0;
}

void execute_entry(struct model *model, const struct flow *flow, const struct insn *handler)
{
    bool hardware = flow->vector >= FIRST_INTERRUPT;
    uint64_t since = model->now;
    unsigned privilege = model->privilege;
    char text[ENTRY_TEXT];
    snprintf(text, sizeof text, "%s=%u", hardware ? "interrupt" : "exception", flow->vector);
    trace_word(text);
    if (!model->timed) {
        model->counters.interrupts[flow->vector]++;
        return;
    }
    if (flow->vector == PAGE_FAULT)
        memory_failed_walk(model, model->cpu.cr2);
    entry_deliver(model, flow->vector, hardware ? ENTRY_HARDWARE : ENTRY_EXCEPTION, model->entry_clocks);
    attribute(model, since, privilege);
    snprintf(text, sizeof text, "<%s %u>", hardware ? "interrupt" : "exception", flow->vector);
    trace_row(model, handler, privilege, text);
}

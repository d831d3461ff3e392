// SPDX-License-Identifier: GPL-2.0-or-later
#include "attach.h"

#include "memory.h"
#include "run.h"
#include "trace.h"

#include <stdio.h>
#include <unistd.h>

enum { IOPL_SHIFT = 12, LONG_ENTRIES = 1 << 5 }; // CR4.PAE

static const uint32_t paging_bits = 1u << 31 | 1u << 16; // of CR0: PG and WP

// Takes the processor's state as QEMU has it, and forgets what no longer fits to it.
static void resynchronise(struct model *model)
{
    struct cpu_state before = model->cpu;
    if (!cpu_state_read(&model->cpu))
        model_stop(model, "QEMU's register dump cannot be read");
    const struct cpu_state *now = &model->cpu;
    bool moved = before.cr3 != now->cr3 || before.cr4 != now->cr4 || ((before.cr0 ^ now->cr0) & paging_bits);
    if (moved)
        memory_flush_tlbs(model);
    model->privilege = now->privilege;
    model->io_privilege = (now->flags >> IOPL_SHIFT) & 3;
}

static void forget_instruction(struct model *model)
{
    model->accesses = model->steps = 0;
    model->begun = model->value_known = false;
}

// The instruction that ended has no clocks: it is not timed. True unless control left it for somewhere else.
static bool skip(struct model *model, const struct insn *next)
{
    const struct insn *insn = model->current;
    run.attach.untimed++;
    forget_instruction(model);
    return next == insn || next->linear == insn->linear + insn->length;
}

// Far transfers that change the privilege behind the model's back have no place in a region.
static void check_transfer(struct model *model, const struct insn *ended)
{
    struct cpu_state state;
    if (!(ended->flags & (INSN_FAR | INSN_IRET)))
        return;
    if (!cpu_state_read(&state))
        model_stop(model, "QEMU's register dump cannot be read");
    if (state.privilege != model->privilege)
        model_stop(model, "the transfer at %08X changes the privilege in a way that is not modelled: %s", ended->linear,
                   ended->text);
}

// Outside regions nothing that the model does not know ends the run.
static void settle_outside(struct model *model, const struct insn *next)
{
    if (!model->current->known && skip(model, next))
        return;
    run.attach.tolerant = true;
    if (setjmp(run.attach.lost) == 0) {
        run_settle(next);
        run.attach.tolerant = false;
        return;
    }
    run.attach.tolerant = false;
    run.attach.surprises++;
    forget_instruction(model);
    model->processor->redirected(model);
    resynchronise(model);
}

_Noreturn static void end_early(void)
{
    bool written = run_finish(NULL, NULL);
    if (!written)
        fprintf(stderr, "l4lab-model: the counts, the trace or the profile could not be written\n");
    _exit(written ? 0 : MODEL_EXIT);
}

static void open_sample(struct model *model, const struct insn *begin)
{
    resynchronise(model);
    if (model_paging(model) && (model->cpu.cr4 & LONG_ENTRIES))
        model_stop(model, "page tables with 64-bit entries (PAE) are not modelled, and are in use at %08X",
                   begin->linear);
    counts_start(&run.counts, model);
    trace_start(model, run.counts.case_number, run.counts.index);
}

static void close_sample(struct model *model)
{
    counts_stop(&run.counts, model);
    trace_stop();
    fflush(run.counts.file);
    if (run.counts.samples == run.options.regions.samples)
        end_early();
}

static void pass_region(struct model *model, const struct insn *insn)
{
    struct regions *regions = &run.options.regions;
    if (!regions_counts(regions, model, insn->linear))
        return;
    if ((insn->region & REGION_END) && run.counts.open)
        close_sample(model);
    if ((insn->region & REGION_BEGIN) && !run.counts.open && regions_opens(regions))
        open_sample(model, insn);
}

static void settle_attached(struct model *model, const struct insn *next)
{
    const struct insn *ended = model->current;
    uint64_t since = model->now;
    if (run.counts.open) {
        run_settle(next);
        check_transfer(model, ended);
    } else {
        settle_outside(model, next);
    }
    if (run.options.profile) {
        struct insn *profiled = (struct insn *)ended;
        profiled->times += ended != next || !(ended->flags & INSN_REP);
        profiled->cycles += model->now - since;
    }
    if (run.options.limit && model->counters.instructions + run.attach.untimed >= run.options.limit)
        end_early();
}

void attach_on_execute(unsigned vcpu, void *data)
{
    const struct insn *insn = data;
    struct model *model = &run.model;
    bool again = insn == model->current && (insn->flags & INSN_REP); // a step of one execution
    (void)vcpu;
    if (model->current)
        settle_attached(model, insn);
    else
        resynchronise(model);
    if (insn->region && !again)
        pass_region(model, insn);
    model->current = insn;
}

void attach_on_foreign(unsigned vcpu, void *data)
{
    struct model *model = &run.model;
    (void)vcpu;
    if (run.counts.open)
        model_stop(model, "the code at %08X is not 32-bit protected mode", (uint32_t)(uintptr_t)data);
    run.attach.untimed++;
    model->current = NULL;
    forget_instruction(model);
}

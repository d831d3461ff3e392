// SPDX-License-Identifier: GPL-2.0-or-later
#include "flow.h"

#include "entry.h"
#include "memory.h"

enum { PAGE_OFFSET = 0xFFF };

static uint32_t following(const struct insn *insn)
{
    return insn->linear + insn->length;
}

// The instruction pointer that the entry pushed. It is relative to the interrupted code segment, whose base is a
// multiple of the page size here, so only its offset in the page is compared.
static uint32_t pushed_offset(const struct model *model, unsigned vector)
{
    uint32_t stack = model->cpu.segment_base[2] + model->cpu.general[REGISTER_NUMBER_ESP];
    return memory_peek(model, stack + (entry_has_error_code(vector) ? 4 : 0)) & PAGE_OFFSET;
}

bool flow_find_entry(struct model *model, const struct insn *from, const struct insn *to, struct flow *flow)
{
    if (!cpu_state_read(&model->cpu))
        model_stop(model, "QEMU's register dump cannot be read");
    unsigned vector = entry_vector_of(model, to->linear);
    if (vector == NO_VECTOR)
        return false;
    uint32_t resume = pushed_offset(model, vector);
    bool self = (from->flags & INSN_BRANCH) && from->target == from->linear;
    *flow = (struct flow){
        .kind = FLOW_ENTRY,
        .vector = vector,
        .not_retired = !self && resume == (from->linear & PAGE_OFFSET),
        .taken = resume != (following(from) & PAGE_OFFSET),
    };
    return true;
}

// A kind that needs no more than its name.
static bool plain_kind(const struct insn *from, const struct insn *to, enum flow_kind *kind)
{
    if (to->linear == following(from))
        *kind = FLOW_FALL;
    else if (to == from && (from->flags & INSN_REP))
        *kind = FLOW_STEP;
    else if ((from->flags & INSN_BRANCH) && to->linear == from->target)
        *kind = FLOW_TAKEN;
    else if (to == from)
        *kind = FLOW_REPLAY;
    else
        return false;
    return true;
}

void flow_classify(struct model *model, const struct insn *from, const struct insn *to, struct flow *flow)
{
    if (plain_kind(from, to, &flow->kind))
        return;
    if ((from->flags & INSN_SOFT_INTERRUPT) &&
        (to->handles == from->vector || entry_leads_to(model, from->vector, to->linear))) {
        flow->kind = FLOW_SOFTWARE;
        flow->vector = from->vector;
    } else if ((from->flags & (INSN_INDIRECT | INSN_IRET)) && to->handles == NO_VECTOR) {
        flow->kind = FLOW_TAKEN;
    } else if (!flow_find_entry(model, from, to, flow)) {
        model_stop(model, "control went from %08X to %08X, which is no interrupt handler", from->linear, to->linear);
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// How did control get from one instruction to the next? QEMU reports neither exceptions nor interrupts: they are
// recognised by where control arrives.
#pragma once

#include "model.h"

enum flow_kind {
    FLOW_FALL,     // to the following instruction
    FLOW_TAKEN,    // to the target
    FLOW_STEP,     // another step of the same repeated string instruction
    FLOW_REPLAY,   // the same instruction again: the first attempt had no effect
    FLOW_SOFTWARE, // int n through its gate
    FLOW_ENTRY,    // an exception or interrupt
};

struct flow {
    enum flow_kind kind;
    unsigned vector;  // FLOW_SOFTWARE and FLOW_ENTRY
    bool taken;       // the instruction went to its target before the entry
    bool not_retired; // FLOW_ENTRY: the instruction will run again
};

// Did the instruction, which is no repeated one, end and control go on or to where it branches? The common case.
static inline bool flow_plain(const struct insn *from, const struct insn *to, bool *taken)
{
    *taken = to->linear != from->linear + from->length;
    if (!*taken || ((from->flags & INSN_BRANCH) && to->linear == from->target))
        return true;
    return (from->flags & INSN_INDIRECT) && to->handles == NO_VECTOR && to != from;
}

// True if control arrived at a handler; `flow` is then FLOW_ENTRY. Reads the processor state.
bool flow_find_entry(struct model *model, const struct insn *from, const struct insn *to, struct flow *flow);

// Stops the run if control arrived somewhere that nothing explains. For an entry the processor state has been read.
// Only the members that the kind has are written.
void flow_classify(struct model *model, const struct insn *from, const struct insn *to, struct flow *flow);

// SPDX-License-Identifier: GPL-2.0-or-later
// How is a kernel followed that was not written for the model? Outside regions what the model does not know costs
// nothing; caches and TLBs are kept as far as it is known, so that a region finds them warm.
#pragma once

#include "model.h"

#include <setjmp.h>

struct attach {
    bool on;
    bool tolerant;      // model_stop loses the instruction instead of ending the run
    jmp_buf lost;       // valid while tolerant
    uint64_t untimed;   // instructions outside regions without clocks
    uint64_t surprises; // other things outside regions that the model could not follow
};

// Takes the processor's state as QEMU has it, and forgets what no longer fits to it.
void attach_resynchronise(struct model *model);

// The instruction that ended has no clocks: it is not timed. True unless control left it for somewhere else.
bool attach_skip(struct attach *attach, struct model *model, const struct insn *next);

// What a region must not contain: far transfers that change the privilege behind the model's back.
void attach_check(struct model *model, const struct insn *ended);

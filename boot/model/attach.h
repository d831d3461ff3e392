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

// Callbacks of QEMU for each instruction: of 32-bit protected mode, `data` being its struct insn, and of every other
// mode, `data` being its linear address.
void attach_on_execute(unsigned vcpu, void *data);
void attach_on_foreign(unsigned vcpu, void *data);

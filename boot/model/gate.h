// SPDX-License-Identifier: GPL-2.0-or-later
// What does a far call or jump cost when its selector names a call gate, and which level does it lead to? QEMU shows
// the accesses of a far transfer, so only clocks, level and accessed bits are added here.
#pragma once

#include "model.h"

// The clocks of `insn`, which has INSN_GATE and has ended. Stops the run at a task switch or a 16-bit gate.
unsigned gate_clocks(struct model *model, const struct insn *insn);

// Charges the accessed bits of the descriptors that it loaded.
void gate_charge_accessed(struct model *model, const struct insn *insn);

// The level at which it arrived.
unsigned gate_level(const struct model *model, const struct insn *insn);

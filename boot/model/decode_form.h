// SPDX-License-Identifier: GPL-2.0-or-later
// How does a disassembled instruction translate into the model's record?
#pragma once

#include "insn.h"

#include <capstone/capstone.h>

// Fills everything in `insn` that follows from the disassembly; `insn` holds the address, the length and the bytes
// already.
void decode_form(csh capstone, const cs_insn *decoded, const struct clocks *clocks, struct insn *insn);

// Fills the register masks and the operand address.
void decode_registers(csh capstone, const cs_insn *decoded, struct insn *insn);

bool decode_is_string(const cs_insn *decoded);

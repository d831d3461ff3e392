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

// Fills what decides the clocks, and what block.h needs; `insn` holds its row of the table and its flags already.
void decode_value(const cs_insn *decoded, struct insn *insn);

// The 32-bit register of which `reg` is all or a part.
struct register_part {
    uint8_t number; // encoding; 8: not a general register
    uint8_t bytes;
    bool high; // AH, CH, DH, BH
};

struct register_part decode_register(x86_reg reg);

bool decode_is_string(const cs_insn *decoded);

// SPDX-License-Identifier: GPL-2.0-or-later
// Which registers have a value that the model can know before an instruction of a translated block runs?
//
// QEMU keeps the guest's registers in registers of the host inside a block. It stores all that have changed into its
// own copy before every access to memory and at the end of the block; so a register's word there is right until the
// block writes the register, and again from the next access on. A write in the accessing instruction itself may come
// after.
#pragma once

#include "insn.h"

#include <stdbool.h>
#include <stdint.h>

enum { BLOCK_REGISTERS = 8 };

enum block_value { BLOCK_UNKNOWN, BLOCK_STORED, BLOCK_CONSTANT };

// What is true before the next instruction.
struct block {
    uint8_t stored;   // mask of the registers that QEMU's copy has
    uint8_t constant; // mask of those that hold `value`
    uint32_t value[BLOCK_REGISTERS];
};

void block_begin(struct block *block);

// How the register with this encoding can be known; `constant` is set for BLOCK_CONSTANT. ESP is never asked for.
enum block_value block_register(const struct block *block, unsigned number, uint32_t *constant);

// The block's next instruction has been passed.
void block_pass(struct block *block, const struct insn *insn);

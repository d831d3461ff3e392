// SPDX-License-Identifier: GPL-2.0-or-later
#include "block.h"

enum { ALL = 0xFF };

void block_begin(struct block *block)
{
    *block = (struct block){.stored = ALL};
}

enum block_value block_register(const struct block *block, unsigned number, uint32_t *constant)
{
    if (block->constant >> number & 1) {
        *constant = block->value[number];
        return BLOCK_CONSTANT;
    }
    return block->stored >> number & 1 ? BLOCK_STORED : BLOCK_UNKNOWN;
}

void block_pass(struct block *block, const struct insn *insn)
{
    if (insn->accesses)
        block->stored = ALL;
    block->stored &= (uint8_t)~insn->changes;
    block->constant = (uint8_t)((block->constant & ~insn->changes) | insn->loads);
    for (unsigned number = 0; number < BLOCK_REGISTERS; number++)
        if (insn->loads >> number & 1)
            block->value[number] = insn->constant;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gate.h"

#include "entry.h"
#include "memory.h"

enum {
    DESCRIPTOR_WORDS = 2,
    HIGH_WORD = 1,
    TASK_WORDS = 2,
    SEGMENT = 1 << 12,
    CONFORMING = 1 << 10,
    LEVEL_SHIFT = 13,
    TYPE_SHIFT = 8,
    TYPE_MASK = 15,
    CALL_GATE = 12,
    PARAMETERS = 31,
};

// QEMU's accesses come in this order: the pointer if it lies in memory, the descriptor that the selector names; behind
// a gate the code descriptor; and for an inner level the stack in the task state segment, its descriptor, the pushes.
struct transfer {
    bool gate, inner;
    unsigned level, parameters;
    unsigned code, stack; // which accesses are the high words of the loaded descriptors; stack only if inner
};

static uint32_t accessed_word(const struct model *model, unsigned access)
{
    return access < model->accesses ? memory_peek(model, model->access[access].linear) : 0;
}

static struct transfer read_transfer(const struct model *model, const struct insn *insn)
{
    struct transfer transfer = {.code = insn->pointer_access + HIGH_WORD, .level = model->privilege};
    uint32_t named = accessed_word(model, transfer.code);
    if (named & SEGMENT)
        return transfer;
    transfer.gate = (named >> TYPE_SHIFT & TYPE_MASK) == CALL_GATE;
    transfer.parameters = named & PARAMETERS;
    transfer.code += DESCRIPTOR_WORDS;
    transfer.stack = transfer.code + TASK_WORDS + DESCRIPTOR_WORDS;
    uint32_t code = accessed_word(model, transfer.code);
    unsigned level = code >> LEVEL_SHIFT & 3;
    transfer.inner = transfer.gate && !(code & CONFORMING) && level < model->privilege;
    if (transfer.inner)
        transfer.level = level;
    return transfer;
}

unsigned gate_clocks(struct model *model, const struct insn *insn)
{
    struct transfer transfer = read_transfer(model, insn);
    if (accessed_word(model, insn->pointer_access + HIGH_WORD) & SEGMENT)
        return clocks_fixed(insn->clocks, false);
    if (!transfer.gate || !insn->gate)
        model_stop(model, "the transfer at %08X is a task switch or goes through a gate that is not modelled: %s",
                   insn->linear, insn->text);
    return clocks_gate(insn->gate, transfer.inner, transfer.parameters);
}

void gate_charge_accessed(struct model *model, const struct insn *insn)
{
    struct transfer transfer = read_transfer(model, insn);
    if (transfer.code < model->accesses)
        entry_load_descriptor(model, model->access[transfer.code].linear);
    if (transfer.inner && transfer.stack < model->accesses)
        entry_load_descriptor(model, model->access[transfer.stack].linear);
}

unsigned gate_level(const struct model *model, const struct insn *insn)
{
    return read_transfer(model, insn).level;
}

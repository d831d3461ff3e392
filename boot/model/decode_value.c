// SPDX-License-Identifier: GPL-2.0-or-later
// Which value decides an instruction's clocks, and what does the instruction do to the values that are known?
#include "decode_form.h"

// The multiplier is the last operand: Intel writes each form as multiplicand * multiplier.
static const cs_x86_op *deciding_operand(const cs_insn *decoded, enum clocks_kind kind)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    return kind == CLOCKS_CONDITION ? &x86->operands[0] : &x86->operands[x86->op_count - 1];
}

static void take_operand(const cs_insn *decoded, const cs_x86_op *operand, struct insn *insn)
{
    struct insn_value *value = &insn->decides;
    struct register_part part = decode_register(operand->type == X86_OP_REG ? operand->reg : X86_REG_INVALID);
    value->bytes = operand->size;
    value->is_signed = decoded->id == X86_INS_IMUL;
    if (operand->type == X86_OP_IMM) {
        value->place = VALUE_IMMEDIATE;
        value->bytes = decoded->detail->x86.operands[0].size; // it has been extended
        value->immediate = (uint32_t)operand->imm;
    } else if (operand->type == X86_OP_MEM) {
        value->place = VALUE_MEMORY;
    } else if (insn->clocks->kind != CLOCKS_CONDITION && part.number < 8 && part.number != REGISTER_NUMBER_ESP) {
        value->place = VALUE_REGISTER;
        value->number = part.number;
        value->shift = part.high ? 8 : 0;
    }
}

// MOV of an immediate, XOR or SUB of a register with itself, all 32 bits of it.
static void take_constant(const cs_insn *decoded, struct insn *insn)
{
    const cs_x86_op *operands = decoded->detail->x86.operands;
    if (decoded->detail->x86.op_count != 2 || operands[0].type != X86_OP_REG || operands[0].size != 4)
        return;
    bool moved = decoded->id == X86_INS_MOV && operands[1].type == X86_OP_IMM;
    bool cleared = (decoded->id == X86_INS_XOR || decoded->id == X86_INS_SUB) && operands[1].type == X86_OP_REG &&
                   operands[1].reg == operands[0].reg;
    if (!moved && !cleared)
        return;
    insn->loads = (uint8_t)(1u << decode_register(operands[0].reg).number);
    insn->constant = moved ? (uint32_t)operands[1].imm : 0;
}

// Some instructions have a memory operand and do not touch it.
static bool accesses_memory(const cs_insn *decoded, const struct insn *insn)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    if (insn->flags & INSN_STACK_ADDRESS)
        return true;
    if (decoded->id == X86_INS_LEA || decoded->id == X86_INS_NOP || decoded->id == X86_INS_INVLPG ||
        (insn->flags & INSN_REP))
        return false;
    for (unsigned i = 0; i < x86->op_count; i++)
        if (x86->operands[i].type == X86_OP_MEM)
            return true;
    return false;
}

// Capstone leaves out some registers that are no operands. Of forms that the table does not have nobody has looked.
static uint8_t changed_registers(const cs_insn *decoded, const struct insn *insn)
{
    enum { EAX = 1 << 0, EBP = 1 << 5, ALL = 0xFF };
    if (!insn->clocks)
        return ALL;
    switch (decoded->id) {
    case X86_INS_CMPXCHG:
    case X86_INS_XLATB:
        return insn->writes | EAX;
    case X86_INS_ENTER:
        return insn->writes | EBP;
    default:
        return insn->writes;
    }
}

void decode_value(const cs_insn *decoded, struct insn *insn)
{
    const struct clocks_entry *clocks = insn->clocks;
    insn->changes = changed_registers(decoded, insn);
    insn->accesses = accesses_memory(decoded, insn);
    take_constant(decoded, insn);
    if (!clocks || !clocks_by_a_value(clocks))
        return;
    insn->decides.place = VALUE_UNSEEN;
    if (clocks->kind != CLOCKS_RANGE)
        take_operand(decoded, deciding_operand(decoded, clocks->kind), insn);
}

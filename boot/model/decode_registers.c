// SPDX-License-Identifier: GPL-2.0-or-later
// Which registers does an instruction read, write and form addresses with?
#include "decode_form.h"

struct register_part decode_register(x86_reg reg)
{
    static const x86_reg names[8][4] = {
        {X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH},
        {X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH},
        {X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH},
        {X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH},
        {X86_REG_ESP, X86_REG_SP, 0, 0},
        {X86_REG_EBP, X86_REG_BP, 0, 0},
        {X86_REG_ESI, X86_REG_SI, 0, 0},
        {X86_REG_EDI, X86_REG_DI, 0, 0},
    };
    for (uint8_t number = 0; reg != X86_REG_INVALID && number < 8; number++)
        for (unsigned part = 0; part < 4; part++)
            if (names[number][part] == reg)
                return (struct register_part){number, part == 0 ? 4 : part == 1 ? 2 : 1, part == 3};
    return (struct register_part){8, 0, false};
}

static uint8_t mask_of(struct register_part part)
{
    return part.number < 8 ? (uint8_t)(1u << part.number) : 0;
}

static uint8_t segment_of(x86_reg segment, uint8_t base)
{
    static const x86_reg names[] = {X86_REG_ES, X86_REG_CS, X86_REG_SS, X86_REG_DS, X86_REG_FS, X86_REG_GS};
    for (uint8_t i = 0; i < 6; i++)
        if (names[i] == segment)
            return i;
    return base == 4 || base == 5 ? 2 : 3;
}

static void take_address(const x86_op_mem *memory, struct insn *insn)
{
    struct register_part base = decode_register(memory->base);
    struct register_part index = decode_register(memory->index);
    insn->address_base = mask_of(base);
    insn->address_index = mask_of(index);
    if (index.number < 8)
        insn->flags |= INSN_INDEX;
    insn->reads32 |= mask_of(base) | mask_of(index);
    insn->reads |= mask_of(base) | mask_of(index);
    insn->address = (struct operand_address){base.number, index.number, (uint8_t)memory->scale, (int32_t)memory->disp,
                                             segment_of(memory->segment, base.number)};
}

static void take_write(x86_reg reg, struct insn *insn)
{
    struct register_part part = decode_register(reg);
    // The stack pointer is renamed when it moves with a stack access: only writes by other instructions count.
    if (mask_of(part) == REGISTER_ESP && (insn->flags & INSN_STACK_ADDRESS))
        return;
    insn->writes |= mask_of(part);
    if (part.bytes == 1)
        insn->writes_part8 |= mask_of(part);
    if (part.bytes == 2)
        insn->writes_part16 |= mask_of(part);
}

static void take_read(x86_reg reg, struct insn *insn)
{
    struct register_part part = decode_register(reg);
    insn->reads |= mask_of(part);
    if (part.bytes == 2)
        insn->reads16 |= mask_of(part);
    if (part.bytes == 4)
        insn->reads32 |= mask_of(part);
}

void decode_registers(csh capstone, const cs_insn *decoded, struct insn *insn)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    cs_regs read, written;
    uint8_t reads = 0, writes = 0;
    insn->address = (struct operand_address){.base = 8, .index = 8};
    if (cs_regs_access(capstone, decoded, read, &reads, written, &writes) != CS_ERR_OK)
        return;
    for (unsigned i = 0; i < reads; i++)
        take_read(read[i], insn);
    // LEAVE moves ESP by a stack access of its own.
    bool moves_stack = decoded->id == X86_INS_LEAVE || decoded->id == X86_INS_ENTER;
    for (unsigned i = 0; i < writes; i++)
        if (!(moves_stack && written[i] == X86_REG_ESP))
            take_write(written[i], insn);
    for (unsigned i = 0; i < x86->op_count; i++)
        if (x86->operands[i].type == X86_OP_MEM && !decode_is_string(decoded))
            take_address(&x86->operands[i].mem, insn);
}

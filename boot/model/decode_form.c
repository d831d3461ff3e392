// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_form.h"

#include <stdio.h>
#include <string.h>

enum { OPERAND_TEXT = 8, FORM_TEXT = 32 };

bool decode_is_string(const cs_insn *decoded)
{
    uint8_t opcode = decoded->detail->x86.opcode[0];
    return (opcode >= 0xA4 && opcode <= 0xA7) || (opcode >= 0xAA && opcode <= 0xAF) ||
           (opcode >= 0x6C && opcode <= 0x6F);
}

static bool is_shift_group(const cs_insn *decoded)
{
    uint8_t opcode = decoded->detail->x86.opcode[0];
    return opcode >= 0xD0 && opcode <= 0xD3;
}

static bool is_double_shift(const cs_insn *decoded)
{
    return decoded->id == X86_INS_SHLD || decoded->id == X86_INS_SHRD;
}

static void register_text(x86_reg reg, unsigned bytes, bool sized, char *text)
{
    if (reg == X86_REG_CS || reg == X86_REG_DS || reg == X86_REG_ES || reg == X86_REG_FS || reg == X86_REG_GS ||
        reg == X86_REG_SS)
        strcpy(text, "sreg");
    else if (reg >= X86_REG_CR0 && reg <= X86_REG_CR15)
        snprintf(text, OPERAND_TEXT, "cr%u", (unsigned)(reg - X86_REG_CR0));
    else if (reg >= X86_REG_DR0 && reg <= X86_REG_DR15)
        strcpy(text, "dr");
    else if (sized)
        snprintf(text, OPERAND_TEXT, "r%u", bytes * 8 % 1000);
    else
        strcpy(text, "r");
}

static void operand_text(const cs_insn *decoded, unsigned index, bool sized, char *text)
{
    const cs_x86_op *operand = &decoded->detail->x86.operands[index];
    bool count = index + 1u == decoded->detail->x86.op_count && index > 0;
    uint8_t opcode = decoded->detail->x86.opcode[0];
    if (count && is_shift_group(decoded))
        strcpy(text, opcode < 0xD2 ? "one" : "cl");
    else if (count && is_double_shift(decoded) && operand->type == X86_OP_REG)
        strcpy(text, "cl");
    else if (operand->type == X86_OP_REG)
        register_text(operand->reg, operand->size, sized, text);
    else if (operand->type == X86_OP_MEM && sized)
        snprintf(text, OPERAND_TEXT, "m%u", operand->size * 8u % 1000);
    else
        strcpy(text, operand->type == X86_OP_MEM ? "m" : "imm");
}

static void form_text(const cs_insn *decoded, bool sized, char *form)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    bool repeated = x86->prefix[0] == X86_PREFIX_REP || x86->prefix[0] == X86_PREFIX_REPNE;
    form[0] = 0;
    if (decode_is_string(decoded) || !x86->op_count) {
        strcpy(form, decode_is_string(decoded) && repeated ? "rep" : "-");
        return;
    }
    for (unsigned i = 0; i < x86->op_count; i++) {
        char text[OPERAND_TEXT];
        operand_text(decoded, i, sized, text);
        strcat(form, i ? "," : "");
        strcat(form, text);
    }
    bool long_form = (x86->opcode[0] == 0xFF && decoded->id == X86_INS_PUSH) ||
                     (x86->opcode[0] == 0x8F && decoded->id == X86_INS_POP);
    if (long_form && x86->operands[0].type == X86_OP_REG)
        strcat(form, "/long");
}

// The one-byte opcodes with EAX, which some tables list apart.
static const char *accumulator_form(const cs_insn *decoded)
{
    uint8_t opcode = decoded->detail->x86.opcode[0];
    if (decoded->id == X86_INS_TEST && (opcode == 0xA8 || opcode == 0xA9))
        return "acc,imm";
    return decoded->id == X86_INS_XCHG && opcode >= 0x90 && opcode <= 0x97 ? "acc,r" : NULL;
}

static const struct clocks_entry *find_clocks(csh capstone, const cs_insn *decoded, const struct clocks *clocks)
{
    const char *mnemonic = cs_insn_name(capstone, decoded->id);
    char form[FORM_TEXT];
    const char *accumulator = accumulator_form(decoded);
    const struct clocks_entry *entry = accumulator ? clocks_find(clocks, mnemonic, accumulator) : NULL;
    if (entry)
        return entry;
    form_text(decoded, true, form);
    entry = clocks_find(clocks, mnemonic, form);
    if (entry)
        return entry;
    form_text(decoded, false, form);
    return clocks_find(clocks, mnemonic, form);
}

static const struct {
    x86_insn id;
    uint32_t flags;
} flags_of[] = {
    {X86_INS_IRETD, INSN_IRET | INSN_SEGMENT_LOAD | INSN_SERIALISING},
    {X86_INS_RETF, INSN_RETF | INSN_INDIRECT | INSN_FAR | INSN_SEGMENT_LOAD},
    {X86_INS_RET, INSN_INDIRECT | INSN_STACK_ADDRESS},
    {X86_INS_LJMP, INSN_INDIRECT | INSN_FAR | INSN_GATE},
    {X86_INS_LCALL, INSN_INDIRECT | INSN_FAR | INSN_GATE},
    {X86_INS_INT, INSN_SOFT_INTERRUPT},
    {X86_INS_INT3, INSN_SOFT_INTERRUPT},
    {X86_INS_INTO, INSN_SOFT_INTERRUPT},
    {X86_INS_IN, INSN_PORT},
    {X86_INS_OUT, INSN_PORT},
    {X86_INS_LGDT, INSN_STATE_WRITE | INSN_SERIALISING},
    {X86_INS_LIDT, INSN_STATE_WRITE | INSN_SERIALISING},
    {X86_INS_LLDT, INSN_STATE_WRITE | INSN_SERIALISING},
    {X86_INS_LTR, INSN_STATE_WRITE | INSN_SERIALISING},
    {X86_INS_LMSW, INSN_STATE_WRITE},
    {X86_INS_INVLPG, INSN_INVLPG | INSN_SERIALISING},
    {X86_INS_INVD, INSN_CACHE_FLUSH | INSN_SERIALISING},
    {X86_INS_WBINVD, INSN_CACHE_FLUSH | INSN_WRITE_BACK | INSN_SERIALISING},
    {X86_INS_RDTSC, INSN_TIME_STAMP},
    {X86_INS_CPUID, INSN_SERIALISING},
    {X86_INS_WRMSR, INSN_SERIALISING},
    {X86_INS_RSM, INSN_SERIALISING},
    {X86_INS_FNSAVE, INSN_UNALIGNED_IMAGE},
    {X86_INS_FRSTOR, INSN_UNALIGNED_IMAGE},
    {X86_INS_HLT, INSN_HALT},
    {X86_INS_POPFD, INSN_FLAGS_WRITE | INSN_STACK_ADDRESS},
    {X86_INS_PUSH, INSN_STACK_ADDRESS | INSN_PUSH},
    {X86_INS_POP, INSN_STACK_ADDRESS | INSN_POP},
    {X86_INS_PUSHFD, INSN_STACK_ADDRESS},
    {X86_INS_PUSHAL, INSN_STACK_ADDRESS},
    {X86_INS_POPAL, INSN_STACK_ADDRESS},
    {X86_INS_LDS, INSN_SEGMENT_LOAD},
    {X86_INS_LES, INSN_SEGMENT_LOAD},
    {X86_INS_LFS, INSN_SEGMENT_LOAD},
    {X86_INS_LGS, INSN_SEGMENT_LOAD},
    {X86_INS_LSS, INSN_SEGMENT_LOAD},
};

static uint32_t flags_by_id(const cs_insn *decoded)
{
    for (unsigned i = 0; i < sizeof flags_of / sizeof *flags_of; i++)
        if (flags_of[i].id == decoded->id)
            return flags_of[i].flags;
    return 0;
}

static bool is_conditional(const cs_insn *decoded)
{
    const uint8_t *opcode = decoded->detail->x86.opcode;
    return (opcode[0] & 0xF0) == 0x70 || (opcode[0] == 0x0F && (opcode[1] & 0xF0) == 0x80);
}

static bool is_direct_branch(const cs_insn *decoded)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    bool jump = decoded->id == X86_INS_CALL || decoded->id == X86_INS_JMP || decoded->id == X86_INS_LOOP ||
                decoded->id == X86_INS_LOOPE || decoded->id == X86_INS_LOOPNE || decoded->id == X86_INS_JECXZ ||
                decoded->id == X86_INS_JCXZ;
    return x86->op_count == 1 && x86->operands[0].type == X86_OP_IMM && (jump || is_conditional(decoded));
}

static uint32_t flags_by_operands(const cs_insn *decoded)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    const cs_x86_op *first = &x86->operands[0];
    uint32_t flags = 0;
    if (decoded->id == X86_INS_CALL)
        flags |= INSN_STACK_ADDRESS | INSN_CALL;
    if (is_conditional(decoded))
        flags |= INSN_CONDITIONAL;
    else if (x86->opcode[0] == 0x0F)
        flags |= INSN_ESCAPE;
    if ((decoded->id == X86_INS_CALL || decoded->id == X86_INS_JMP) && !is_direct_branch(decoded))
        flags |= INSN_INDIRECT;
    if ((decoded->id == X86_INS_MOV || decoded->id == X86_INS_POP) && first->type == X86_OP_REG) {
        char text[OPERAND_TEXT];
        register_text(first->reg, first->size, false, text);
        if (strcmp(text, "sreg") == 0)
            flags |= INSN_SEGMENT_LOAD;
        if (strncmp(text, "cr", 2) == 0 || strcmp(text, "dr") == 0)
            flags |= INSN_SERIALISING;
        if (first->reg == X86_REG_CR3)
            flags |= INSN_CR3_WRITE;
        if (first->reg == X86_REG_CR0 || first->reg == X86_REG_CR4)
            flags |= INSN_STATE_WRITE;
    }
    for (unsigned i = 0; i < x86->op_count; i++)
        if (x86->operands[i].type == X86_OP_MEM && decoded->id == X86_INS_XCHG)
            flags |= INSN_LOCKED;
    if (x86->encoding.disp_offset && x86->encoding.imm_offset)
        flags |= INSN_DISP_IMM;
    if (x86->prefix[0] == X86_PREFIX_LOCK)
        flags |= INSN_LOCKED;
    return flags;
}

static unsigned count_prefixes(struct insn *insn)
{
    unsigned count = 0;
    for (unsigned i = 0; i < insn->length; i++) {
        uint8_t byte = insn->bytes[i];
        bool segment = byte == 0x26 || byte == 0x2E || byte == 0x36 || byte == 0x3E || byte == 0x64 || byte == 0x65;
        bool repeat = byte == 0xF2 || byte == 0xF3;
        if (segment || byte == 0x66 || byte == 0x67 || byte == 0xF0)
            count++;
        else if (repeat)
            insn->flags |= INSN_REPEAT_PREFIX;
        else
            break;
    }
    return count;
}

static unsigned accesses_of_step(const cs_insn *decoded)
{
    uint8_t opcode = decoded->detail->x86.opcode[0];
    return (opcode >= 0xA4 && opcode <= 0xA7) ? 2 : 1;
}

enum { POINTER_WORDS = 2 }; // offset and selector

static void take_gate(csh capstone, const cs_insn *decoded, const struct clocks *clocks, struct insn *insn)
{
    bool indirect = decoded->detail->x86.operands[0].type == X86_OP_MEM;
    insn->pointer_access = indirect ? POINTER_WORDS : 0;
    insn->gate = clocks_find(clocks, cs_insn_name(capstone, decoded->id), indirect ? "m/gate" : "gate");
}

// What the flow of control or the machine's state decides, or what changes that state, is not plain.
static void take_clocks(struct insn *insn)
{
    enum {
        EFFECTS = INSN_REP | INSN_SEGMENT_LOAD | INSN_UNALIGNED_IMAGE | INSN_CR3_WRITE | INSN_STATE_WRITE |
                  INSN_INVLPG | INSN_CACHE_FLUSH | INSN_HALT | INSN_IRET | INSN_RETF | INSN_FAR | INSN_FLAGS_WRITE |
                  INSN_TIME_STAMP
    };
    const struct clocks_entry *clocks = insn->clocks;
    insn->known = clocks && clocks->kind != CLOCKS_ABSENT;
    uint8_t place = insn->decides.place;
    bool fixed = insn->known && (clocks->kind == CLOCKS_FIXED || place == VALUE_UNSEEN || place == VALUE_IMMEDIATE);
    insn->plain = (fixed || (insn->known && clocks->kind == CLOCKS_TAKEN)) && !(insn->flags & EFFECTS) &&
                  insn->marker == MARKER_NONE;
    for (unsigned taken = 0; taken < 2 && insn->plain; taken++)
        insn->own[taken] = (uint16_t)(place == VALUE_IMMEDIATE
                                          ? clocks_for(clocks, insn_value_of(&insn->decides, insn->decides.immediate))
                                          : clocks_fixed(clocks, !taken));
}

void decode_form(csh capstone, const cs_insn *decoded, const struct clocks *clocks, struct insn *insn)
{
    const cs_x86 *x86 = &decoded->detail->x86;
    bool repeated = x86->prefix[0] == X86_PREFIX_REP || x86->prefix[0] == X86_PREFIX_REPNE;
    insn->clocks = find_clocks(capstone, decoded, clocks);
    insn->flags = flags_by_id(decoded) | flags_by_operands(decoded);
    insn->prefixes = (uint8_t)count_prefixes(insn);
    if (decode_is_string(decoded) && repeated) {
        insn->flags |= INSN_REP;
        insn->step_access = (uint8_t)accesses_of_step(decoded);
    }
    if (is_direct_branch(decoded)) {
        insn->flags |= INSN_BRANCH;
        insn->target = (uint32_t)x86->operands[0].imm;
    }
    if (insn->flags & INSN_SOFT_INTERRUPT)
        insn->vector = decoded->id == X86_INS_INT ? (uint8_t)x86->operands[0].imm : decoded->id == X86_INS_INT3 ? 3 : 4;
    if (decoded->id == X86_INS_ENTER)
        insn->level = (uint8_t)(x86->operands[1].imm & 31);
    if (insn->flags & INSN_GATE)
        take_gate(capstone, decoded, clocks, insn);
    decode_registers(capstone, decoded, insn);
    decode_value(decoded, insn);
    take_clocks(insn);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/user_instruction.h"

#include "kernel/arch/processor.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/page_fault.h"
#include "kernel/ipc/port_fault.h"
#include "kernel/memory/ports.h"
#include "kernel/memory/user_memory.h"

enum {
    PREFIX_OPERAND_SIZE = 0x66,
    PREFIX_ADDRESS_SIZE = 0x67,
    TWO_BYTES = 0x0F00, /* opcodes of two bytes are this plus the second */
    OPCODE_POP_ES = 0x07,
    OPCODE_POP_SS = 0x17,
    OPCODE_POP_DS = 0x1F,
    OPCODE_POP_FS = 0x0FA1,
    OPCODE_POP_GS = 0x0FA9,
    OPCODE_MOV_SEGMENT = 0x8E,
    OPCODE_LES = 0xC4,
    OPCODE_LDS = 0xC5,
    OPCODE_LSS = 0x0FB2,
    OPCODE_LFS = 0x0FB4,
    OPCODE_LGS = 0x0FB5,
    OPCODE_IRET = 0xCF,
    OPCODE_HLT = 0xF4,
    OPCODE_IN_IMMEDIATE = 0xE4, /* with bit 1 set OUT; with bit 0 clear a byte: 0xE4-0xE7 */
    OPCODE_IN_DX = 0xEC,        /* the same: 0xEC-0xEF */
    OPCODE_INS = 0x6C,          /* the same: 0x6C-0x6F */
    OPCODE_FORMS = ~3,
    OPCODE_WORD = 1,
    OPCODE_CLI = 0xFA,
    OPCODE_STI = 0xFB,
    OPCODE_DESCRIPTOR_TABLES = 0x0F01,
    EXTENSION_LIDT = 3,
    OPCODE_READ_DEBUG = 0x0F21,
    OPCODE_WRITE_DEBUG = 0x0F23,
    MODE_REGISTER = 3,
    REGISTER_ESP = 4,
    REGISTER_EBP = 5,
    BYTES_MAX = 15,
    POINTER_BYTES = 6, /* selector and offset, or a table's limit and address */
};

/* An instruction with a ModR/M byte as far as it has been read. */
struct instruction {
    struct trap_frame *frame;
    uint32_t next; /* user address of the next byte */
    bool words;    /* operands of 16 bits */
    bool near;     /* addresses of 16 bits */
    uint8_t mode;  /* of ModR/M */
    uint8_t reg;
    uint8_t rm;
    uint32_t address; /* of the operand, unless mode is MODE_REGISTER */
    bool abandoned;   /* lthread_ex_regs has sent the thread elsewhere meanwhile */
};

static uint32_t read_fs(void)
{
    uint32_t selector;
    __asm__ volatile("mov %%fs, %0" : "=r"(selector));
    return selector;
}

static uint32_t read_gs(void)
{
    uint32_t selector;
    __asm__ volatile("mov %%gs, %0" : "=r"(selector));
    return selector;
}

static bool unusable(uint32_t selector)
{
    return (selector & 0xFFFF) != SELECTOR_USER_DATA && (selector & 0xFFFF) != SELECTOR_KERNEL_DATA;
}

bool segments_repair(struct trap_frame *frame)
{
    bool repaired = unusable(frame->ds) || unusable(frame->es) || unusable(read_fs()) || unusable(read_gs());
    if (unusable(frame->ds)) {
        frame->ds = SELECTOR_USER_DATA;
    }
    if (unusable(frame->es)) {
        frame->es = SELECTOR_USER_DATA;
    }
    if (repaired) {
        cpu_load_fs_gs(SELECTOR_USER_DATA);
    }
    return repaired;
}

/* A byte that cannot be read is 0: the processor has read the instruction, so this is one that ends just there. */
static uint32_t fetch(struct instruction *instruction)
{
    int byte = user_byte(instruction->next++);
    return byte < 0 ? 0 : (uint32_t)byte;
}

static uint32_t fetch_word(struct instruction *instruction)
{
    uint32_t word = fetch(instruction);
    word |= fetch(instruction) << 8;
    word |= fetch(instruction) << 16;
    return word | fetch(instruction) << 24;
}

/* LOCK, REP, and those that choose a segment change nothing: all segments are the same. */
static bool is_prefix(uint32_t byte)
{
    return (byte & 0xE7) == 0x26 || (byte >= 0x64 && byte <= PREFIX_ADDRESS_SIZE) || byte == 0xF0 || byte == 0xF2 ||
           byte == 0xF3;
}

static uint32_t fetch_opcode(struct instruction *instruction)
{
    uint32_t byte = fetch(instruction);
    while (is_prefix(byte) && instruction->next - instruction->frame->eip < BYTES_MAX) {
        instruction->words |= byte == PREFIX_OPERAND_SIZE;
        instruction->near |= byte == PREFIX_ADDRESS_SIZE;
        byte = fetch(instruction);
    }
    return byte == TWO_BYTES >> 8 ? TWO_BYTES + fetch(instruction) : byte;
}

/* By the number that instructions have for it. */
static uint32_t *general_register(struct trap_frame *frame, uint32_t number)
{
    uint32_t *const registers[] = {&frame->eax, &frame->ecx, &frame->edx, &frame->ebx,
                                   &frame->esp, &frame->ebp, &frame->esi, &frame->edi};
    return registers[number];
}

/* The SIB byte's part of an address; `mode` 0 with EBP as base means a displacement instead. */
static uint32_t scaled_index(struct instruction *instruction)
{
    uint32_t byte = fetch(instruction);
    uint32_t base = byte & 7, index = byte >> 3 & 7;
    uint32_t address = index == REGISTER_ESP ? 0 : *general_register(instruction->frame, index) << (byte >> 6);
    bool displaced = base == REGISTER_EBP && instruction->mode == 0;
    return address + (displaced ? fetch_word(instruction) : *general_register(instruction->frame, base));
}

static void fetch_operand(struct instruction *instruction)
{
    uint32_t byte = fetch(instruction);
    instruction->mode = (uint8_t)(byte >> 6);
    instruction->reg = byte >> 3 & 7;
    instruction->rm = byte & 7;
    if (instruction->mode == MODE_REGISTER) {
        return;
    }
    if (instruction->rm == REGISTER_ESP) {
        instruction->address = scaled_index(instruction);
    } else if (instruction->rm == REGISTER_EBP && instruction->mode == 0) {
        instruction->address = fetch_word(instruction);
    } else {
        instruction->address = *general_register(instruction->frame, instruction->rm);
    }
    if (instruction->mode == 1) {
        instruction->address += (uint32_t)(int8_t)fetch(instruction);
    } else if (instruction->mode == 2) {
        instruction->address += fetch_word(instruction);
    }
}

/* Pages the operand in. */
static bool reach(struct instruction *instruction, uint32_t address, uint32_t bytes)
{
    enum page_in result = page_in(instruction->frame, address, bytes, false);
    instruction->abandoned = result == PAGE_IN_CANCELLED;
    return result == PAGE_IN_DONE;
}

/* The table's address stands behind a limit that does not matter; the table has 32 gates. */
static bool load_table(struct instruction *instruction)
{
    fetch_operand(instruction);
    bool lidt = instruction->reg == EXTENSION_LIDT && instruction->mode != MODE_REGISTER;
    return lidt && reach(instruction, instruction->address, POINTER_BYTES) &&
           user_read_word(instruction->address + sizeof(uint16_t), &tcb_current()->user_idt);
}

static bool move_debug(struct instruction *instruction, bool write)
{
    fetch_operand(instruction);
    uint32_t *value = general_register(instruction->frame, instruction->rm);
    return write ? processor_write_debug(instruction->reg, *value) : processor_read_debug(instruction->reg, value);
}

/* The register keeps the flat segment, as if that had been loaded. */
static bool load_segment(struct instruction *instruction)
{
    fetch_operand(instruction);
    return instruction->mode == MODE_REGISTER || reach(instruction, instruction->address, sizeof(uint16_t));
}

static bool pop_segment(struct instruction *instruction)
{
    uint32_t bytes = instruction->words ? sizeof(uint16_t) : sizeof(uint32_t);
    if (!reach(instruction, instruction->frame->esp, bytes)) {
        return false;
    }
    instruction->frame->esp += bytes;
    return true;
}

static bool load_pointer(struct instruction *instruction)
{
    uint32_t offset;
    fetch_operand(instruction);
    if (instruction->mode == MODE_REGISTER || !reach(instruction, instruction->address, POINTER_BYTES) ||
        !user_read_word(instruction->address, &offset)) {
        return false;
    }
    uint32_t *target = general_register(instruction->frame, instruction->reg);
    *target = instruction->words ? (*target & 0xFFFF0000) | (offset & 0xFFFF) : offset;
    return true;
}

/* An instruction that wants I/O ports: it gets them, and is tried again.  CLI and STI go with the I/O privilege level,
   and so with all ports.  V86 programs have handlers for it. */
static bool obtain_ports(struct instruction *instruction, uint32_t opcode)
{
    struct trap_frame *frame = instruction->frame;
    uint32_t bytes = !(opcode & OPCODE_WORD) ? 1 : instruction->words ? sizeof(uint16_t) : sizeof(uint32_t);
    if (frame->vector != VECTOR_GENERAL_PROTECTION || frame->error != 0) {
        return false;
    }
    if (opcode == OPCODE_CLI || opcode == OPCODE_STI) {
        return port_fault(frame, 0, PORTS);
    }
    switch (opcode & OPCODE_FORMS) {
    case OPCODE_IN_IMMEDIATE:
        return port_fault(frame, fetch(instruction), bytes);
    case OPCODE_IN_DX:
    case OPCODE_INS:
        return port_fault(frame, frame->edx & (PORTS - 1), bytes);
    default:
        return false;
    }
}

static bool execute(struct instruction *instruction, uint32_t opcode)
{
    switch (opcode) {
    case OPCODE_HLT:
        instruction->frame->eax = info_page.version;
        return true;
    case OPCODE_DESCRIPTOR_TABLES:
        return load_table(instruction);
    case OPCODE_READ_DEBUG:
        return move_debug(instruction, false);
    case OPCODE_WRITE_DEBUG:
        return move_debug(instruction, true);
    case OPCODE_MOV_SEGMENT:
        return load_segment(instruction);
    case OPCODE_POP_ES:
    case OPCODE_POP_SS:
    case OPCODE_POP_DS:
    case OPCODE_POP_FS:
    case OPCODE_POP_GS:
        return pop_segment(instruction);
    case OPCODE_LES:
    case OPCODE_LDS:
    case OPCODE_LSS:
    case OPCODE_LFS:
    case OPCODE_LGS:
        return load_pointer(instruction);
    default:
        return false;
    }
}

bool user_instruction_execute(struct trap_frame *frame)
{
    struct instruction instruction = {.frame = frame, .next = frame->eip};
    if (!trap_from_user(frame) || trap_from_v86(frame)) {
        return false;
    }
    uint32_t opcode = fetch_opcode(&instruction);
    if (opcode == OPCODE_IRET) {
        return v86_return_from_handler(frame);
    }
    if (obtain_ports(&instruction, opcode)) {
        return true;
    }
    bool done = !instruction.near && execute(&instruction, opcode);
    if (done) {
        frame->eip = instruction.next;
    }
    return done || instruction.abandoned;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/port_fault.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/port_bitmap.h"
#include "kernel/ipc/page_fault.h"
#include "kernel/memory/ports.h"
#include "kernel/memory/user_memory.h"

enum {
    INSTRUCTION_BYTES_MAX = 15,
    PREFIX_OPERAND_SIZE = 0x66,
    OPCODE_IN_IMMEDIATE = 0xE4, /* with bit 1 set OUT; with bit 0 clear a byte: 0xE4-0xE7 */
    OPCODE_IN_DX = 0xEC,        /* the same: 0xEC-0xEF */
    OPCODE_INS = 0x6C,          /* the same: 0x6C-0x6F */
    OPCODE_FORMS = ~3,
    OPCODE_WORD = 1,
    OPCODE_CLI = 0xFA,
    OPCODE_STI = 0xFB,
};

static bool is_prefix(int byte)
{
    static const uint8_t prefixes[] = {PREFIX_OPERAND_SIZE, 0x67, 0xF0, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26, 0x64, 0x65};
    for (uint32_t i = 0; i < sizeof(prefixes); i++) {
        if (byte == prefixes[i]) {
            return true;
        }
    }
    return false;
}

static struct port_units units_of(uint32_t port, uint32_t bytes)
{
    uint32_t last = port + bytes - 1;
    uint32_t end = last / PORTS_PER_UNIT + 1;
    return (struct port_units){port / PORTS_PER_UNIT, end < PORT_UNITS ? end : (uint32_t)PORT_UNITS};
}

/* The ports that the instruction at the thread's EIP reaches for: for CLI and STI, which go with the I/O privilege
   level, all; none (an empty range) for any other instruction. */
static struct port_units wanted_by(const struct trap_frame *frame)
{
    uint32_t eip = frame->eip;
    uint32_t word_bytes = sizeof(uint32_t);
    int opcode = user_byte(eip);
    while (is_prefix(opcode) && eip - frame->eip < INSTRUCTION_BYTES_MAX) {
        word_bytes = opcode == PREFIX_OPERAND_SIZE ? sizeof(uint16_t) : word_bytes;
        opcode = user_byte(++eip);
    }
    if (opcode == OPCODE_CLI || opcode == OPCODE_STI) {
        return (struct port_units){0, PORT_UNITS};
    }
    uint32_t bytes = opcode & OPCODE_WORD ? word_bytes : 1;
    switch (opcode & OPCODE_FORMS) {
    case OPCODE_IN_IMMEDIATE:
        return units_of((uint32_t)user_byte(eip + 1) & 0xFF, bytes);
    case OPCODE_IN_DX:
    case OPCODE_INS:
        return units_of(frame->edx & 0xFFFF, bytes);
    default:
        return (struct port_units){0, 0};
    }
}

static uint32_t fpage_of_unit(uint32_t unit)
{
    return PORT_FPAGE_MARK | unit * PORTS_PER_UNIT << PORT_FPAGE_PORT_SHIFT |
           (uint32_t)PORT_FPAGE_SIZE_MIN << PORT_FPAGE_SIZE_SHIFT;
}

/* A task with all ports gets the I/O privilege level; false: this thread has it already. */
static bool raise_privilege(struct trap_frame *frame)
{
    bool raised = (frame->eflags & EFLAGS_IOPL_USER) != EFLAGS_IOPL_USER;
    frame->eflags |= EFLAGS_IOPL_USER;
    return raised;
}

bool port_fault(struct trap_frame *frame)
{
    const struct task *task = tcb_current()->task;
    if (!trap_from_user(frame) || trap_from_v86(frame) || frame->error != 0) { /* V86 programs have handlers for it */
        return false;
    }
    struct port_units wanted = wanted_by(frame);
    if (wanted.first == wanted.end) {
        return false;
    }
    if (ports_has_all(task)) {
        return raise_privilege(frame);
    }
    uint32_t missing = ports_first_missing(task, wanted);
    if (missing < wanted.end) {
        bool all = wanted.end - wanted.first == PORT_UNITS;
        page_fault_of_ports(frame, all ? PORT_FPAGE_ALL : fpage_of_unit(missing));
        return true;
    }
    if (port_bitmap_is_shown()) {
        return false;
    }
    port_bitmap_show(ports_bitmap(task));
    return true;
}

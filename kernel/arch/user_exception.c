/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/user_exception.h"

#include "kernel/init/info_page.h"
#include "kernel/memory/user_memory.h"
#include "kernel/thread/tcb.h"

enum {
    VECTORS_WITH_ERROR_CODE = 1u << 8 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 17,
    GATE_BYTES = 8,
    GATE_PRESENT = 1u << 15,
    EFLAGS_TRAP = 1u << 8,
    OPCODE_HLT = 0xF4,
    OPCODE_TWO_BYTES = 0x0F,
    OPCODE_DESCRIPTOR_TABLES = 0x01,
    MODRM_LIDT_EAX = 0x18,
};

/* The user's handler for a vector, 0: none.  Selector and type of its gate do not matter. */
static uint32_t handler_of(const struct tcb *thread, uint32_t vector)
{
    uint32_t low, high;
    uint32_t gate = thread->user_idt + vector * GATE_BYTES;
    if (!thread->user_idt || !user_read_word(gate, &low) || !user_read_word(gate + sizeof(low), &high)) {
        return 0;
    }
    return high & GATE_PRESENT ? (high & 0xFFFF0000) | (low & 0xFFFF) : 0;
}

bool user_exception_mirror(struct trap_frame *frame)
{
    uint32_t handler = trap_from_user(frame) ? handler_of(tcb_current(), frame->vector) : 0;
    if (!handler) {
        return false;
    }
    bool with_error = VECTORS_WITH_ERROR_CODE >> frame->vector & 1;
    uint32_t pushed[] = {frame->error, frame->eip, frame->cs, frame->eflags};
    uint32_t first = with_error ? 0 : 1;
    uint32_t words = sizeof(pushed) / sizeof(pushed[0]) - first;
    uint32_t esp = frame->esp - words * sizeof(uint32_t);
    for (uint32_t i = 0; i < words; i++) {
        if (!user_write_word(esp + i * sizeof(uint32_t), pushed[first + i])) {
            return false;
        }
    }
    frame->esp = esp;
    frame->eip = handler;
    frame->eflags &= ~(uint32_t)EFLAGS_TRAP;
    return true;
}

/* LIDT (EAX): the table's address stands behind a limit that does not matter; the table has 32 gates. */
static bool load_table(struct trap_frame *frame)
{
    uint32_t base;
    if (!user_read_word(frame->eax + sizeof(uint16_t), &base)) {
        return false;
    }
    tcb_current()->user_idt = base;
    frame->eip += 3;
    return true;
}

bool user_exception_emulate(struct trap_frame *frame)
{
    if (!trap_from_user(frame)) {
        return false;
    }
    int opcode = user_byte(frame->eip);
    if (opcode == OPCODE_HLT) {
        frame->eax = info_page.version;
        frame->eip += 1;
        return true;
    }
    bool lidt = opcode == OPCODE_TWO_BYTES && user_byte(frame->eip + 1) == OPCODE_DESCRIPTOR_TABLES &&
                user_byte(frame->eip + 2) == MODRM_LIDT_EAX;
    return lidt && load_table(frame);
}

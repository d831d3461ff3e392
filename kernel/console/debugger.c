/* SPDX-License-Identifier: BSD-2-Clause */
/* The console calls of the kernel debugger: int3 and an instruction that says which (interface section 21).  There is
   no debugger behind them; they print on, and read from, the serial console. */
#include "kernel/arch/exception.h"
#include "kernel/console/console.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/user_memory.h"
#include "kernel/thread/thread.h"

enum {
    OPCODE_NONE = -1,
    OPCODE_NOP = 0x90,
    OPCODE_JMP_SHORT = 0xEB,
    OPCODE_CMP_AL = 0x3C,
    CALL_CHARACTER = 0,
    CALL_COUNTED_STRING = 1,
    CALL_STRING = 2,
    CALL_HEXADECIMAL_32 = 5,
    CALL_HEXADECIMAL_16 = 7,
    CALL_HEXADECIMAL_12 = 8,
    CALL_HEXADECIMAL_8 = 9,
    CALL_DECIMAL = 0x0B,
    CALL_READ = 0x0D,
    STRING_MAXIMUM = 4096,
};

static void print_user_text(uint32_t address, uint32_t length, bool terminated)
{
    for (uint32_t i = 0; i < length; i++) {
        int byte = user_byte(address + i);
        if (byte < 0 || (terminated && byte == 0)) {
            return;
        }
        serial_write((char)byte);
    }
}

static void console_call(struct trap_frame *frame, int call)
{
    switch (call) {
    case CALL_CHARACTER:
        serial_write((char)frame->eax);
        break;
    case CALL_COUNTED_STRING:
        print_user_text(frame->eax + 1, (uint32_t)user_byte(frame->eax) & 0xFF, false);
        break;
    case CALL_STRING:
        print_user_text(frame->eax, STRING_MAXIMUM, true);
        break;
    case CALL_HEXADECIMAL_32:
        print_number(frame->eax, 16, 8);
        break;
    case CALL_HEXADECIMAL_16:
        print_number(frame->eax & 0xFFFF, 16, 4);
        break;
    case CALL_HEXADECIMAL_12:
        print_number(frame->eax & 0xFFF, 16, 3);
        break;
    case CALL_HEXADECIMAL_8:
        print_number(frame->eax & 0xFF, 16, 2);
        break;
    case CALL_DECIMAL:
        print_number(frame->eax, 10, 1);
        break;
    case CALL_READ:
        frame->eax = (uint32_t)serial_read();
        break;
    default:
        break;
    }
}

/* `jmp` over a text: its second byte is the text's length. */
static void print_jumped_text(uint32_t jump)
{
    int length = user_byte(jump + 1);
    if (length > 0) {
        print_user_text(jump + 2, (uint32_t)length, false);
    }
}

/* Entering the debugger: the text, and what the kernel can say of itself. */
static void enter(uint32_t jump)
{
    print_jumped_text(jump);
    print("\nl4lab: kernel stack: deepest use %d of %d bytes\n", TCB_OFFSET - thread_stack_untouched(), TCB_OFFSET);
    print("l4lab: kernel memory: %d of %d frames free\n", frames_free, frames_owned);
}

void kernel_debugger(struct trap_frame *frame)
{
    if (!trap_from_user(frame)) {
        panic(frame, "breakpoint in the kernel");
    }
    uint32_t eip = frame->eip;
    int opcode = trap_from_v86(frame) ? OPCODE_NONE : user_byte(eip);
    if (opcode == OPCODE_CMP_AL) {
        console_call(frame, user_byte(eip + 1));
    } else if (opcode == OPCODE_NOP && user_byte(eip + 1) == OPCODE_JMP_SHORT) {
        print_jumped_text(eip + 1);
    } else if (opcode == OPCODE_JMP_SHORT) {
        enter(eip);
    } else if (opcode != OPCODE_NOP) {
        exception_stop(frame, "breakpoint");
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/exception.h"

enum { GATE_PRESENT_TRAP = 0xEF00, STUB_SIZE = 16 };

uint32_t exception_table[EXCEPTIONS][2];

static exception_handler *current_handler;

void exception_dispatch(struct exception *exception);
void exception_dispatch(struct exception *exception)
{
    current_handler(exception);
}

/* A stub for each vector, all of one size, which makes the frame of struct exception; vectors 8, 10 to 14 and 17 come
 * with an error code. */
extern const uint8_t exception_stubs[];
__asm__("        .balign 16\n"
        "exception_stubs:\n"
        "        .set    vector, 0\n"
        "        .rept   32\n"
        "        .balign 16\n"
        "        .if     !(0x27D00 >> vector & 1)\n"
        "        pushl   $0\n"
        "        .endif\n"
        "        pushl   $vector\n"
        "        jmp     exception_common\n"
        "        .set    vector, vector + 1\n"
        "        .endr\n"
        "exception_common:\n"
        "        pushal\n"
        "        cld\n"
        "        pushl   %esp\n"
        "        call    exception_dispatch\n"
        "        addl    $4, %esp\n"
        "        popal\n"
        "        addl    $8, %esp\n"
        "        iret\n");

void exception_table_load(const void *table)
{
    struct __attribute__((packed)) {
        uint16_t limit;
        uint32_t base;
    } descriptor = {sizeof(exception_table) - 1, (uint32_t)table};

    __asm__ volatile("lidt (%0)" : : "a"(&descriptor), "m"(descriptor) : "memory");
}

void exceptions_handle(exception_handler *handler)
{
    current_handler = handler;
    for (uint32_t vector = 0; vector < EXCEPTIONS; vector++) {
        uint32_t address = (uint32_t)exception_stubs + vector * STUB_SIZE;
        exception_table[vector][0] = address & 0xFFFF;
        exception_table[vector][1] = (address & 0xFFFF0000) | GATE_PRESENT_TRAP;
    }
    exception_table_load(exception_table);
}

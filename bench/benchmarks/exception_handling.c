/* SPDX-License-Identifier: BSD-2-Clause */
/* What does an exception cost that a user-level handler repairs?
 *
 *   divide        a division by zero: the kernel pushes EIP, CS and EFLAGS for the handler
 *   protection    an `int n` that users may not make (#GP): it pushes an error code, too
 *
 * A sample is one faulting instruction: the exception, the kernel's frame on the user's stack, and a handler of two or
 * three instructions that returns, by iret, behind the faulting one. One task in a large space, which has loaded its
 * own interrupt table. warm: after 8 warm-ups, n = 16. The handler counts. */
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { DIVIDE_ERROR = 0, GENERAL_PROTECTION = 13, GATES = 32, GATE_PRESENT_TRAP = 0xEF00, CODE_SELECTOR = 0x1B };

static uint32_t table[GATES][2];
static volatile uint32_t handled;

void divide_handler(void);
void protection_handler(void);

/* Both faulting instructions have two bytes. ESI counts. */
__asm__("divide_handler:\n\t"
        "incl   %esi\n\t"
        "addl   $2, (%esp)\n\t"
        "iret\n"
        "protection_handler:\n\t"
        "incl   %esi\n\t"
        "addl   $4, %esp\n\t"
        "addl   $2, (%esp)\n\t"
        "iret");

static void gate_set(uint32_t vector, void (*handler)(void))
{
    uint32_t address = (uint32_t)handler;

    table[vector][0] = (address & 0xFFFF) | CODE_SELECTOR << 16;
    table[vector][1] = (address & 0xFFFF0000) | GATE_PRESENT_TRAP;
}

static void table_load(void)
{
    struct __attribute__((packed)) {
        uint16_t limit;
        uint32_t base;
    } descriptor = {sizeof(table) - 1, (uint32_t)table};

    gate_set(DIVIDE_ERROR, divide_handler);
    gate_set(GENERAL_PROTECTION, protection_handler);
    __asm__ volatile("lidt (%0)" : : "a"(&descriptor), "m"(descriptor));
}

static void divide_by_zero(uint32_t index)
{
    uint32_t count = handled, quotient = index, remainder = 0;

    __asm__ volatile("divl %3" : "+S"(count), "+a"(quotient), "+d"(remainder) : "c"(0) : "cc");
    handled = count;
}

static void forbidden_interrupt(uint32_t index)
{
    uint32_t count = handled;

    (void)index;
    __asm__ volatile("int $0x40" : "+S"(count) : : "cc", "memory");
    handled = count;
}

static const struct {
    const char *name;
    measured_action *fault;
} faults[] = {
    {"divide", divide_by_zero},
    {"protection", forbidden_interrupt},
};

static void client_main(uint32_t row)
{
    measure_prepare();
    pages_touch_for_writing(table, sizeof(table));
    table_load();
    measure(NULL, faults[row].fault);
    measure_report();
    client_done(!check(measurement.name, handled == WARMUPS + SAMPLES, "the handler ran once for each fault"));
}

static void exception_handling_run(void)
{
    for (uint32_t row = 0; row < sizeof(faults) / sizeof(faults[0]); row++) {
        measurement_set("%s", faults[row].name);
        if (case_selected(measurement.name))
            client_run(client_main, row);
    }
}

const struct program program = {.name = "exception_handling", .run = exception_handling_run};

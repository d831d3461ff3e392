/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a thread that has loaded an interrupt table of its own get its exceptions, with the frame that the processor
 * would push, and does the kernel execute HLT for users? */
#include "bench/support/console.h"
#include "bench/support/selftest.h"

enum {
    DIVIDE_ERROR = 0,
    INVALID_OPCODE = 6,
    GENERAL_PROTECTION = 13,
    GATES = 32,
    GATE_PRESENT_TRAP = 0xEF00,
    BAD_SELECTOR = 0xFFF8,
    CODE_SELECTOR = 0x1B,
};

static uint32_t table[GATES][2];

/* What the handlers saw, and where the program goes on after each fault. */
static volatile uint32_t seen_error, seen_eip, seen_cs, faults, go_on;

void divide_handler(void);
void protection_handler(void);

/* The frame without an error code: EIP, CS, EFLAGS. */
__asm__("divide_handler:\n\t"
        "pushl  %eax\n\t"
        "movl   4(%esp), %eax\n\t"
        "movl   %eax, seen_eip\n\t"
        "movl   8(%esp), %eax\n\t"
        "movl   %eax, seen_cs\n\t"
        "incl   faults\n\t"
        "movl   go_on, %eax\n\t"
        "movl   %eax, 4(%esp)\n\t"
        "popl   %eax\n\t"
        "iret");

/* The frame with an error code on top. */
__asm__("protection_handler:\n\t"
        "popl   seen_error\n\t"
        "jmp    divide_handler");

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
    gate_set(INVALID_OPCODE, divide_handler);
    gate_set(GENERAL_PROTECTION, protection_handler);
    __asm__ volatile("lidt (%0)" : : "a"(&descriptor), "m"(descriptor));
}

static uint32_t divide_by_zero(void)
{
    uint32_t fault;

    __asm__ volatile("movl $2f, go_on\n\tmovl $1f, %0\n\txorl %%edx, %%edx\n\txorl %%eax, %%eax\n"
                     "1:\tdivl %%eax\n2:"
                     : "=c"(fault)
                     :
                     : "eax", "edx", "memory", "cc");
    return fault;
}

static void divide_error(l4_id_t helper)
{
    (void)helper;
    table_load();
    uint32_t fault = divide_by_zero();
    check("divide-error", faults == 1 && seen_eip == fault, "its handler finds the address of the instruction");
    check("divide-error", seen_cs == CODE_SELECTOR, "and the code selector");
    check("divide-error", divide_by_zero() == seen_eip && faults == 2, "as often as it happens");
}

static void invalid_opcode(l4_id_t helper)
{
    uint32_t fault;

    (void)helper;
    table_load();
    __asm__ volatile("movl $2f, go_on\n\tmovl $1f, %0\n1:\tud2\n2:" : "=c"(fault) : : "memory");
    check("invalid-opcode", faults == 1 && seen_eip == fault, "its handler finds the address of the instruction");
}

static void error_code(l4_id_t helper)
{
    uint32_t fault;

    (void)helper;
    table_load();
    __asm__ volatile("movl $2f, go_on\n\tmovl $1f, %0\n1:\tmovl %1, %%fs\n2:"
                     : "=&c"(fault)
                     : "r"(BAD_SELECTOR)
                     : "memory");
    check("error-code", faults == 1 && seen_eip == fault, "#GP of a bad selector reaches the handler");
    check("error-code", seen_error == BAD_SELECTOR, "with its error code on top of the frame");
}

/* A neighbour thread of the same task that has loaded no table. */
static volatile uint32_t neighbour_came_through;

static void dividing_thread(uint32_t unused)
{
    (void)unused;
    divide_by_zero();
    neighbour_came_through = 1;
    thread_stop();
}

static void table_per_thread(l4_id_t helper)
{
    (void)helper;
    table_load();
    thread_start(1, dividing_thread, 0);
    thread_sleep(5);
    check("table-per-thread", !neighbour_came_through && faults == 0,
          "another thread of the task does not use the table");
    divide_by_zero();
    check("table-per-thread", faults == 1, "its own thread does");
}

static void halt(l4_id_t helper)
{
    uint32_t version = 0;

    (void)helper;
    __asm__ volatile("hlt" : "+a"(version));
    check("halt", version == 0x00010000, "HLT tells the kernel's version and goes on");
}

static const struct test tests[] = {
    {.name = "divide-error", .run = divide_error},
    {.name = "invalid-opcode", .run = invalid_opcode},
    {.name = "error-code", .run = error_code},
    {.name = "table-per-thread", .run = table_per_thread},
    {.name = "halt", .run = halt},
};

static void user_exceptions_run(void)
{
    console_print("@note exceptions=expected\n");
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "user_exceptions", .run = user_exceptions_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* What do the console calls do? This program makes each that prints once, between marks; what came out is for the host
 * to see (tests/images/test_console.py). Then it reads a character that it has typed itself. */
#include "bench/support/console.h"
#include "bench/support/selftest.h"

static const uint32_t VALUE = 0xFEDCBA98;
static const char text[] = "zero-terminated", counted[] = "\x07"
                                                          "countedXX";
enum { TYPED = 'k', DATA = 0x3F8, MODEM_CONTROL = 0x3FC, LINE_STATUS = 0x3FD, RECEIVED = 1, LOOPBACK = 1 << 4 };

static void calls_that_print(void)
{
    console_print("<character:");
    __asm__ volatile("int3; cmpb $0, %%al" : : "a"('c') : "cc", "memory");
    console_print("><counted:");
    __asm__ volatile("int3; cmpb $1, %%al" : : "a"(counted) : "cc", "memory");
    console_print("><string:");
    __asm__ volatile("int3; cmpb $2, %%al" : : "a"(text) : "cc", "memory");
    console_print("><32:");
    __asm__ volatile("int3; cmpb $5, %%al" : : "a"(VALUE) : "cc", "memory");
    console_print("><16:");
    __asm__ volatile("int3; cmpb $7, %%al" : : "a"(VALUE) : "cc", "memory");
    console_print("><12:");
    __asm__ volatile("int3; cmpb $8, %%al" : : "a"(VALUE) : "cc", "memory");
    console_print("><8:");
    __asm__ volatile("int3; cmpb $9, %%al" : : "a"(VALUE) : "cc", "memory");
    console_print("><decimal:");
    __asm__ volatile("int3; cmpb $0x0B, %%al" : : "a"(VALUE) : "cc", "memory");
    console_print("><text:");
    __asm__ volatile("int3; nop; jmp 1f; .ascii \"printed\"; 1:" : : : "memory");
    console_print("><nop:");
    __asm__ volatile("int3; nop; orl $0, (%%esp)" : : : "cc", "memory");
    console_print("><enter:");
    __asm__ volatile("int3; jmp 1f; .ascii \"*shown\"; 1:" : : : "memory");
    console_print(">\n");
}

static void registers_kept(void)
{
    uint32_t eax = VALUE, ebx = 1, ecx = 2, edx = 3, esi = 4, edi = 5;

    __asm__ volatile("int3; cmpb $5, %%al" : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi) : : "cc");
    console_print("\n");
    check("registers-kept", eax == VALUE && ebx == 1 && ecx == 2 && edx == 3 && esi == 4 && edi == 5,
          "a call changes no register");
}

static uint8_t port_read(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port));
    return value;
}

static void port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "d"(port));
}

/* Has the serial port send a character to itself, as if somebody had typed it. The root task has the ports. */
static void type(uint8_t character)
{
    uint8_t control = port_read(MODEM_CONTROL);

    port_write(MODEM_CONTROL, control | LOOPBACK);
    port_write(DATA, character);
    while (!(port_read(LINE_STATUS) & RECEIVED))
        l4_thread_switch(L4_NIL_ID);
    port_write(MODEM_CONTROL, control);
}

static void reading(void)
{
    uint32_t character = 0;

    covers("reading", "console.read");
    type(TYPED);
    __asm__ volatile("int3; cmpb $0x0D, %%al" : "+a"(character) : : "cc", "memory");
    check("reading", (character & 0xFF) == TYPED, "the call returns the character that was typed");
}

static const struct root_test tests[] = {{"registers-kept", registers_kept}, {"reading", reading}};

static void console_calls_run(void)
{
    calls_that_print();
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "console_calls", .run = console_calls_run};

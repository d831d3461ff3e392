/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/cpu.h"
#include "kernel/arch/trap_frame.h"
#include "kernel/console/console.h"

#include <stdarg.h>

static void print_string(const char *text)
{
    while (*text) {
        serial_write(*text++);
    }
}

void print_number(uint32_t value, uint32_t base, int digits)
{
    char text[11];
    char *start = text + sizeof(text) - 1;
    *start = '\0';
    do {
        *--start = "0123456789ABCDEF"[value % base];
        value /= base;
        digits--;
    } while (value || digits > 0);
    print_string(start);
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            serial_write(*format);
            continue;
        }
        switch (*++format) {
        case 's':
            print_string(va_arg(arguments, const char *));
            break;
        case 'x':
            print_number(va_arg(arguments, uint32_t), 16, 8);
            break;
        case 'd':
            print_number(va_arg(arguments, uint32_t), 10, 1);
            break;
        default:
            serial_write(*format);
        }
    }
    va_end(arguments);
}

void print_frame(const struct trap_frame *frame)
{
    print("l4lab: vector %d error %x eip %x cs %x eflags %x cr2 %x\n", frame->vector, frame->error, frame->eip,
          frame->cs, frame->eflags, cpu_read_cr2());
    print("l4lab: eax %x ebx %x ecx %x edx %x esi %x edi %x ebp %x\n", frame->eax, frame->ebx, frame->ecx, frame->edx,
          frame->esi, frame->edi, frame->ebp);
    if (trap_from_user(frame)) {
        print("l4lab: esp %x ss %x ds %x es %x\n", frame->esp, frame->ss, frame->ds, frame->es);
    }
}

_Noreturn void panic(const struct trap_frame *frame, const char *sentence)
{
    cpu_disable_interrupts();
    print("l4lab: panic: %s\n", sentence);
    if (frame) {
        print_frame(frame);
    }
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial console, and the kernel's end. */
#pragma once

#include <stdint.h>

struct trap_frame;

void serial_init(void);
void serial_write(char character);
char serial_read(void); /* waits */

/* Conversions: %s string, %x hexadecimal (8 digits), %d unsigned decimal, %% percent sign. */
void print(const char *format, ...);
void print_number(uint32_t value, uint32_t base, int digits); /* at least so many */

/* Prints "l4lab: panic: SENTENCE", the registers of `frame` unless NULL, and stops the machine for good. */
_Noreturn void panic(const struct trap_frame *frame, const char *sentence);

void print_frame(const struct trap_frame *frame);

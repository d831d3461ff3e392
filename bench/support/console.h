/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a task, at any privilege, write to the log? */
#pragma once

#include "bench/support/l4.h"

#include <stdarg.h>

/* Formats: %s string, %u unsigned decimal, %x eight hexadecimal digits, %% one percent sign. A call's text reaches the
 * log as one piece if it is shorter than 256 characters. */
__attribute__((format(printf, 1, 2))) void console_print(const char *format, ...);

/* The same into `text`, cut to `size` bytes with the final zero; returns the length. */
__attribute__((format(printf, 3, 4))) uint32_t text_format(char *text, uint32_t size, const char *format, ...);

/* The same for a caller that has its arguments as a list. */
__attribute__((format(printf, 3, 0))) uint32_t text_format_list(char *text, uint32_t size, const char *format,
                                                                va_list arguments);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/console.h"

enum { LINE_SIZE = 256 };

/* Where formatted text goes: a full line is printed, any other text is cut. */
struct line {
    char *text;
    uint32_t size, length;
    bool printed;
};

/* The kernel's console call: the zero-terminated string at EAX. The text is in the caller's own stack, so the kernel
 * finds it mapped. */
static void line_flush(struct line *line)
{
    line->text[line->length] = '\0';
    __asm__ volatile("int3; cmpb $2, %%al" : : "a"(line->text) : "memory");
    line->length = 0;
}

static void line_put(struct line *line, char character)
{
    if (line->length == line->size - 1) {
        if (!line->printed)
            return;
        line_flush(line);
    }
    line->text[line->length++] = character;
}

static void line_put_string(struct line *line, const char *string)
{
    while (*string)
        line_put(line, *string++);
}

static void line_put_decimal(struct line *line, uint32_t value)
{
    char digits[10];
    uint32_t count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (count)
        line_put(line, digits[--count]);
}

static void line_put_hexadecimal(struct line *line, uint32_t value)
{
    for (int shift = 28; shift >= 0; shift -= 4)
        line_put(line, "0123456789abcdef"[value >> shift & 0xF]);
}

static void line_format(struct line *line, const char *format, va_list arguments)
{
    for (; *format; format++) {
        if (*format != '%') {
            line_put(line, *format);
            continue;
        }
        switch (*++format) {
        case 's':
            line_put_string(line, va_arg(arguments, const char *));
            break;
        case 'u':
            line_put_decimal(line, va_arg(arguments, unsigned int));
            break;
        case 'x':
            line_put_hexadecimal(line, va_arg(arguments, unsigned int));
            break;
        default:
            line_put(line, *format);
        }
    }
}

void console_print(const char *format, ...)
{
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof(text), .printed = true};
    va_list arguments;

    va_start(arguments, format);
    line_format(&line, format, arguments);
    va_end(arguments);
    line_flush(&line);
}

uint32_t text_format_list(char *text, uint32_t size, const char *format, va_list arguments)
{
    struct line line = {.text = text, .size = size};

    line_format(&line, format, arguments);
    text[line.length] = '\0';
    return line.length;
}

uint32_t text_format(char *text, uint32_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    uint32_t length = text_format_list(text, size, format, arguments);
    va_end(arguments);
    return length;
}

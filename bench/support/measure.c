/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/measure.h"

#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/thread.h"

#include <stdarg.h>

enum { VALUES_PER_LINE = 16 };

struct measurement measurement;
struct reading readings[MOST_SAMPLES];

void measurement_set(const char *name_format, ...)
{
    va_list arguments;

    measurement = (struct measurement){.warmups = WARMUPS, .samples = SAMPLES, .operations = 1};
    va_start(arguments, name_format);
    text_format_list(measurement.name, NAME_SIZE, name_format, arguments);
    va_end(arguments);
}

void measure_prepare(void)
{
    image_touch();
    pages_touch_for_writing(&measurement, sizeof(measurement));
    pages_touch_for_writing(readings, sizeof(readings));
    pages_touch_for_writing(&model_clock, sizeof(model_clock));
    pages_touch_for_writing(lthread_stacks, sizeof(lthread_stacks));
}

void measure_report(void)
{
    const struct measurement *done = &measurement;

    console_print("@case %s temperature=%s warmups=%u n=%u metric=%s", done->name, done->cold ? "cold" : "warm",
                  done->warmups, done->samples, done->operations ? "operation" : "round_trip");
    if (done->operations)
        console_print(" operations=%u", done->operations);
    console_print("%s%s\n", done->facts[0] ? " " : "", done->facts);
    for (uint32_t i = 0; i < done->samples; i++) {
        const struct reading *reading = &readings[done->warmups + i];
        console_print(i % VALUES_PER_LINE == 0 ? "@values " : " ");
        console_print(clock_present() ? "%u" : "-", (uint32_t)(reading->stopped - reading->started));
        console_print(i % VALUES_PER_LINE == VALUES_PER_LINE - 1 || i == done->samples - 1 ? "\n" : "");
    }
}

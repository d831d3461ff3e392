// SPDX-License-Identifier: BSD-2-Clause
#include "fixture_model.h"

#include "fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RAM_BYTES = 0x10000 };

static const struct board ideal = {.name = "ideal", .mhz = 50, .read_first = 2, .read_burst = 1, .write = 2};

struct model *fixture_model(void)
{
    static struct model model;
    static uint8_t bytes[RAM_BYTES], page_bits[RAM_BYTES / 4];
    memset(&model, 0, sizeof model);
    memset(bytes, 0, sizeof bytes);
    memset(page_bits, 0, sizeof page_bits);
    model.timed = true;
    model.processor = &processor_i486;
    model.rules = *fixture_rules();
    model.board = ideal;
    model.ram = (struct ram){bytes, page_bits, RAM_BYTES};
    bus_init(&model.bus, &model.board, model.rules.write_buffers, model.rules.cache_line_bytes, NULL);
    model.processor->open(&model);
    return &model;
}

void fixture_put_word(struct model *model, uint32_t physical, uint32_t value)
{
    memcpy(model->ram.bytes + physical, &value, sizeof value);
}

// What QEMU's side of the model would do.

bool cpu_state_read(struct cpu_state *state)
{
    (void)state;
    return true;
}

uint32_t cpu_state_cr3(struct cpu_state *state)
{
    return state->cr3;
}

_Noreturn void model_stop(struct model *model, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\nthe model stopped at clock %llu\n", (unsigned long long)model->now);
    exit(1);
}

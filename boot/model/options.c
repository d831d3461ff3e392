// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include "processor.h"
#include "psv.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_LIMIT = 1 << 30, COUNT_LIMIT = INT32_MAX };

static bool take_number(const char *value, long *number)
{
    unsigned parsed;
    if (!psv_number(value, TRACE_LIMIT, &parsed))
        return false;
    *number = (long)parsed;
    return true;
}

static bool take_model(struct options *options, const char *value)
{
    options->processor = processor_find(value);
    return options->processor || strcmp(value, "none") == 0;
}

static bool take_address(const char *value, uint32_t *address)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 16);
    *address = (uint32_t)number;
    return isxdigit((unsigned char)value[0]) && !*end && !errno && number <= UINT32_MAX;
}

// The arguments of a kernel that was not written for the model.
static bool take_attach(struct options *options, const char *name, const char *value)
{
    struct regions *regions = &options->regions;
    const struct {
        const char *name;
        uint32_t *place;
        bool *given;
    } addresses[] = {
        {"entry", &options->entry, &options->attach},
        {"begin", &regions->begin, &regions->given},
        {"end", &regions->end, &regions->given},
        {"directory", &regions->directory, &regions->in_directory},
        {"physical_low", &regions->low, &regions->in_range},
        {"physical_high", &regions->high, &regions->in_range},
    };
    for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (strcmp(name, addresses[i].name) == 0)
            return *addresses[i].given = take_address(value, addresses[i].place);
    if (strcmp(name, "every") == 0)
        return psv_number(value, COUNT_LIMIT, &regions->every) && regions->every;
    if (strcmp(name, "samples") == 0)
        return psv_number(value, COUNT_LIMIT, &regions->samples) && regions->samples;
    return strcmp(name, "limit") == 0 && psv_number(value, COUNT_LIMIT, &options->limit) && options->limit;
}

static bool take(struct options *options, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **place;
    } strings[] = {
        {"ram", &options->ram},     {"out", &options->out},         {"clocks", &options->clocks},
        {"rules", &options->rules}, {"board", &options->board},     {"trace", &options->trace},
        {"hash", &options->hash},   {"profile", &options->profile},
    };
    for (unsigned i = 0; i < sizeof strings / sizeof *strings; i++)
        if (strcmp(name, strings[i].name) == 0) {
            *strings[i].place = value;
            return value[0] != 0;
        }
    if (strcmp(name, "trace_case") == 0)
        return take_number(value, &options->trace_case);
    if (strcmp(name, "trace_sample") == 0)
        return take_number(value, &options->trace_sample);
    if (strcmp(name, "model") == 0)
        return take_model(options, value);
    return take_attach(options, name, value);
}

static bool complete(const struct options *options, char *message)
{
    const char *missing = !options->ram                            ? "ram"
                          : !options->out                          ? "out"
                          : options->processor && !options->clocks ? "clocks"
                          : options->processor && !options->rules  ? "rules"
                          : options->processor && !options->board  ? "board"
                                                                   : NULL;
    if (missing)
        snprintf(message, PSV_MESSAGE, "the argument %s=FILE is missing", missing);
    else if (options->trace && !options->processor)
        snprintf(message, PSV_MESSAGE, "a trace needs a processor, and model=none has none");
    else if (options->attach && !options->processor)
        snprintf(message, PSV_MESSAGE, "to attach needs a processor, and model=none has none");
    return !missing && ((!options->trace && !options->attach) || options->processor);
}

bool options_parse(struct options *options, int argc, char **argv, char *message)
{
    *options = (struct options){.processor = &processor_i486, .regions.every = 1};
    for (int i = 0; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (equals)
            *equals = 0;
        if (!equals || !take(options, argv[i], equals + 1)) {
            snprintf(message, PSV_MESSAGE, "the argument %.60s is unknown or its value is wrong", argv[i]);
            return false;
        }
    }
    return complete(options, message);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include "processor.h"
#include "psv.h"

#include <stdio.h>
#include <string.h>

enum { TRACE_LIMIT = 1 << 30 };

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

static bool take(struct options *options, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **place;
    } strings[] = {
        {"ram", &options->ram},     {"out", &options->out},     {"clocks", &options->clocks},
        {"rules", &options->rules}, {"board", &options->board}, {"trace", &options->trace},
        {"hash", &options->hash},
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
    return strcmp(name, "model") == 0 && take_model(options, value);
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
    return !missing && (!options->trace || options->processor);
}

bool options_parse(struct options *options, int argc, char **argv, char *message)
{
    *options = (struct options){.processor = &processor_i486};
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

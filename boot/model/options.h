// SPDX-License-Identifier: GPL-2.0-or-later
// Which arguments does the plugin take?
#pragma once

#include "regions.h"

#include <stdbool.h>

struct options {
    const char *ram, *out, *clocks, *rules, *board, *trace, *hash;
    const struct processor *processor; // NULL: model=none
    long trace_case, trace_sample;
    // Of a kernel that was not written for the model; the run begins at its entry.
    bool attach;
    uint32_t entry;
    struct regions regions;
    const char *profile;
    unsigned limit; // the run ends after so many instructions; 0: it does not
};

// Refuses an unknown or missing argument; `message` (PSV_MESSAGE bytes) then holds a sentence. The strings stay in
// `argv`.
bool options_parse(struct options *options, int argc, char **argv, char *message);

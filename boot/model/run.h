// SPDX-License-Identifier: GPL-2.0-or-later
// What does one run consist of, and what do the callbacks of QEMU share?
#pragma once

#include "attach.h"
#include "counts.h"
#include "decode.h"
#include "options.h"

struct run {
    struct model model;
    struct counts counts;
    struct options options;
    struct attach attach;
    struct decoder *decoder;
    bool started; // the kernel's first block has been translated
    bool clock_armed;
    uint32_t clock_insn; // the load that latches the clock
    int64_t start_ns;
};

extern struct run run;

// Charges the instruction that is executing, now that `next` begins.
void run_settle(const struct insn *next);

// Writes what the run leaves; `reason` and `guest_seconds` as for counts_end. False if it could not be written
// completely.
bool run_finish(const char *reason, const double *guest_seconds);

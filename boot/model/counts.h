// SPDX-License-Identifier: GPL-2.0-or-later
// Which samples did the run contain, and what happened in each? The file counts.jsonl.
#pragma once

#include "model.h"

#include <stdio.h>

// By enum stall.
extern const char *const stall_names[STALL_COUNT];

struct counts {
    FILE *file;
    const char *path;
    const struct processor *processor; // NULL: the run is not timed
    bool timed;
    bool open; // between START and STOP
    long case_number, index;
    uint64_t samples;
    uint64_t start_time;
    struct counters start;
    bool attached;
    uint64_t untimed, not_followed;
};

// Opens the file and writes its first line; `board` and `hash` may be NULL. On failure returns false and writes a
// sentence.
bool counts_open(struct counts *counts, const char *path, const struct processor *processor, const char *board,
                 const char *hash, char *message, size_t size);

void counts_case(struct counts *counts);
void counts_start(struct counts *counts, const struct model *model);
void counts_stop(struct counts *counts, const struct model *model);

// What an attached run did not time outside its samples; for the last line.
void counts_outside(struct counts *counts, uint64_t untimed, uint64_t not_followed);

// The last line. `reason` NULL means the run went well, `guest_seconds` NULL that guest time cannot be read. False if
// the file could not be written completely.
bool counts_end(struct counts *counts, const struct model *model, const double *guest_seconds, const char *reason);

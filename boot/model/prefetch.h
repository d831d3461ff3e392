// SPDX-License-Identifier: GPL-2.0-or-later
// Are the bytes of the next instruction there? A queue of two lines, each filled by one cache access. A line comes from
// the bus in four parts, as wide as the bus.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct model;
struct insn;

struct code_line {
    bool valid;
    uint32_t linear;
    uint32_t physical;
    uint64_t first_at;    // when the part asked for first is there
    uint64_t complete_at; // when all of it is
    unsigned first;       // its number in the line
    unsigned burst;       // clocks to each following part; 0 if the line came from the cache
    int place;            // in the cache, or CACHE_ABSENT
};

struct prefetch {
    struct code_line line[2]; // a line lives in the slot of its parity, so two lines in a row never share one
    uint32_t ahead;           // address plus one of a line whose next line is there, too; 0: not known
    uint32_t ready;           // address plus one of a line that is there in all its parts; 0: not known
    bool redirected;          // the next instruction is a branch target
};

// Waits until every byte of `insn` is in the queue, fetching what is missing.
void prefetch_require(struct model *model, const struct insn *insn);

// Lets the queue fill if the cache had a clock for it while `insn` ran.
void prefetch_ahead(struct model *model, const struct insn *insn, bool port_was_free);

// Where the line of `linear`, which prefetch_require has brought, lies in the cache, or CACHE_ABSENT.
int prefetch_place(const struct model *model, uint32_t linear);

// Empties the queue: control went elsewhere.
void prefetch_redirect(struct model *model);

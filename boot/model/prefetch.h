// SPDX-License-Identifier: GPL-2.0-or-later
// Are the bytes of the next instruction there? A queue of two 16-byte lines, each filled by one cache access in a clock
// in which the data side leaves the cache alone.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct model;
struct insn;

struct code_line {
    bool valid;
    uint32_t linear;
    uint32_t physical;
    uint64_t first_at; // when the dword asked for first is there
    unsigned first;    // its number in the line
    unsigned burst;    // clocks to each following dword; 0 if the line came from the cache
};

struct prefetch {
    struct code_line line[2]; // a line lives in the slot of its parity, so two lines in a row never share one
    bool redirected;          // the next instruction is a branch target
};

// Waits until every byte of `insn` is in the queue, fetching what is missing.
void prefetch_require(struct model *model, const struct insn *insn);

// Lets the queue fill if data left the cache alone in at least one clock of `insn`: stalls and walks count as such
// clocks.
void prefetch_ahead(struct model *model, const struct insn *insn, bool port_was_free);

// Empties the queue: control went elsewhere.
void prefetch_redirect(struct model *model);

// SPDX-License-Identifier: GPL-2.0-or-later
// Which clocks does decoding add because of the instruction before? Address-generation interlock, prefixes, index,
// displacement with immediate, partial register.
#pragma once

#include "insn.h"
#include "params.h"

// What the preceding instruction left behind.
struct pipeline {
    uint8_t writes, writes_part8, writes_part16;
    bool hides_prefix;
};

struct pipeline_stalls {
    unsigned agi, prefix, index, disp_imm, partial_register;
};

struct pipeline_stalls pipeline_stalls(const struct pipeline *pipeline, const struct rules *rules,
                                       const struct insn *insn);

// Records `insn` as the preceding one. `redirected`: it flushed the pipeline, so nothing of it overlaps the next
// decode.
void pipeline_after(struct pipeline *pipeline, const struct insn *insn, unsigned clocks, bool redirected);

// Forgets the preceding instruction: an entry or a flush lies between.
void pipeline_clear(struct pipeline *pipeline);

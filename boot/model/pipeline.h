// SPDX-License-Identifier: GPL-2.0-or-later
// Which clocks does decoding add because of the instruction before? Address-generation interlock, prefixes, index,
// displacement with immediate, partial register.
#pragma once

#include "insn.h"
#include "params.h"

// What the preceding instructions left behind. byte_writes: bit n is set if an instruction that wrote a byte register
// ended n clocks ago.
struct pipeline {
    uint8_t writes, writes_part8, writes_part16;
    uint8_t byte_writes;
    bool hides_prefix;
};

struct pipeline_stalls {
    unsigned agi, prefix, index, disp_imm, partial_register, byte_write;
};

// True if nothing can stall, which is the common case.
bool pipeline_flows(const struct pipeline *pipeline, const struct insn *insn);

struct pipeline_stalls pipeline_stalls(const struct pipeline *pipeline, const struct rules *rules,
                                       const struct insn *insn);

// Records `insn` as the preceding one; `clocks` are its own, `elapsed` those with everything it waited for.
// `redirected`: it flushed the pipeline, so nothing of it overlaps the next decode.
void pipeline_after(struct pipeline *pipeline, const struct insn *insn, unsigned clocks, unsigned elapsed,
                    bool redirected);

// Forgets the preceding instruction: an entry or a flush lies between.
void pipeline_clear(struct pipeline *pipeline);

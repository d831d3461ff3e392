// SPDX-License-Identifier: GPL-2.0-or-later
// What does one processor do otherwise than another? A new one is a file with one such structure.
#pragma once

#include "params.h"

#include <stdbool.h>
#include <stdint.h>

struct insn;
struct model;

struct processor {
    const char *name; // of the plugin's argument `model`
    enum rules_of rules;
    bool paired;        // clocks.psv has pairing classes
    unsigned causes;    // mask of the stalls that it has
    unsigned bus_bytes; // as wide as the bus is
    bool early_parts;   // data of a line that is being filled can be read as soon as it has come
    bool write_back;    // the data cache keeps writes that hit
    // Makes the caches and TLBs that DATA and CODE stand for, empty.
    void (*open)(struct model *model);
    // Charges what comes before the instruction's own clocks: its bytes, decoding, writes that it waits for.
    void (*begin)(struct model *model, const struct insn *insn);
    // Charges the instruction's own clocks with its accesses, and what its outcome adds; `since` is when it began.
    void (*finish)(struct model *model, const struct insn *insn, unsigned clocks, bool taken, uint64_t since);
    // Both, for an instruction that is `plain`.
    void (*plain)(struct model *model, const struct insn *insn, bool taken);
    // A line came into the code cache, at this place.
    void (*code_filled)(struct model *model, int place);
    // After the last step of a repeated string instruction.
    void (*repeated)(struct model *model, const struct insn *insn);
    // Control went elsewhere by an entry.
    void (*redirected)(struct model *model);
    // Reads an entry of the page tables during a walk.
    void (*walk_read)(struct model *model, uint32_t physical, bool uncached);
    // A walk changed the bits of `count` entries, one or two.
    void (*walk_update)(struct model *model, const uint32_t *physical, unsigned count);
    // The address space changed, beyond the TLBs.
    void (*switched)(struct model *model);
};

extern const struct processor processor_i486, processor_pentium;

// NULL if there is none of this name.
const struct processor *processor_find(const char *name);

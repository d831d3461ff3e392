// SPDX-License-Identifier: GPL-2.0-or-later
// Where does a region begin and end in a kernel that has no markers? At addresses: a sample goes from the instruction
// at the begin up to the one at the end, which is no part of it.
#pragma once

#include "model.h"

enum region_place { REGION_BEGIN = 1 << 0, REGION_END = 1 << 1 };

struct regions {
    bool given; // begin and end are
    uint32_t begin, end;
    bool in_directory; // only passages with this page directory count
    uint32_t directory;
    bool in_range; // only passages whose instruction lies in this physical range count, the last address included
    uint32_t low, high;
    unsigned every; // one of so many begins opens a sample
    unsigned samples;
    uint64_t begins; // passed so far while no sample was open
};

// A mask of enum region_place for the instruction at `linear`.
unsigned regions_at(const struct regions *regions, uint32_t linear);

// Does this passage of a region's begin or end count?
bool regions_counts(const struct regions *regions, struct model *model, uint32_t linear);

// Does this begin open a sample?
bool regions_opens(struct regions *regions);

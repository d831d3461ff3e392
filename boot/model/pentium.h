// SPDX-License-Identifier: GPL-2.0-or-later
// What does the Pentium have besides caches, TLBs, bus and prefetch queue?
#pragma once

#include "btb.h"
#include "cache.h"
#include "pairing.h"

struct pentium {
    struct pairing pairing;
    enum pairing_bar bar;  // of the instruction that is executing
    uint64_t issued;       // when it issued
    bool after_mispredict; // the last pair began a mispredicted path: too early for the next prediction
    bool mispredicted;     // the last pair ended in a misprediction
    struct btb btb;
    uint32_t ends[CACHE_MAX_SETS * LRU_WAYS]; // by place of the line: bit n, an instruction that has run ends at byte n
};

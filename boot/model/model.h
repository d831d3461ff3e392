// SPDX-License-Identifier: GPL-2.0-or-later
// What is the state of the modelled machine? One structure, shared by the files that each model one part of it.
#pragma once

#include "bus.h"
#include "cache.h"
#include "clocks.h"
#include "cpu_state.h"
#include "insn.h"
#include "params.h"
#include "pentium.h"
#include "pipeline.h"
#include "prefetch.h"
#include "processor.h"
#include "ram.h"
#include "tlb.h"

#include <stdbool.h>
#include <stdint.h>

enum stall {
    STALL_AGI,
    STALL_PREFIX,
    STALL_INDEX,
    STALL_DISP_IMM,
    STALL_PAIRING,
    STALL_BANK,
    STALL_BRANCH,
    STALL_MISALIGNED,
    STALL_CACHE,
    STALL_TLB,
    STALL_WRITE,
    STALL_PREFETCH,
    STALL_OTHER,
    STALL_COUNT
};

enum { DATA, CODE, SIDES };

enum { VECTORS = 256, MAX_ACCESSES = 64 };

// Running totals; a sample is the difference of two.
struct counters {
    uint64_t instructions, iterations, restarts, empty_passes, cr3_loads, tlb_misses, cache_misses, reads, writes,
        halts;
    uint64_t pairs, mispredicts;
    uint64_t stalls[STALL_COUNT];
    uint64_t kernel_cycles, user_cycles;
    uint64_t interrupts[VECTORS];
};

struct access {
    uint32_t linear;
    uint8_t size;
    bool store;
};

struct model {
    bool timed; // false: instructions are counted, nothing costs time
    const struct processor *processor;
    struct rules rules;
    struct board board;
    struct clocks clocks;
    const struct clocks_entry *entry_clocks; // of exceptions and interrupts
    uint64_t now;
    struct counters counters;
    struct pipeline pipeline;
    struct prefetch prefetch;
    struct cache *cache[SIDES]; // one cache twice if it is unified
    struct tlb *tlb[SIDES];
    struct tlb *large_tlb; // 4 MB pages of data; NULL if the processor has none
    struct cache caches[SIDES];
    struct tlb tlbs[SIDES + 1];
    struct pentium pentium;
    struct bus bus;
    struct ram ram;
    struct cpu_state cpu;
    unsigned privilege, io_privilege;
    // The instruction that is executing; what it did is charged when the next one begins.
    const struct insn *current;
    struct access access[MAX_ACCESSES];
    unsigned accesses;
    uint32_t next;  // where control went after it
    unsigned steps; // of a repeated string instruction
    bool begun;     // its decoding has been charged
    // What decides its clocks: of a register its whole word. Of memory it is known once the instruction is charged.
    bool value_known;
    uint32_t value;
};

static inline void model_charge(struct model *model, enum stall cause, uint64_t clocks)
{
    model->now += clocks;
    model->counters.stalls[cause] += clocks;
}

static inline bool model_paging(const struct model *model)
{
    return model->cpu.cr0 >> 31;
}

static inline bool model_cache_disabled(const struct model *model)
{
    return (model->cpu.cr0 >> 30) & 1;
}

// Ends the run with an error: writes the sentence into the counts, and QEMU exits with MODEL_EXIT. In
// an attached kernel, outside regions, only the instruction is lost. Does not return.
enum { MODEL_EXIT = 70 };
_Noreturn void model_stop(struct model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));

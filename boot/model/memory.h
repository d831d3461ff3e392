// SPDX-License-Identifier: GPL-2.0-or-later
// What does one memory access cost on its way through TLB, cache and bus?
#pragma once

#include "model.h"

enum memory_use { MEMORY_READ, MEMORY_WRITE, MEMORY_CODE };

struct memory_place {
    uint32_t physical;
    bool uncached;
};

// Finds the physical address, walking the page tables and charging the walk if the TLB has no entry, or if a write
// finds it clean.
struct memory_place memory_translate(struct model *model, uint32_t linear, enum memory_use use);

// The same for the prefetcher, which does not walk ahead of need: false if the TLB has no entry.
bool memory_translate_ahead(struct model *model, uint32_t linear, struct memory_place *place);

void memory_flush_tlbs(struct model *model);

// The walk of an access that failed: charged, and nothing enters the TLB. No walk if the TLB has the page.
void memory_failed_walk(struct model *model, uint32_t linear);

// Reads one dword through the data cache.
void memory_read_physical(struct model *model, uint32_t physical, bool uncached, enum stall cause);

// Charges one data access of up to 8 bytes.
void memory_access(struct model *model, const struct access *access);

// Charges `clocks` with the accesses spread evenly over them, the first at their beginning.
void memory_spread(struct model *model, const struct access *access, unsigned count, unsigned clocks);

// The dword at a linear address, without cost; 0 if it is not mapped.
uint32_t memory_peek(const struct model *model, uint32_t linear);

// The `size` bytes at a linear address, up to 4, without cost. False if one is not mapped or not in memory.
bool memory_peek_value(const struct model *model, uint32_t linear, unsigned size, uint32_t *value);

// The physical address of a linear one, without cost; false if it is not mapped.
bool memory_peek_address(const struct model *model, uint32_t linear, uint32_t *physical);

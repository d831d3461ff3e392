// SPDX-License-Identifier: GPL-2.0-or-later
// What do the page tables say, and what does a walk through them cost?
#pragma once

#include "model.h"

// Walks for an access that succeeded and puts the translation into `tlb`, or a 4 MB page of data into the TLB for
// those.
const struct tlb_entry *walk_page(struct model *model, struct tlb *tlb, uint32_t linear, bool write);

// The walk of an access that failed: charged, and nothing enters a TLB.
void walk_failed(struct model *model, uint32_t linear);

// The physical address of a linear one, without cost; false if it is not mapped.
bool walk_peek(const struct model *model, uint32_t linear, uint32_t *physical);

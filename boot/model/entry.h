// SPDX-License-Identifier: GPL-2.0-or-later
// What does the microcode of `int n`, of an exception and of a hardware interrupt touch and cost? QEMU shows none of
// its accesses.
#pragma once

#include "model.h"

enum entry_cause { ENTRY_SOFTWARE, ENTRY_EXCEPTION, ENTRY_HARDWARE };

// Charges `clocks` for one entry through the interrupt descriptor table and takes the new privilege level. The
// processor state must have been read at the handler's first instruction unless the entry comes from an outer level by
// software.
void entry_deliver(struct model *model, unsigned vector, enum entry_cause cause, const struct clocks_entry *clocks);

// The vector whose handler starts at `linear` according to the guest's table, or NO_VECTOR.
unsigned entry_vector_of(const struct model *model, uint32_t linear);

// True if the handler of `vector` starts at `linear`.
bool entry_leads_to(const struct model *model, unsigned vector, uint32_t linear);

bool entry_has_error_code(unsigned vector);

// Charges the write of the accessed bit of a descriptor loaded by an entry or a far call, once; `high` is the linear
// address of its second dword.
void entry_load_descriptor(struct model *model, uint32_t high);

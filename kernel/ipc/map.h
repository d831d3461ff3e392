/* SPDX-License-Identifier: BSD-2-Clause */
/* Map messages: fpages from the sender's space into the receiver's window (interface sections 3, 4.9). */
#pragma once

#include "kernel/ipc/registers.h"
#include "kernel/thread/tcb.h"

enum map_result { MAP_NONE, MAP_DONE, MAP_NO_MEMORY };

enum fpage_bits {
    FPAGE_GRANT = 1u << 0,
    FPAGE_WRITE = 1u << 1,
    FPAGE_SIZE_SHIFT = 2,
    FPAGE_SIZE_MASK = 0x3F,
    FPAGE_SIZE_PAGE = 12,
    FPAGE_SIZE_ALL = 32,
    FPAGE_ALL = FPAGE_SIZE_ALL << FPAGE_SIZE_SHIFT,
};

/* Maps what the pairs (base, fpage) among the first `words` words of the message say, up to the first invalid one. */
enum map_result map_message(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                            uint32_t words);

/* fpage_unmap of a task's region; `how` as enum revoke. */
void unmap_fpage(struct task *task, uint32_t fpage, uint32_t how);

/* Maps sigma0's page at its own address, if it is memory that the kernel gives away: sigma0 has the page tables for all
   of that from the beginning, so there is nothing that may be missing. */
bool map_identically(const struct task *task, uint32_t address);

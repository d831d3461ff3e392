/* SPDX-License-Identifier: BSD-2-Clause */
/* The mapping database: who has a page frame from whom?  A tree per frame; sigma0, which owns all memory it was left,
   is the root and has no node.  So what a task passes on can be taken back, from all who have it through it. */
#pragma once

#include "kernel/memory/page_table.h"

#include <stdbool.h>
#include <stdint.h>

/* A page of a task; `page` is page aligned. */
struct place {
    struct task *task;
    uint32_t page;
};

/* Puts the frame behind `from` at `to` as well, with the rights of `entry`; what was at `to` before is taken back
   first. false: no memory for a page table or a node; then nothing is at `to`. */
bool mapping_map(struct place from, struct place to, uint32_t entry);

/* As mapping_map, but the frame leaves `from`, and who has it from there has it from `to` afterwards. */
bool mapping_grant(struct place from, struct place to, uint32_t entry);

enum revoke {
    REVOKE_WRITES = 0, /* others keep it read-only */
    REVOKE_ALL = 1u << 0,
    REVOKE_OWN = 1u << 1, /* the page at the place itself, too */
};

/* Takes a page back from everybody who has it through this place. */
void mapping_revoke(struct place place, uint32_t how);

/* As fpage_unmap: revokes every page of a region of the task; `last` is the region's last address. */
void mapping_revoke_region(struct task *task, uint32_t first, uint32_t last, uint32_t how);

/* sigma0's page is the kernel's own memory from now on: it leaves sigma0 and all who have it. */
void mapping_give_to_kernel(struct place from, uint32_t entry);

/* Frames of kernel memory that the nodes for so many mapped pages take. */
uint32_t mapping_frames_for(uint32_t pages);

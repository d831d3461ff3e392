/* SPDX-License-Identifier: BSD-2-Clause */
/* Temporary mapping (Liedtke 1993): the page-directory entries of the receiver's two 4 MB regions that hold its buffer
   are copied into the sender's communication window, user bit cleared, and one copy goes straight into it.  Page tables
   are shared, so the receiver's protection holds: a page that the receiver may not write faults in the window as well
   (CR0.WP), and what the receiver's pager maps appears there at once.

   The window belongs to the page directory, so all threads of a task share it.  The TLB may keep entries of an earlier
   use: hot.window_live says so, every CR3 load ends it.  A directory entry that changes while it is set costs a CR3
   load. */
#pragma once

#include "variants/transfer/transfer.h"

#include "kernel/memory/frames.h"
#include "kernel/memory/page_table.h"

enum { WINDOW_ENTRY = WINDOW_AREA / PAGE_TABLE_SPAN };

/* Points the window of the directory that is loaded (a small sender's may be anybody's) at the receiver's regions from
   transfer.window_target on. */
static inline void window_install(struct tcb *sender, const struct tcb *receiver)
{
    const uint32_t *directory = physical_alias(receiver->space.page_directory);
    const uint32_t *from = directory + sender->transfer.window_target / PAGE_TABLE_SPAN;
    uint32_t *window = (uint32_t *)physical_alias(hot.loaded_page_directory) + WINDOW_ENTRY;
    uint32_t first = from[0] & ~(uint32_t)PAGE_USER;
    uint32_t second = from[1] & ~(uint32_t)PAGE_USER;
    bool changed = ((window[0] ^ first) | (window[1] ^ second)) & ~(uint32_t)PAGE_ACCESSED;
    if (changed) {
        window[0] = first;
        window[1] = second;
    }
    if (changed && hot.window_live) {
        page_directory_load(hot.loaded_page_directory);
    }
    hot.window_live = 1;
}

/* In the window, which opens there, unless the receiver's memory is visible anyway. */
static inline uint32_t transfer_reach(struct tcb *sender, struct tcb *receiver, uint32_t address)
{
    if (tcb_same_task(sender, receiver) || space_everywhere(receiver)) {
        return space_linear(receiver, address);
    }
    sender->transfer.window_target = address & ~(uint32_t)(PAGE_TABLE_SPAN - 1);
    sender->transfer.window = 1;
    window_install(sender, receiver);
    return WINDOW_AREA + address % PAGE_TABLE_SPAN;
}

static inline uint32_t transfer_words(struct tcb *sender, struct tcb *receiver, uint32_t structure, uint32_t source,
                                      uint32_t first, uint32_t count, bool sized)
{
    uint32_t target = transfer_reach(sender, receiver, structure);
    if (sized) {
        uint32_t size = ((volatile uint32_t *)target)[STRUCTURE_SIZE_DOPE] >> DOPE_DWORDS_SHIFT;
        count = first >= size ? 0 : first + count > size ? size - first : count;
    }
    target += (STRUCTURE_DWORDS + first) * sizeof(uint32_t);
    if (count <= TRANSFER_SMALL) {
        for (uint32_t i = 0; i < count; i++) {
            ((volatile uint32_t *)target)[i] = ((volatile uint32_t *)source)[i];
        }
    } else {
        copy_words_preemptible(target, source, count);
    }
    return first + count;
}

static inline void transfer_bytes(struct tcb *sender, struct tcb *receiver, uint32_t to, uint32_t source,
                                  uint32_t bytes)
{
    copy_bytes_preemptible(transfer_reach(sender, receiver, to), source, bytes);
}

/* The window hides nothing of the sender's. */
static inline void transfer_enter_source(struct tcb *sender)
{
    (void)sender;
}

static inline void transfer_done(struct tcb *sender)
{
    sender->transfer.window = 0;
}

static inline void transfer_interrupted(struct tcb *sender)
{
    (void)sender;
}

static inline void transfer_resumed(struct tcb *sender)
{
    if (sender->transfer.window) {
        window_install(sender, sender->transfer.partner);
    }
}

/* The second region's table may have come into being after the window was opened. */
static inline bool transfer_resolve_fault(struct tcb *sender, uint32_t linear)
{
    uint32_t address = sender->transfer.window_target + (linear - WINDOW_AREA);
    if (!sender->transfer.window || !page_permits(sender->transfer.partner->task, address, true)) {
        return false;
    }
    window_install(sender, sender->transfer.partner);
    return true;
}

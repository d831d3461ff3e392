/* SPDX-License-Identifier: BSD-2-Clause */
/* Which data does every IPC touch?  One page, so that they cost one TLB entry: the processor's tables, the ready lists
   and a few words (Liedtke 1993: processor tables and hot kernel data share a page). */
#pragma once

#include "kernel/memory/layout.h"
#include "kernel/thread/ready_list.h"

#include <stdint.h>

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint16_t type;
    uint16_t offset_high;
};

struct descriptor {
    uint32_t low;
    uint32_t high;
};

/* The processor reads esp0 and ss0 at each entry from user level, and io_map when a user touches a port; nothing else
   of the TSS is used. */
enum { IO_MAP_NONE = 0xFFFF }; /* beyond the segment's end: users may use no port */
struct tss {
    uint32_t link;
    uint32_t esp0;
    uint32_t ss0;
    uint32_t unused[22];
    uint16_t trap;
    uint16_t io_map;
};

/* The parts, which each layout has in an order of its own.  Of the ready lists: the thread that round robin serves
   next, NULL if the list is empty; and a mark, 0 if the list is empty, 1 if one must look. */
#define HOT_IDT   struct gate idt[256];
#define HOT_READY struct tcb *ready_first[PRIORITIES];
#define HOT_MARKS uint8_t ready_marks[PRIORITIES] __attribute__((aligned(4)));
#define HOT_GDT   struct descriptor gdt[8];
#define HOT_TSS   struct tss tss;
#define HOT_WORDS                                                                                                      \
    uint32_t loaded_page_directory; /* physical address in CR3 */                                                      \
    uint32_t window_live;           /* 1: the TLB may hold window entries, no CR3 load since their use */              \
    uint32_t timeslice_left;        /* ticks that the running thread has left */                                       \
    uint32_t ready_highest;         /* no list above this priority holds a thread */

/* The order of layout 0 keeps GDT, TSS and the words out of cache set 0, where the first entries of page tables are
 * (see TCB_OFFSET). */
struct hot {
    LAYOUT_HOT
    uint32_t processor_live; /* enum processor_live: what of the processor's own state the running thread uses */
};

_Static_assert(sizeof(struct hot) <= PAGE_SIZE, "hot data must share one page");

extern struct hot hot;

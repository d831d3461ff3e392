/* SPDX-License-Identifier: BSD-2-Clause */
/* Tasks and their address spaces: page directories, page tables, and walking them. */
#pragma once

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/memory/layout.h"
#include "kernel/thread/tcb.h"

#include <stdbool.h>
#include <stdint.h>

enum page_bits {
    PAGE_PRESENT = 1u << 0,
    PAGE_WRITABLE = 1u << 1,
    PAGE_USER = 1u << 2,
    PAGE_ACCESSED = 1u << 5,
    PAGE_DIRTY = 1u << 6,
    PAGE_FLAGS = 0xFFFu,
    USER_TABLES = USER_END / PAGE_TABLE_SPAN,
};

struct task {
    uint32_t page_directory; /* physical address; 0: the task does not exist */
    uint32_t version;        /* of the task's present ids */
    uint8_t number;
    uint8_t chief;
    uint8_t mcp;
    uint8_t small_byte; /* small-space number as thread_schedule got it, 0: large */
    bool stays_large;   /* it has had a thread in V86 mode, whose addresses no segment moves */
};

extern struct task tasks[TASKS];

/* The task's id, which is its lthread 0's. */
static inline uint32_t task_id(const struct task *task)
{
    return (uint32_t)task->chief << ID_CHIEF_SHIFT | (uint32_t)task->number << ID_TASK_SHIFT | task->version;
}

/* Page directory that maps the kernel only; every other one copies its kernel part. */
extern uint32_t boot_page_directory[];

/* What the entries of thread control blocks show that were never made, or are gone: one frame of zeros, read-only even
   for the kernel. */
uint32_t tcb_entry_of_none(void);

void page_table_init(void);

/* A new, empty address space; false: no memory. */
bool page_directory_create(struct task *task);
/* Frees directory and tables.  Nobody may have it loaded. */
void page_directory_destroy(struct task *task);

/* The page-directory entry and the page-table entry of an address; NULL where there is no table. */
uint32_t *page_directory_entry(const struct task *task, uint32_t address);
uint32_t *page_table_entry(const struct task *task, uint32_t address);

/* As page_table_entry, but makes the table; NULL: no memory. */
uint32_t *page_table_entry_made(const struct task *task, uint32_t address);

/* May the task read (write) this user address right now, without a page fault? */
bool page_permits(const struct task *task, uint32_t address, bool write);

/* CR3 := page directory, and with it the end of every TLB entry. */
static inline void page_directory_load(uint32_t page_directory)
{
    hot.loaded_page_directory = page_directory;
    hot.window_live = 0;
    cpu_load_cr3(page_directory);
}

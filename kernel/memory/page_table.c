/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/page_table.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/init/info_page.h"
#include "kernel/memory/frames.h"

struct task tasks[TASKS];

enum {
    DIRECTORY_ENTRIES = 1024,
    KERNEL_FIRST = TCB_AREA / PAGE_TABLE_SPAN,
    WINDOW_FIRST = WINDOW_AREA / PAGE_TABLE_SPAN,
    WINDOW_END = WINDOW_FIRST + WINDOW_AREA_SIZE / PAGE_TABLE_SPAN,
};

static uint32_t zero_frame;

uint32_t tcb_entry_of_none(void)
{
    return zero_frame | PAGE_PRESENT | PAGE_ACCESSED;
}

static void map_tcb_area(void)
{
    zero_frame = frame_allocate();
    for (uint32_t address = TCB_AREA; address < TCB_AREA + TCB_AREA_SIZE; address += PAGE_TABLE_SPAN) {
        uint32_t table = frame_allocate();
        uint32_t *entries = physical_alias(table);
        for (int i = 0; i < DIRECTORY_ENTRIES; i++) {
            entries[i] = tcb_entry_of_none();
        }
        boot_page_directory[address / PAGE_TABLE_SPAN] = table | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED;
    }
}

void page_table_init(void)
{
    map_tcb_area();
    boot_page_directory[0] = 0; /* the identity mapping of the first instructions */
    tasks[KERNEL_TASK].page_directory = (uint32_t)(uintptr_t)boot_page_directory - PHYSICAL_ALIAS;
    page_directory_load(tasks[KERNEL_TASK].page_directory);
}

bool page_directory_create(struct task *task)
{
    task->page_directory = frame_allocate();
    if (!task->page_directory) {
        return false;
    }
    uint32_t *directory = physical_alias(task->page_directory);
    for (int i = KERNEL_FIRST; i < DIRECTORY_ENTRIES; i++) {
        bool window = i >= WINDOW_FIRST && i < WINDOW_END;
        directory[i] = window ? 0 : boot_page_directory[i];
    }
    return true;
}

void page_directory_destroy(struct task *task)
{
    uint32_t *directory = physical_alias(task->page_directory);
    for (int i = 0; i < USER_TABLES; i++) {
        if (directory[i] & PAGE_PRESENT) {
            frame_free(directory[i] & ~PAGE_FLAGS);
        }
    }
    frame_free(task->page_directory);
    task->page_directory = 0;
}

uint32_t *page_directory_entry(const struct task *task, uint32_t address)
{
    uint32_t *directory = physical_alias(task->page_directory);
    return &directory[address / PAGE_TABLE_SPAN];
}

uint32_t *page_table_entry(const struct task *task, uint32_t address)
{
    uint32_t entry = *page_directory_entry(task, address);
    if (!(entry & PAGE_PRESENT)) {
        return NULL;
    }
    uint32_t *table = physical_alias(entry & ~PAGE_FLAGS);
    return &table[address % PAGE_TABLE_SPAN / PAGE_SIZE];
}

uint32_t *page_table_entry_made(const struct task *task, uint32_t address)
{
    uint32_t *entry = page_directory_entry(task, address);
    if (!(*entry & PAGE_PRESENT)) {
        uint32_t table = frame_allocate();
        if (!table) {
            return NULL;
        }
        *entry = table | PAGE_PRESENT | PAGE_WRITABLE | PAGE_USER;
    }
    return page_table_entry(task, address);
}

bool page_permits(const struct task *task, uint32_t address, bool write)
{
    uint32_t needed = PAGE_PRESENT | PAGE_USER | (write ? (uint32_t)PAGE_WRITABLE : 0);
    const uint32_t *entry = page_table_entry(task, address);
    return entry && (*entry & needed) == needed;
}

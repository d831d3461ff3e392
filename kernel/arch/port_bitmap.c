/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/port_bitmap.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/tables.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/page_table.h"

/* The two entries of IPC (trap.S). */
void ipc_entry(void);
void ipc_entry_with_ports(void);

static bool shown_at_entry;

static void set_ipc_entry(void (*entry)(void))
{
    uint32_t address = (uint32_t)(uintptr_t)entry;
    hot.idt[VECTOR_IPC].offset_low = address & 0xFFFF;
    hot.idt[VECTOR_IPC].offset_high = address >> 16;
}

/* Page `index` of the bitmap's place after the task state segment. */
static void map_page(uint32_t index, uint32_t frame)
{
    uint32_t linear = (uint32_t)(uintptr_t)port_bitmap + index * PAGE_SIZE;
    uint32_t *table = physical_alias(boot_page_directory[linear / PAGE_TABLE_SPAN] & ~PAGE_FLAGS);
    table[linear % PAGE_TABLE_SPAN / PAGE_SIZE] = frame | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY;
    cpu_invalidate_page(linear);
}

void port_bitmap_show(const uint32_t *frames)
{
    map_page(0, frames[0]);
    map_page(1, frames[1]);
    hot.tss.io_map = (uint16_t)((uintptr_t)port_bitmap - (uintptr_t)&hot.tss);
    set_ipc_entry(ipc_entry_with_ports);
}

void port_bitmap_hide(void)
{
    shown_at_entry = hot.tss.io_map != IO_MAP_NONE;
    if (shown_at_entry) {
        hot.tss.io_map = IO_MAP_NONE;
        set_ipc_entry(ipc_entry);
    }
}

bool port_bitmap_was_shown(void)
{
    return shown_at_entry;
}

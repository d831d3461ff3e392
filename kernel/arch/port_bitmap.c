/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/port_bitmap.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/processor.h"
#include "kernel/arch/tables.h"
#include "kernel/init/info_page.h"
#include "kernel/memory/page_table.h"

/* Page `index` of the bitmap's place after the task state segment. */
static void map_page(uint32_t index, uint32_t frame)
{
    uint32_t linear = (uint32_t)(uintptr_t)port_bitmap + index * PAGE_SIZE;
    *page_table_entry(&tasks[KERNEL_TASK], linear) = frame | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY;
    cpu_invalidate_page(linear);
}

void port_bitmap_show(const uint32_t *frames)
{
    map_page(0, frames[0]);
    map_page(1, frames[1]);
    hot.tss.io_map = (uint16_t)((uintptr_t)port_bitmap - (uintptr_t)&hot.tss);
    processor_now_live(LIVE_PORTS);
}

bool port_bitmap_is_shown(void)
{
    return hot.processor_live & LIVE_PORTS;
}

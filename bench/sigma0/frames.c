/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/sigma0/frames.h"

/* Addresses that can be asked for one by one reach to 1 GB. */
enum { FRAMES = 1 << (30 - L4_PAGE_BITS) };

/* Owners other than tasks, of which there are 256; the kernel's task number is 0, so stored is the number plus 1. */
enum { FREE = 0, RESERVED = 0xFFFF };

static uint16_t owner[FRAMES];
static const struct info_page *memory;

static bool region_has(const struct region *region, uint32_t address)
{
    return address >= region->low && address < region->high;
}

static void region_set_owner(const struct region *region, uint16_t value)
{
    for (uint32_t address = region->low; address < region->high; address += L4_PAGE_SIZE)
        if (address >> L4_PAGE_BITS < FRAMES)
            owner[address >> L4_PAGE_BITS] = value;
}

static uint16_t owner_value(uint32_t task)
{
    return (uint16_t)(task + 1);
}

void frames_init(const struct info_page *info_page)
{
    memory = info_page;
    region_set_owner(&info_page->root, owner_value(l4_task_number(L4_ROOT)));
    region_set_owner(&info_page->sigma0, RESERVED);
    for (uint32_t i = 0; i < 2; i++)
        region_set_owner(&info_page->reserved[i], RESERVED);
}

bool frames_take(uint32_t address, uint32_t task)
{
    uint32_t frame = address >> L4_PAGE_BITS;

    if (frame >= FRAMES || !region_has(&memory->main_memory, address))
        return false;
    if (owner[frame] != FREE && owner[frame] != owner_value(task))
        return false;
    owner[frame] = owner_value(task);
    return true;
}

static bool is_dedicated(uint32_t address)
{
    for (uint32_t i = 0; i < 5; i++)
        if (region_has(&memory->dedicated[i], address))
            return true;
    return false;
}

uint32_t frames_take_any(uint32_t task)
{
    for (uint32_t address = memory->main_memory.high; address > memory->main_memory.low;) {
        address -= L4_PAGE_SIZE;
        uint32_t frame = address >> L4_PAGE_BITS;
        if (frame < FRAMES && owner[frame] == FREE && !is_dedicated(address)) {
            owner[frame] = owner_value(task);
            return address;
        }
    }
    return 0;
}

uint32_t frames_recommended_for_kernel(void)
{
    return (memory->main_memory.high - memory->main_memory.low) >> (L4_PAGE_BITS + 3);
}

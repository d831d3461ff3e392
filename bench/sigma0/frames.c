/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/sigma0/frames.h"

/* Addresses that can be asked for one by one reach to 1 GB. */
enum { FRAMES = 1 << (30 - L4_PAGE_BITS) };

/* Owners other than tasks, of which there are 256; the kernel's task number is 0, so stored is the number plus 1. */
enum { FREE = 0, RESERVED = 0xFFFF };

static uint16_t owner[FRAMES];
/* The kernel gets at most a part in so many of main memory: who makes it use more, starves but the kernel. */
enum { KERNEL_TASK = 0, KERNEL_SHARE = 2 };

static const struct info_page *memory;
static uint32_t next_free; /* frames from this address on are not, as frames_take_any() sees it */
static uint32_t kernels;   /* pages given to the kernel */

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
    next_free = memory->main_memory.high;
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

/* Nobody gives a page back, so all above the last one taken have owners. */
uint32_t frames_take_any(uint32_t task)
{
    while (next_free > memory->main_memory.low) {
        next_free -= L4_PAGE_SIZE;
        uint32_t frame = next_free >> L4_PAGE_BITS;
        if (frame < FRAMES && owner[frame] == FREE && !is_dedicated(next_free)) {
            owner[frame] = owner_value(task);
            return next_free;
        }
    }
    return 0;
}

uint32_t frames_take_for_kernel(void)
{
    uint32_t pages = (memory->main_memory.high - memory->main_memory.low) >> L4_PAGE_BITS;
    if (kernels == pages / KERNEL_SHARE)
        return 0;
    uint32_t address = frames_take_any(KERNEL_TASK);
    kernels += address != 0;
    return address;
}

uint32_t frames_recommended_for_kernel(void)
{
    return (memory->main_memory.high - memory->main_memory.low) >> (L4_PAGE_BITS + 3);
}

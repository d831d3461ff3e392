/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/init/info_page.h"

#include "kernel/memory/frames.h"

#include <stddef.h>

enum { MAGIC_L4UK = 0x4BE6344C, VERSION_X0 = 0x00010000, INFO_VERSION = 3, STRINGS_OFFSET = 0x100 };

_Static_assert(offsetof(struct info_page, sigma0) == 0x20, "kernel info page: sigma0");
_Static_assert(offsetof(struct info_page, main_memory) == 0x60, "kernel info page: main memory");
_Static_assert(offsetof(struct info_page, clock) == 0xA0, "kernel info page: clock");
_Static_assert(offsetof(struct info_page, strings) == STRINGS_OFFSET, "kernel info page: version strings");

__attribute__((section(".info_page"), aligned(PAGE_SIZE))) union {
    struct info_page page;
    uint8_t bytes[PAGE_SIZE];
} info_page_storage = {
    .page =
        {
            .magic = MAGIC_L4UK,
            .version = VERSION_X0,
            .version_strings = STRINGS_OFFSET / 16,
            .info_version = INFO_VERSION,
            .strings = "L4Lab, an L4 Version X.0 kernel",
        },
};

extern struct info_page info_page __attribute__((alias("info_page_storage")));

uint32_t info_page_physical(void)
{
    return (uint32_t)(uintptr_t)&info_page - PHYSICAL_ALIAS;
}

static bool contains(const struct memory_region *region, uint32_t frame)
{
    return frame >= region->low && frame < region->high;
}

bool info_page_gives_away(uint32_t frame)
{
    if (frame == info_page_physical()) {
        return true;
    }
    return contains(&info_page.main_memory, frame) && !contains(&info_page.reserved[0], frame) &&
           !frame_is_kernels(frame);
}

bool info_page_takes_back(uint32_t frame)
{
    return frame != info_page_physical() && info_page_gives_away(frame) && !contains(&info_page.dedicated[0], frame);
}

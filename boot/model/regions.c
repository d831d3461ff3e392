// SPDX-License-Identifier: GPL-2.0-or-later
#include "regions.h"

#include "memory.h"

enum { PAGE_MASK = 0xFFF };

unsigned regions_at(const struct regions *regions, uint32_t linear)
{
    if (!regions->given)
        return 0;
    return (linear == regions->begin ? REGION_BEGIN : 0u) | (linear == regions->end ? REGION_END : 0u);
}

bool regions_counts(const struct regions *regions, struct model *model, uint32_t linear)
{
    uint32_t physical;
    if (regions->in_directory && (cpu_state_cr3(&model->cpu) & ~(uint32_t)PAGE_MASK) != regions->directory)
        return false;
    if (!regions->in_range)
        return true;
    return memory_peek_address(model, linear, &physical) && physical >= regions->low && physical <= regions->high;
}

bool regions_opens(struct regions *regions)
{
    return regions->begins++ % regions->every == 0;
}

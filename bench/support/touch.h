/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a program work on so many pages? It reads one word of each, at another offset in each page, so that the TLB
 * alone decides what that costs: the cache holds them all. */
#pragma once

#include "bench/support/l4.h"

enum { TOUCH_LINE = 16, TOUCH_STRIDE = L4_PAGE_SIZE + TOUCH_LINE };

/* An area for so many pages is an array of this many bytes, aligned to pages. */
#define TOUCH_BYTES(pages) ((pages) * (L4_PAGE_SIZE + TOUCH_LINE))

static inline volatile uint32_t *touch_word(uint8_t *area, uint32_t page)
{
    return (volatile uint32_t *)&area[page * TOUCH_STRIDE];
}

__attribute__((always_inline)) static inline uint32_t touch_sum(uint8_t *area, uint32_t pages)
{
    const volatile uint32_t *word = touch_word(area, 0);
    uint32_t sum = 0;

    for (uint32_t left = pages; left; left--) {
        sum += *word;
        word += TOUCH_STRIDE / sizeof(*word);
    }
    return sum;
}

/* Makes them present; their sum is then touch_sum_expected(). */
static inline void touch_fill(uint8_t *area, uint32_t pages)
{
    for (uint32_t page = 0; page < pages; page++)
        *touch_word(area, page) = page + 1;
}

static inline uint32_t touch_sum_expected(uint32_t pages)
{
    return pages * (pages + 1) / 2;
}

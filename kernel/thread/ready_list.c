/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/thread/ready_operations.h"

void ready_lower_hint(void)
{
    for (uint32_t word = hot.ready_highest / 32 + 1; word-- > 0;) {
        uint32_t bits = hot.ready_bitmap[word];
        if (bits) {
            hot.ready_highest = word * 32 + 31 - (uint32_t)__builtin_clz(bits);
            return;
        }
    }
    hot.ready_highest = 0;
}

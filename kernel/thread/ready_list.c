/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/thread/ready_operations.h"

/* Looks at marks, four at a time, not at lists; a mark whose list has run dry since is taken away. */
void ready_lower_hint(void)
{
    uint32_t priority = hot.ready_highest + 1;
    const uint32_t *words = (const uint32_t *)hot.ready_marks;
    while (priority > 0) {
        if (priority % 4 == 0 && words[priority / 4 - 1] == 0) {
            priority -= 4;
            continue;
        }
        priority--;
        if (hot.ready_first[priority]) {
            hot.ready_highest = priority;
            return;
        }
        hot.ready_marks[priority] = 0;
    }
    hot.ready_highest = 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

struct space_state {
    uint32_t page_directory; /* physical address for CR3; 0: small, any directory will do */
    uint32_t segment_low;    /* descriptor of the user segments */
    uint32_t segment_high;
    uint32_t base;  /* linear address of user address 0 */
    uint32_t limit; /* user addresses are below */
};

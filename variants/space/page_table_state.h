/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

struct space_state {
    uint32_t page_directory; /* physical address for CR3 */
};

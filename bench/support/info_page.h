/* SPDX-License-Identifier: BSD-2-Clause */
/* What time is it by the kernel's clock? The kernel info page stands at one address in the root task and, by the boss's
 * mapping, in every child. */
#pragma once

#include "bench/support/l4.h"

enum { INFO_PAGE = 0x007FF000 }; /* above the image, below the end of an 8 MB space */

/* Gets the page from sigma0 if the root task has not got it yet (root task only). */
bool info_page_map(void);

/* Milliseconds since boot; in the root task only after info_page_map. */
uint32_t kernel_clock_ms(void);

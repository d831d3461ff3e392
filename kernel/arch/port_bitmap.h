/* SPDX-License-Identifier: BSD-2-Clause */
/* Which I/O permission bitmap does the processor read?  That of the running thread's task while it is shown, which is
   live processor state (processor.h): none is from the next switch to another thread on.  So a switch need not think of
   it: a thread that uses its ports again faults once, and its bitmap is shown again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Makes the bitmap in two frames the processor's while the running thread runs. */
void port_bitmap_show(const uint32_t *frames);

/* Is the running thread's shown? */
bool port_bitmap_is_shown(void);

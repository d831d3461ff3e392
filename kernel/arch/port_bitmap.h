/* SPDX-License-Identifier: BSD-2-Clause */
/* Which I/O permission bitmap does the processor read?  The one of the running task while it is shown, and none from
   the next entry into the kernel on.  So a switch between tasks need not think of it: a task that uses its ports again
   faults once, and its bitmap is shown again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Makes the bitmap in two frames the processor's, until the kernel is next entered. */
void port_bitmap_show(const uint32_t *frames);

/* Called at every entry into the kernel but that of IPC, which does the same by itself (trap.S). */
void port_bitmap_hide(void);

/* Was a bitmap shown when the kernel was entered last, other than for IPC? */
bool port_bitmap_was_shown(void);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/arch/trap_frame.h"

#include <stdbool.h>

/* A user's instruction that raised #GP wants `bytes` ports from `port` on; all, if what it wants goes with the I/O
   privilege level.  If the task has them, it gets the means to use them; if not, its pager is asked for them, by a
   message with an IO fpage as fault word (interface section 12).  true: done, the instruction can be retried.  false:
   the fault is about something else. */
bool port_fault(struct trap_frame *frame, uint32_t port, uint32_t bytes);

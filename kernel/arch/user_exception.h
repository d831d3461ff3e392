/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions that users handle themselves (interface section 11). */
#pragma once

#include "kernel/arch/trap_frame.h"

enum mirrored { MIRRORED, MIRROR_NO_TABLE, MIRROR_BAD_HANDLER };

/* Sends the running thread, whose frame this is, into the handler that its own interrupt table names for the vector,
   with the frame that the processor would have pushed on its stack.  Table and stack are paged in where needed.  A
   thread that lthread_ex_regs redirects meanwhile goes there instead, and counts as mirrored. */
enum mirrored user_exception_mirror(struct trap_frame *frame);

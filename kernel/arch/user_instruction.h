/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel does about a user's #GP before anybody else hears of it (interface sections 11, 20). */
#pragma once

#include "kernel/arch/trap_frame.h"

/* Users may have loaded a segment register with what the kernel, or they themselves, cannot work with.  true: one of
   the four data segments was not the flat one, and all are now; the instruction can be retried. */
bool segments_repair(struct trap_frame *frame);

/* Executes the instruction that raised the exception if it is one that users may use: LIDT, HLT, MOV to and from debug
   registers, loads of a bad selector, and IRET to V86 mode; sees to it that one that uses I/O ports can be tried again.
   false: it is not, or its operands cannot be reached.  They are paged in; a thread that lthread_ex_regs redirects
   meanwhile counts as done. */
bool user_instruction_execute(struct trap_frame *frame);

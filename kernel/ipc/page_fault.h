/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/arch/trap_frame.h"

/* Vector 14.  Returns when the instruction can be retried. */
void page_fault(struct trap_frame *frame);

enum page_in { PAGE_IN_DONE, PAGE_IN_REFUSED, PAGE_IN_CANCELLED };

/* Makes `bytes` bytes, at most a page, of the running thread's memory readable (writable), as if the instruction at the
   frame's EIP had touched them.  Refused: its pager's call failed, or they are not in its space.  Cancelled:
   lthread_ex_regs has changed the frame meanwhile, and the thread goes on there. */
enum page_in page_in(struct trap_frame *frame, uint32_t address, uint32_t bytes, bool write);

/* The instruction wants ports that the task does not have: its pager is asked for this IO fpage. */
void page_fault_of_ports(struct trap_frame *frame, uint32_t fpage);

/* Assembly stub under which a receiver's kernel stack calls tunnel_run() (trap.S). */
void tunnel_start(void);
void tunnel_run(uint32_t fault_word);

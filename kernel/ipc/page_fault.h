/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/arch/trap_frame.h"

/* Vector 14.  Returns when the instruction can be retried. */
void page_fault(struct trap_frame *frame);

/* Assembly stub under which a receiver's kernel stack calls tunnel_run() (trap.S). */
void tunnel_start(void);
void tunnel_run(uint32_t fault_word);

/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a thread run an instruction that traps, with any operand and any stack, and go on afterwards? */
#pragma once

#include "bench/support/l4.h"

enum { TRAPPING = 27, GATE_PRESENT_TRAP = 0xEF00 };

/* 0, or 1 if the instruction became an exception. Stack 0 is the caller's own. */
typedef uint32_t trapping_instruction(uint32_t operand, uint32_t stack);

extern trapping_instruction *const trapping[TRAPPING];

/* Where all gates of the thread's exception table lead. */
void trapped(void);

/* What an exception of any other instruction comes to; never returns. */
void restart(void);

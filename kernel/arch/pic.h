/* SPDX-License-Identifier: BSD-2-Clause */
/* The two 8259 interrupt controllers: lines 0-7 at the first, 8-15 at the second, which hangs on line 2. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum pic_lines { LINE_TIMER = 0, LINE_CASCADE = 2, LINES = 16 };

/* Line n raises vector 20h + n; all but the cascade are masked. */
void pic_init(void);

void pic_mask(uint32_t line);
void pic_unmask(uint32_t line);

/* The line's interrupt is no longer in service. */
void pic_end_of_interrupt(uint32_t line);

/* The interrupt of a line was gone before the processor asked which it was (lines 7 and 15 only): there is nothing to
   serve.  It is dealt with here. */
bool pic_spurious(uint32_t line);

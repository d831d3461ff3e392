/* SPDX-License-Identifier: BSD-2-Clause */
/* Where does the source itself place things?  Layout 0, the one made by hand; boot/image/layout.py generates the
   others. Macros, since assembly reads them too. */
#pragma once

/* A thread control block's offset in its unit of TCB_SIZE bytes (kernel/memory/layout.h). */
#define TCB_OFFSET 0x740

/* The parts of the hot page in their order (kernel/arch/hot.h). */
#define LAYOUT_HOT HOT_IDT HOT_READY HOT_GDT HOT_TSS HOT_WORDS HOT_MARKS

/* By how many bytes a user thread's stack begins below the end of its page; number: its lthread, or its task if that is
 * 0. */
#define LAYOUT_STACK_SHIFT(number) 0

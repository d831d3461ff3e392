/* SPDX-License-Identifier: BSD-2-Clause */
/* Where is everything in the linear address space?  Macros, since assembly and the linker script read them too. */
#pragma once

#include "placement.h"

#define PAGE_SIZE       0x1000
#define PAGE_TABLE_SPAN 0x400000 /* bytes that one page-directory entry maps */

#define USER_END            0xC0000000 /* user addresses of every task: 0 .. 3 GB */
#define SMALL_AREA          0xC0000000 /* 512 MB in which small spaces lie, the same in every page directory */
#define SMALL_AREA_END      0xE0000000
#define TCB_AREA            0xE0000000 /* thread control blocks: 256 tasks x 64 threads */
#define TCB_AREA_SIZE       0x02000000
#define PHYSICAL_ALIAS      0xF0000000 /* physical memory from 0, read and written by the kernel only */
#define PHYSICAL_ALIAS_SIZE 0x08000000
#define WINDOW_AREA         0xFF000000 /* the communication window: two page-directory entries of the sender */
#define WINDOW_AREA_SIZE    0x00800000

#define KERNEL_PHYSICAL 0x00100000
#define KERNEL_LINEAR   (PHYSICAL_ALIAS + KERNEL_PHYSICAL)

/* A thread's unit of the array: its kernel stack below, its control block above, so that the block's address is also
   the stack's top.  Tests paint the stack and demand 128 free bytes.

   Blocks of all threads lie in the same cache sets (address bits 4-10).  TCB_OFFSET keeps them, and the frame below,
   out of the sets in which page directories, page tables and the processor's tables are busy at every IPC: the first
   entries of tables (offset 0), those of the TCB area (0x600) and of the physical alias (0x700). */
#define TCB_SIZE 2048

#define SELECTOR_KERNEL_DATA 0x08
#define SELECTOR_USER_DATA   0x13
#define SELECTOR_USER_CODE   0x1B
#define SELECTOR_KERNEL_CODE 0x20
#define SELECTOR_TSS         0x30

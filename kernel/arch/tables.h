/* SPDX-License-Identifier: BSD-2-Clause */
/* The processor's tables: GDT, IDT, TSS. */
#pragma once

#include "kernel/memory/layout.h"

#include <stdint.h>

/* Two pages behind the task state segment in which the processor looks for I/O permissions, if the segment says so, and
   the byte of ones that must follow them. */
enum { PORT_BITMAP_BYTES = 2 * PAGE_SIZE + 1 };
extern uint8_t port_bitmap[PORT_BITMAP_BYTES];

enum { DESCRIPTOR_USER_DATA = 2, DESCRIPTOR_USER_CODE = 3 };

/* 32-bit interrupt gates: interrupts are off until the handler enables them. */
enum gate_type { GATE_KERNEL = 0x8E00, GATE_USER = 0xEE00 /* users may call it by `int n` */ };
void gate_set(uint32_t vector, void (*handler)(void), uint16_t type);

/* Builds the tables in the hot page and loads the registers that point to them. */
void tables_init(void);

/* High and low word of a flat-type segment descriptor; pages = limit / 4 KB + 1; type: the access byte. */
uint32_t descriptor_low(uint32_t base, uint32_t pages);
uint32_t descriptor_high(uint32_t base, uint32_t pages, uint32_t type);

enum descriptor_type {
    TYPE_KERNEL_CODE = 0x9B, /* all with the accessed bit set: no processor write, 11 clocks saved at each load */
    TYPE_KERNEL_DATA = 0x93,
    TYPE_USER_CODE = 0xFB,
    TYPE_USER_DATA = 0xF3,
};

enum { PAGES_4GB = 0x100000 };

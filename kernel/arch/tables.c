/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/tables.h"

#include "kernel/arch/hot.h"
#include "kernel/arch/trap_frame.h"
#include "kernel/memory/layout.h"

__attribute__((section(".hot"), aligned(PAGE_SIZE))) struct hot hot;
__attribute__((section(".bss.port_bitmap"), aligned(PAGE_SIZE))) uint8_t port_bitmap[PORT_BITMAP_BYTES];

extern void (*const trap_vectors[])(void);
void trap_unused(void);
void kernel_load_segments(void);

enum {
    DESCRIPTOR_TSS = SELECTOR_TSS / 8,
    TYPE_TSS = 0x89,
};

uint32_t descriptor_low(uint32_t base, uint32_t pages)
{
    return base << 16 | ((pages - 1) & 0xFFFF);
}

uint32_t descriptor_high(uint32_t base, uint32_t pages, uint32_t type)
{
    enum { GRANULARITY_4KB_32BIT = 0x00C00000 };
    return (base & 0xFF000000) | GRANULARITY_4KB_32BIT | ((pages - 1) & 0xF0000) | type << 8 | (base >> 16 & 0xFF);
}

static void set_flat(uint32_t index, uint32_t type)
{
    hot.gdt[index] = (struct descriptor){descriptor_low(0, PAGES_4GB), descriptor_high(0, PAGES_4GB, type)};
}

static void set_tss(void)
{
    uint32_t base = (uint32_t)(uintptr_t)&hot.tss;
    hot.tss.ss0 = SELECTOR_KERNEL_DATA;
    uint32_t last = (uint32_t)(uintptr_t)&port_bitmap[PORT_BITMAP_BYTES - 1];
    port_bitmap[PORT_BITMAP_BYTES - 1] = 0xFF;
    hot.tss.io_map = IO_MAP_NONE;
    hot.gdt[DESCRIPTOR_TSS] = (struct descriptor){
        base << 16 | (last - base),
        (base & 0xFF000000) | TYPE_TSS << 8 | (base >> 16 & 0xFF),
    };
}

void gate_set(uint32_t vector, void (*handler)(void), uint16_t type)
{
    uint32_t address = (uint32_t)(uintptr_t)handler;
    hot.idt[vector] = (struct gate){address & 0xFFFF, SELECTOR_KERNEL_CODE, type, address >> 16};
}

/* Vectors that users may call by `int n`; any other from user level is a #GP. */
static bool callable(uint32_t vector)
{
    return vector == VECTOR_BREAKPOINT || vector == VECTOR_OVERFLOW ||
           (vector >= VECTOR_IPC && vector <= VECTOR_LAST_CALL);
}

static void set_gates(void)
{
    for (uint32_t vector = 0; vector < 256; vector++) {
        void (*handler)(void) = vector <= VECTOR_LAST_CALL ? trap_vectors[vector] : trap_unused;
        gate_set(vector, handler, callable(vector) ? GATE_USER : GATE_KERNEL);
    }
}

static void load_tables(void)
{
    struct __attribute__((packed)) {
        uint16_t limit;
        uint32_t base;
    } gdt = {sizeof(hot.gdt) - 1, (uint32_t)(uintptr_t)hot.gdt},
      idt = {sizeof(hot.idt) - 1, (uint32_t)(uintptr_t)hot.idt};
    __asm__ volatile("lgdt %0" : : "m"(gdt));
    kernel_load_segments();
    __asm__ volatile("lidt %0" : : "m"(idt));
    __asm__ volatile("ltr %0" : : "r"((uint16_t)SELECTOR_TSS));
    __asm__ volatile("lldt %0" : : "r"((uint16_t)0)); /* at reset it is any table at 0, which users could make */
}

void tables_init(void)
{
    set_flat(SELECTOR_KERNEL_DATA / 8, TYPE_KERNEL_DATA);
    set_flat(DESCRIPTOR_USER_DATA, TYPE_USER_DATA);
    set_flat(DESCRIPTOR_USER_CODE, TYPE_USER_CODE);
    set_flat(SELECTOR_KERNEL_CODE / 8, TYPE_KERNEL_CODE);
    set_tss();
    set_gates();
    load_tables();
}

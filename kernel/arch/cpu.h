/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions of the i486 that C has no words for. */
#pragma once

#include <stdint.h>

enum eflags_bits {
    EFLAGS_RESERVED = 1u << 1,
    EFLAGS_INTERRUPTS = 1u << 9,
    EFLAGS_IOPL_USER = 3u << 12,
};

static inline void cpu_load_cr3(uint32_t page_directory)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(page_directory) : "memory");
}

static inline uint32_t cpu_read_cr2(void)
{
    uint32_t address;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    return address;
}

static inline void cpu_invalidate_page(uint32_t linear)
{
    __asm__ volatile("invlpg (%0)" : : "r"(linear) : "memory");
}

static inline void cpu_enable_interrupts(void)
{
    __asm__ volatile("sti" : : : "memory");
}

static inline void cpu_disable_interrupts(void)
{
    __asm__ volatile("cli" : : : "memory");
}

/* Enables interrupts and sleeps until one comes; the sti shadow closes the gap in which a wakeup could be lost. */
static inline void cpu_wait_for_interrupt(void)
{
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

static inline void port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t port_read(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

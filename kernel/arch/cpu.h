/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions of the i486 that C has no words for. */
#pragma once

#include <stdint.h>

enum eflags_bits {
    EFLAGS_RESERVED = 1u << 1,
    EFLAGS_TRAP = 1u << 8,
    EFLAGS_INTERRUPTS = 1u << 9,
    EFLAGS_IOPL_USER = 3u << 12,
    EFLAGS_NESTED = 1u << 14,
    EFLAGS_RESUME = 1u << 16,
    EFLAGS_V86 = 1u << 17,
};

enum cr0_bits {
    CR0_MONITOR_FPU = 1u << 1,    /* WAIT, too, heeds CR0_TASK_SWITCHED */
    CR0_NO_FPU = 1u << 2,         /* FPU instructions raise exception 7 */
    CR0_TASK_SWITCHED = 1u << 3,  /* likewise: the FPU's registers are not this thread's */
    CR0_FPU_EXCEPTIONS = 1u << 5, /* FPU errors are exception 16, not an external interrupt */
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

static inline uint32_t cpu_read_cr0(void)
{
    uint32_t value;
    __asm__ volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}

static inline void cpu_write_cr0(uint32_t value)
{
    __asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline void cpu_clear_task_switched(void)
{
    __asm__ volatile("clts" : : : "memory");
}

static inline uint32_t cpu_read_dr6(void)
{
    uint32_t status;
    __asm__ volatile("mov %%dr6, %0" : "=r"(status));
    return status;
}

static inline void cpu_write_dr6(uint32_t status)
{
    __asm__ volatile("mov %0, %%dr6" : : "r"(status));
}

static inline void cpu_write_dr7(uint32_t control)
{
    __asm__ volatile("mov %0, %%dr7" : : "r"(control));
}

static inline void cpu_write_breakpoints(const uint32_t linear[4])
{
    __asm__ volatile("mov %0, %%dr0\n\tmov %1, %%dr1\n\tmov %2, %%dr2\n\tmov %3, %%dr3"
                     :
                     : "r"(linear[0]), "r"(linear[1]), "r"(linear[2]), "r"(linear[3]));
}

static inline void cpu_load_fs_gs(uint32_t selector)
{
    __asm__ volatile("mov %0, %%fs\n\tmov %0, %%gs" : : "r"(selector));
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

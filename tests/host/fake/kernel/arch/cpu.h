/* SPDX-License-Identifier: BSD-2-Clause */
/* What does kernel code that runs on the host use instead of the processor's privileged instructions?  Takes the place
   of kernel/arch/cpu.h, whose operations it offers, by standing first on the include path; they note what was asked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct fake_cpu {
    uint32_t cr3;
    uint32_t cr3_loads;
    uint32_t cr2; /* address of the page fault that is played */
    bool interrupts;
};
extern struct fake_cpu fake_cpu;

/* A test that keeps translations of the fake memory forgets them here (weak: others have none). */
void fake_translations_end(void);

/* A test of code that talks to devices is the device. */
void fake_port_write(uint16_t port, uint8_t value);
uint8_t fake_port_read(uint16_t port);

static inline void port_write(uint16_t port, uint8_t value)
{
    fake_port_write(port, value);
}

static inline uint8_t port_read(uint16_t port)
{
    return fake_port_read(port);
}

/* As in kernel/arch/cpu.h. */
enum eflags_bits { EFLAGS_INTERRUPTS = 1u << 9, EFLAGS_IOPL_USER = 3u << 12, EFLAGS_V86 = 1u << 17 };

static inline void cpu_load_cr3(uint32_t page_directory)
{
    fake_cpu.cr3 = page_directory;
    fake_cpu.cr3_loads++;
    fake_translations_end();
}

static inline void cpu_invalidate_page(uint32_t linear)
{
    (void)linear;
}

static inline void cpu_wait_for_interrupt(void)
{
}

static inline uint32_t cpu_read_cr2(void)
{
    return fake_cpu.cr2;
}

static inline void cpu_enable_interrupts(void)
{
    fake_cpu.interrupts = true;
}

static inline void cpu_disable_interrupts(void)
{
    fake_cpu.interrupts = false;
}

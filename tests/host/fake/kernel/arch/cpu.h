/* SPDX-License-Identifier: BSD-2-Clause */
/* What does kernel code that runs on the host use instead of the processor's privileged instructions?  Takes the place
   of kernel/arch/cpu.h, whose operations it offers, by standing first on the include path; they note what was asked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct fake_cpu {
    uint32_t cr3;
    uint32_t cr3_loads;
    bool interrupts;
};
extern struct fake_cpu fake_cpu;

/* A test that keeps translations of the fake memory forgets them here (weak: others have none). */
void fake_translations_end(void);

static inline void cpu_load_cr3(uint32_t page_directory)
{
    fake_cpu.cr3 = page_directory;
    fake_cpu.cr3_loads++;
    fake_translations_end();
}

static inline void cpu_enable_interrupts(void)
{
    fake_cpu.interrupts = true;
}

static inline void cpu_disable_interrupts(void)
{
    fake_cpu.interrupts = false;
}

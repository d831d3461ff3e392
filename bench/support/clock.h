/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a benchmark tell a cycle model where it is, and how does it take time itself?
 *
 * A marker is `test $0x4C34000K, %eax`: one clock, no effect but on flags. The clock is, by the command line, the entry
 * that a cycle model writes when the load after a CLOCK marker is seen, or the time-stamp counter, or none. */
#pragma once

#include "bench/support/l4.h"

enum clock_source { CLOCK_NONE, CLOCK_MODEL, CLOCK_TSC };

/* 16-byte aligned and so never across a page; all zero where no model runs. */
struct model_clock {
    uint64_t cycles;
    uint32_t present;
    uint32_t reserved;
} __attribute__((aligned(16)));

extern enum clock_source clock_source;
extern struct model_clock model_clock;

static inline void marker_case(void)
{
    __asm__ volatile("testl $0x4C340001, %%eax" : : : "memory");
}
static inline void marker_start(void)
{
    __asm__ volatile("testl $0x4C340002, %%eax" : : : "memory");
}
static inline void marker_stop(void)
{
    __asm__ volatile("testl $0x4C340003, %%eax" : : : "memory");
}
static inline void marker_end(void)
{
    __asm__ volatile("testl $0x4C340005, %%eax" : : : "memory");
}

/* The load of `present` latches the entry, so it must come first and directly after the marker. */
static inline uint64_t clock_read_model(void)
{
    uint32_t present, low, high;

    __asm__ volatile("testl $0x4C340004, %%eax\n\t"
                     "movl 8+%3, %0\n\t"
                     "movl %3, %1\n\t"
                     "movl 4+%3, %2"
                     : "=&r"(present), "=&r"(low), "=r"(high)
                     : "m"(model_clock)
                     : "memory");
    return (uint64_t)high << 32 | low;
}

static inline uint64_t clock_read_tsc(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/* 0 without a clock. A 486 has no rdtsc: it is executed only where the command line asks for it. */
static inline uint64_t clock_read(void)
{
    if (clock_source == CLOCK_MODEL)
        return clock_read_model();
    return clock_source == CLOCK_TSC ? clock_read_tsc() : 0;
}

/* "none", "model", "tsc". */
const char *clock_name(void);

/* Whether clock_read gives the time here: a model may be asked for and absent. */
bool clock_present(void);

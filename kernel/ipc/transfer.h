/* SPDX-License-Identifier: BSD-2-Clause */
/* What both choices of the transfer axis share: the copy loop and the marks that the page-fault handler reads. */
#pragma once

#include "kernel/arch/cpu.h"
#include "kernel/thread/tcb.h"

#include <stdint.h>

/* Code of the short path shares one page (kernel.ld), in which a layout places each function by itself. */
/* flatten: everything that it calls and the compiler sees is inlined. */
#define PATH(function) __attribute__((section(".text.path." #function), flatten))

enum {
    TRANSFER_UNINTERRUPTED = 32, /* words copied with interrupts off: about 120 clocks */
    TRANSFER_SMALL = 4,          /* words for which rep movsd, at 12 clocks + 3 each, does not pay */
};

/* Copy words or bytes by rep movsd.  The copy stops short if the page-fault handler breaks it off, because the kernel
   buffer was lost (copy.S). */
void copy_words(uint32_t to, uint32_t from, uint32_t words);
void copy_bytes(uint32_t to, uint32_t from, uint32_t bytes);

/* Both lie between copy_words and copy_end; a fault there goes on at copy_done if the copy is to stop. */
extern const char copy_done[], copy_end[];

/* As copy_words, with interrupts enabled if the copy is long. */
static inline void copy_words_preemptible(uint32_t to, uint32_t from, uint32_t words)
{
    if (words <= TRANSFER_UNINTERRUPTED) {
        copy_words(to, from, words);
        return;
    }
    cpu_enable_interrupts();
    copy_words(to, from, words);
    cpu_disable_interrupts();
}

/* As copy_bytes, with interrupts enabled. */
static inline void copy_bytes_preemptible(uint32_t to, uint32_t from, uint32_t bytes)
{
    cpu_enable_interrupts();
    copy_bytes(to, from, bytes);
    cpu_disable_interrupts();
}

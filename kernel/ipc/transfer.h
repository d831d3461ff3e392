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

/* Copies words by rep movsd.  Returns the number not copied: 0 unless the page-fault handler broke the copy off because
   the kernel buffer was lost (copy.S). */
uint32_t copy_words(uint32_t to, uint32_t from, uint32_t words);

/* The instruction of copy_words that moves data; 2 bytes long. */
extern const char copy_words_move[];

/* As copy_words, with interrupts enabled if the copy is long. */
static inline uint32_t copy_words_preemptible(uint32_t to, uint32_t from, uint32_t words)
{
    if (words <= TRANSFER_UNINTERRUPTED) {
        return copy_words(to, from, words);
    }
    cpu_enable_interrupts();
    uint32_t left = copy_words(to, from, words);
    cpu_disable_interrupts();
    return left;
}

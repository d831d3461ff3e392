/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/info_page.h"

#include "bench/support/ipc.h"

enum { CLOCK_OFFSET = 0xA0 };

bool info_page_map(void)
{
    static bool mapped;
    struct l4_message message;
    struct l4_words words = {1, 1, 0}; /* sigma0's request for the kernel info page */

    if (mapped)
        return true;
    l4_message_init(&message, 0);
    message.receive_fpage = l4_fpage(INFO_PAGE, L4_PAGE_BITS, 0);
    uint32_t result = l4_ipc_call(L4_SIGMA0, l4_short(&message), l4_map(&message), &words, 0);
    mapped = l4_error(result) == L4_OK && (result & L4_FPAGES_RECEIVED);
    return mapped;
}

/* The kernel adds to the clock at any time: read the high word until it stands still. */
static uint64_t clock_us(void)
{
    const volatile uint32_t *clock = (const volatile uint32_t *)(INFO_PAGE + CLOCK_OFFSET);
    uint32_t high, low;

    do {
        high = clock[1];
        low = clock[0];
    } while (high != clock[1]);
    return (uint64_t)high << 32 | low;
}

/* A 486 program without a library has no 64-bit division, so one 32-bit step of it by hand. */
uint32_t kernel_clock_ms(void)
{
    uint64_t us = clock_us();
    uint32_t quotient, remainder;

    __asm__("divl %4"
            : "=a"(quotient), "=d"(remainder)
            : "a"((uint32_t)us), "d"((uint32_t)(us >> 32) % 1000), "r"(1000));
    return quotient;
}

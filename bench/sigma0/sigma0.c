/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets which page of memory? sigma0 gives each page once, to whoever asks first (interface section 14); the same
 * task may ask for its pages again. Ordinary page-fault messages work as requests: bit 1 of word 0 is ignored.
 *
 * All I/O ports are the root task's: it asks for them by IO fpages, which the kernel does when it uses one.
 *
 * A 486 has no 4 MB pages. A request for a 4 MB superpage, in either form, is answered with the one 4 KB page at its
 * base; the size field of the answered fpage says so. */
#include "bench/sigma0/frames.h"
#include "bench/support/ipc.h"

/* A millisecond for page faults of those who ask: their pagers may not answer, or may need sigma0 themselves. */
enum { FAULT_EXPONENT = 10 };

enum {
    REQUEST_FREE_PAGE_MASKED = 0xFFFFFFFC,
    REQUEST_SPECIAL = 1, /* bit 0 of word 0: word 1 says what */
    SPECIAL_KERNEL_PAGES = 0x00,
    SPECIAL_INFO_PAGE = 0x01,
    SPECIAL_SUPERPAGE = 22 << 2,
};
static const uint32_t SUPERPAGE_REQUESTS = 0x40000000, SUPERPAGE_REQUESTS_END = 0xC0000000;

static const struct info_page *info_page;

/* Kernel threads have ids below sigma0's; they are granted their pages, which they keep for themselves. */
static bool is_kernel(l4_id_t id)
{
    return id < L4_SIGMA0;
}

/* The answer that maps nothing. */
static bool deny(struct l4_words *words)
{
    *words = (struct l4_words){0, 0, 0};
    return false;
}

/* The kernel maps from sigma0 what sigma0 has itself: the read makes sigma0 have it. */
static bool give(struct l4_words *words, uint32_t address, uint32_t rights)
{
    (void)*(const volatile uint8_t *)address;
    *words = (struct l4_words){address, l4_fpage(address, L4_PAGE_BITS, rights), 0};
    return true;
}

static bool give_free_page(struct l4_words *words, l4_id_t from)
{
    uint32_t address = is_kernel(from) ? frames_take_for_kernel() : frames_take_any(l4_task_number(from));

    if (address == 0)
        return deny(words);
    return give(words, address, L4_FPAGE_WRITE | (is_kernel(from) ? L4_FPAGE_GRANT : 0));
}

static bool give_page(struct l4_words *words, l4_id_t from, uint32_t address)
{
    uint32_t page = l4_page_base(address);

    return frames_take(page, l4_task_number(from)) ? give(words, page, L4_FPAGE_WRITE) : deny(words);
}

static bool give_ports(struct l4_words *words, l4_id_t from, uint32_t fpage)
{
    if (l4_task_number(from) != l4_task_number(L4_ROOT))
        return deny(words);
    *words = (struct l4_words){0, fpage, 0};
    return true;
}

static bool answer_special(struct l4_words *words, l4_id_t from)
{
    switch (words->w1 & 0xFF) {
    case SPECIAL_INFO_PAGE:
        return give(words, (uint32_t)info_page, 0);
    case SPECIAL_SUPERPAGE:
        return give_page(words, from, words->w0);
    case SPECIAL_KERNEL_PAGES:
        if (is_kernel(from)) {
            *words = (struct l4_words){frames_recommended_for_kernel(), 0, 0};
            return false;
        }
        return deny(words);
    default:
        return deny(words);
    }
}

/* Turns a request into its answer; true if the answer maps a page or ports. */
static bool answer(struct l4_words *words, l4_id_t from)
{
    uint32_t request = words->w0 & ~2u;

    if (request == (uint32_t)(REQUEST_FREE_PAGE_MASKED & ~2))
        return give_free_page(words, from);
    if (request & REQUEST_SPECIAL)
        return answer_special(words, from);
    if (l4_is_port_fpage(request))
        return give_ports(words, from, request);
    if (request <= SUPERPAGE_REQUESTS)
        return give_page(words, from, request);
    if (request <= SUPERPAGE_REQUESTS_END)
        return give_page(words, from, request - SUPERPAGE_REQUESTS);
    return deny(words);
}

/* Called by start.S. */
__attribute__((noreturn)) void sigma0_start(const struct info_page *information);

void sigma0_start(const struct info_page *information)
{
    static struct l4_message buffer;
    uint32_t timeouts = l4_timeouts(0, L4_FOREVER) | l4_fault_timeouts(FAULT_EXPONENT, FAULT_EXPONENT);
    struct l4_words words = {0};
    l4_id_t partner;

    info_page = information;
    frames_init(info_page);
    l4_message_init(&buffer, 0);

    uint32_t result = l4_ipc_wait(&partner, l4_short(&buffer), &words, timeouts);
    for (;;) {
        if (l4_error(result))
            result = l4_ipc_wait(&partner, l4_short(&buffer), &words, timeouts);
        else if (answer(&words, partner))
            result = l4_ipc_reply_and_wait(&partner, l4_map(&buffer), l4_short(&buffer), &words, timeouts);
        else
            result = l4_ipc_reply_and_wait(&partner, l4_short(&buffer), l4_short(&buffer), &words, timeouts);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a page fault cost that a user-level pager repairs?
 *
 *   read       the page is absent; the pager maps it read-only
 *   write      the page is absent; the pager maps it writable
 *   upgrade    the page is there read-only; the pager maps it writable
 *
 * A sample is one access of the client to the page: the fault, the kernel's message to the pager, the pager's map
 * message, and the access again. The pager is a task of its own that answers from a page of its own at the same
 * address; both tasks are in large spaces. Page tables are there before. The pager takes the page back before each
 * sample. warm: after 8 warm-ups, n = 16. */
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { PAGER_TASK = SERVER_TASK, TAKE_BACK = 1, PAGER_WORD = 0x9A6E };

static volatile uint32_t page[L4_PAGE_SIZE / sizeof(uint32_t)] __attribute__((aligned(L4_PAGE_SIZE)));
static l4_id_t pager;

/* Answers TAKE_BACK with a short message and a fault with the page; true if it is a fault. */
static bool pager_answer(struct l4_words *words)
{
    if (words->w0 & TAKE_BACK) {
        l4_fpage_unmap(l4_fpage((uint32_t)page, L4_PAGE_BITS, 0), L4_UNMAP_ALL);
        return false;
    }
    uint32_t rights = words->w0 & 2 ? L4_FPAGE_WRITE : 0;
    *words = (struct l4_words){(uint32_t)page, l4_fpage((uint32_t)page, L4_PAGE_BITS, rights), 0};
    return true;
}

static void pager_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    page[0] = PAGER_WORD;
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    for (;;) {
        if (pager_answer(&words))
            l4_ipc_reply_and_wait(&client, l4_map(&box), l4_short(&box), &words, 0);
        else
            l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
    }
}

static struct l4_message box;
static volatile uint32_t seen;

static void page_take_back(uint32_t index)
{
    struct l4_words words = {TAKE_BACK, 0, 0};

    (void)index;
    l4_ipc_call(pager, l4_short(&box), l4_short(&box), &words, 0);
}

static void page_take_back_and_read(uint32_t index)
{
    page_take_back(index);
    (void)page[0];
}

static void page_read(uint32_t index)
{
    (void)index;
    seen = page[0];
}

static void page_write(uint32_t index)
{
    page[1] = index;
}

static const struct {
    const char *name;
    measured_action *before, *access;
} accesses[] = {
    {"read", page_take_back, page_read},
    {"write", page_take_back, page_write},
    {"upgrade", page_take_back_and_read, page_write},
};

static void client_main(uint32_t row)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    measure_prepare();
    l4_message_init(&box, 0);
    pages_touch_for_writing((void *)&seen, sizeof(seen));
    l4_lthread_ex_regs(0, &esp, &eip, pager);
    measure(accesses[row].before, accesses[row].access);
    measure_report();
    uint32_t failures = !check(measurement.name, page[0] == PAGER_WORD, "the client sees the pager's page");
    bool same = accesses[row].access == page_read ? seen == PAGER_WORD : page[1] == WARMUPS + SAMPLES - 1;
    failures += !check(measurement.name, same, "the access has had its effect there");
    client_done(failures);
}

static void page_fault_run(void)
{
    for (uint32_t row = 0; row < sizeof(accesses) / sizeof(accesses[0]); row++) {
        measurement_set("%s", accesses[row].name);
        if (!case_selected(measurement.name))
            continue;
        pager = server_start(PAGER_TASK, pager_main, 0);
        client_run(client_main, row);
    }
}

const struct program program = {.name = "page_fault", .run = page_fault_run};

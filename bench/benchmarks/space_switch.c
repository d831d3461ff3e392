/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to switch address spaces, without any IPC? (Liedtke, On u-Kernel Construction, SOSP 1995: on a 486
 * 36 to 364 cycles by page tables, the TLB's refill included, and 39 by segments)
 *
 *   one-SPACE-N      thread_switch to a thread of the same task
 *   two-SPACE-N      to a thread of another task; both spaces large or both small
 *   ...-alone-N      the same, but only the client reads: N = 28 fills the TLB but for the switches' own needs, as a
 *                    large task does to which a small one returns; N = 14 fills half of it
 *
 * Who gets the processor reads one word of each of N pages, then switches back; so a sample, there and back, is two
 * operations, each one switch and one reading of N pages. The switch of the space alone is the difference of
 * two-SPACE-0 to one-SPACE-0. What a page costs that the TLB has lost is in the growth of two-large-N over that of
 * one-large-N: the two threads of one task read the same pages, so that they stay in the TLB, and those of two tasks
 * have each their own. warm: after 8 warm-ups, n = 16. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"
#include "bench/support/touch.h"

#include "variant_choices.h"

enum { MOST_PAGES = 28, PARTNER_LTHREAD = 1 };

static const uint32_t page_counts[] = {0, 2, 4, 8, 12}, counts_alone[] = {MOST_PAGES / 2, MOST_PAGES};

static bool one_task, small;
static uint32_t pages, partners_pages;

/* The partner's words, if it is a task of its own, lie behind the client's in their pages, and so in other cache sets.
 */
enum { PARTNERS_OFFSET = MOST_PAGES * TOUCH_LINE };
static uint8_t area[TOUCH_BYTES(MOST_PAGES) + PARTNERS_OFFSET] __attribute__((aligned(L4_PAGE_SIZE)));

/* The other thread of each, by its id; the partner's findings are in its own copy if it is a task of its own. */
static volatile l4_id_t partner, client;
static volatile uint32_t sum, partners_turns, partners_wrong_sums;

__attribute__((noreturn)) static void switch_back_forever(uint8_t *words)
{
    for (;;) {
        partners_wrong_sums += touch_sum(words, partners_pages) != touch_sum_expected(partners_pages);
        partners_turns++;
        l4_thread_switch(client);
    }
}

static void same_task_main(uint32_t unused)
{
    (void)unused;
    switch_back_forever(area);
}

/* Learns from a first message who the client is. */
static void other_task_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {.w1 = space_is_small()};
    l4_id_t from;

    (void)unused;
    measure_prepare();
    touch_fill(&area[PARTNERS_OFFSET], partners_pages);
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &from, l4_short(&box), &words);
    client = from;
    words.w0 = space_is_small();
    l4_ipc_send(from, l4_short(&box), &words, 0);
    switch_back_forever(&area[PARTNERS_OFFSET]);
}

static void switch_and_read(uint32_t index)
{
    (void)index;
    l4_thread_switch(partner);
    sum = touch_sum(area, pages);
}

/* False if the partner is not in the space it should be. */
static bool partner_prepare(void)
{
    struct l4_message box;
    struct l4_words words = {0};

    client = l4_myself();
    if (one_task) {
        partner = thread_start(PARTNER_LTHREAD, same_task_main, 0);
        return true;
    }
    l4_message_init(&box, 0);
    l4_ipc_call(partner, l4_short(&box), l4_short(&box), &words, 0);
    return words.w0 == small;
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    touch_fill(area, pages);
    partner = boss_call(EVENT_READY, 0, 0).w1; /* the answer comes when both tasks are where they shall be */
    bool spaces = partner_prepare() && space_is_small() == small;
    measure(NULL, switch_and_read);
    measure_report();
    uint32_t failures = !check(measurement.name, spaces, "both are in the spaces that the case names");
    failures += !check(measurement.name, sum == touch_sum_expected(pages), "the client's pages are its own");
    if (one_task) {
        bool all = partners_turns >= WARMUPS + SAMPLES && partners_wrong_sums == 0;
        failures += !check(measurement.name, all, "the partner ran every time and read the pages");
    }
    client_done(failures);
}

static void space_switch_case_run(void)
{
    struct event event;
    l4_id_t other = one_task ? L4_NIL_ID : server_start(SERVER_TASK, other_task_main, 0);
    l4_id_t clients_task = server_start(CLIENT_TASK, client_main, 0);

    if (small) {
        task_make_small(clients_task, 1);
        if (!one_task)
            task_make_small(other, 2);
    }
    boss_reply(clients_task, (struct l4_words){0, other, 0});
    boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
    failures_add(event.words.w1);
    tasks_delete();
}

static void space_switch_case_consider(bool wanted_one_task, bool wanted_small, uint32_t count, bool alone)
{
    const char *tasks = wanted_one_task ? "one" : "two", *space = wanted_small ? "small" : "large";

    one_task = wanted_one_task;
    small = wanted_small;
    pages = count;
    partners_pages = alone ? 0 : count;
    measurement_set("%s-%s%s-%u", tasks, space, alone ? "-alone" : "", pages);
    measurement.operations = 2;
    text_format(measurement.facts, FACTS_SIZE, "tasks=%s client_space=%s server_space=%s pages=%u", tasks, space, space,
                pages);
    if (case_selected(measurement.name))
        space_switch_case_run();
}

static void space_switch_cases(const uint32_t *counts, uint32_t n, bool alone)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t is_small = 0; is_small <= VARIANT_SPACE_SMALL; is_small++) {
            space_switch_case_consider(true, is_small, counts[i], alone);
            space_switch_case_consider(false, is_small, counts[i], alone);
        }
    }
}

static void space_switch_run(void)
{
    space_switch_cases(page_counts, sizeof(page_counts) / sizeof(page_counts[0]), false);
    space_switch_cases(counts_alone, sizeof(counts_alone) / sizeof(counts_alone[0]), true);
}

const struct program program = {.name = "space_switch", .run = space_switch_run};

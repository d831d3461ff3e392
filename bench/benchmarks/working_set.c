/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a call cost a client that works on many pages, once the TLB misses it brings are counted too?
 * (Liedtke, On u-Kernel Construction, SOSP 1995, figure 2)
 *
 * A client calls a server and then reads one word of each of its N pages again. The server touches two pages of its own
 * for each request. A sample is both, the call and the touching: one operation. What of it is due to the call is the
 * difference to no-call-N, where the client only touches its pages. Client and server are two tasks, both in large or
 * both in small spaces. The word lies at another offset in each page, so that the cache holds them all. warm: after 8
 * warm-ups, n = 16. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"
#include "bench/support/touch.h"

#include "variant_choices.h"

enum { MOST_PAGES = 64, SERVER_PAGES = 2 };
enum kind { NO_CALL, LARGE, SMALL };

static const uint32_t page_counts[] = {2, 4, 8, 16, 24, 32, 48, 64};
static const char *const kind_names[] = {[NO_CALL] = "no-call", [LARGE] = "large", [SMALL] = "small"};

static enum kind kind;
static uint32_t pages;
static l4_id_t server;

/* Each task has its own copy of the pages it touches. */
static uint8_t area[TOUCH_BYTES(MOST_PAGES)] __attribute__((aligned(L4_PAGE_SIZE)));

/* Answers each request with the sum over its own two pages. */
static void server_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {.w1 = space_is_small()};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    touch_fill(area, SERVER_PAGES);
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    for (;;) {
        words.w0 += touch_sum(area, SERVER_PAGES);
        l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
    }
}

static struct l4_message box;
static volatile struct echo echo = {.sent = {10, 20, 30}};
static volatile uint32_t sum;

static void call_and_touch(uint32_t index)
{
    (void)index;
    echo_call(server, &box, &echo);
    sum = touch_sum(area, pages);
}

static void touch(uint32_t index)
{
    (void)index;
    sum = touch_sum(area, pages);
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    touch_fill(area, pages);
    /* The answer comes when both tasks are where they shall be. */
    bool small = boss_call(EVENT_READY, 0, 0).w1;
    if (kind == NO_CALL)
        measure(NULL, touch);
    else
        measure(NULL, call_and_touch);
    measure_report();
    uint32_t failures = !check(measurement.name, sum == touch_sum_expected(pages), "the client's pages are its own");
    uint32_t expected = echo.sent.w0 + touch_sum_expected(SERVER_PAGES);
    failures += kind != NO_CALL && !check(measurement.name, echo.received.w0 == expected, "so are the server's");
    failures += !check(measurement.name, space_is_small() == small, "the client is in the space that the case names");
    client_done(failures);
}

static void case_run(void)
{
    struct event event;

    server = server_start(SERVER_TASK, server_main, 0);
    l4_id_t client = server_start(CLIENT_TASK, client_main, 0);
    if (kind == SMALL) {
        task_make_small(server, 2);
        task_make_small(client, 1);
    }
    boss_reply(client, (struct l4_words){0, kind == SMALL, 0});
    boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
    failures_add(event.words.w1);
    tasks_delete();
}

static void case_consider(enum kind wanted, uint32_t count)
{
    const char *space = wanted == SMALL ? "small" : "large";

    kind = wanted;
    pages = count;
    measurement_set("%s-%u", kind_names[kind], pages);
    text_format(measurement.facts, FACTS_SIZE, "client_space=%s server_space=%s pages=%u", space, space, pages);
    if (case_selected(measurement.name))
        case_run();
}

static void working_set_run(void)
{
    for (uint32_t i = 0; i < sizeof(page_counts) / sizeof(page_counts[0]); i++) {
        case_consider(NO_CALL, page_counts[i]);
        case_consider(LARGE, page_counts[i]);
        if (VARIANT_SPACE_SMALL)
            case_consider(SMALL, page_counts[i]);
    }
}

const struct program program = {.name = "working_set", .run = working_set_run};

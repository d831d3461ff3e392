/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast does a machine get through the 8-byte pingpong? The loop of the benchmark's case two-large-large-8-warm,
 * often enough that a second of a good host is filled, as one sample. Without the case it is a single round trip: what
 * start and boot take, for `l4lab speed` to subtract. */
#include "bench/support/boss.h"
#include "bench/support/clock.h"
#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/program.h"

enum { TRIPS = 300000, SERVER_TASK = FIRST_TASK, CLIENT_TASK };

static void server_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    image_touch();
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    for (;;)
        l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
}

static void client_main(uint32_t unused)
{
    struct l4_message box;
    uint32_t failures = 0;

    (void)unused;
    image_touch();
    l4_message_init(&box, 0);
    struct l4_words told = boss_call(EVENT_READY, 0, 0);
    l4_id_t server = told.w1;
    marker_case();
    marker_start();
    for (uint32_t i = 0; i < told.w2; i++) {
        struct l4_words words = {i, ~i, 0};
        uint32_t result = l4_ipc_call(server, l4_short(&box), l4_short(&box), &words, 0);
        failures += l4_error(result) != L4_OK || words.w0 != i || words.w1 != ~i;
    }
    marker_stop();
    marker_end();
    boss_call(EVENT_DONE, failures, 0);
    thread_stop();
}

static void roundtrips_run(void)
{
    struct event event;
    l4_id_t server, client;

    server = task_start(SERVER_TASK, server_main, 0);
    boss_wait_for(EVENT_READY, &event, L4_FOREVER);
    client = task_start(CLIENT_TASK, client_main, 0);
    boss_wait_for(EVENT_READY, &event, L4_FOREVER);
    boss_reply(client, (struct l4_words){0, server, case_selected("roundtrips") ? TRIPS : 1});
    boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
    check("roundtrips", event.words.w1 == 0, "every request came back as sent");
    tasks_delete();
}

const struct program program = {.name = "roundtrips", .run = roundtrips_run};

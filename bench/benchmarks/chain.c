/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a call cost that passes through a chain of servers, each in a task of its own?
 *
 * A client calls the first server, which calls the next before it answers, and so on; the last one answers at once. A
 * sample is the client's call until the answer has come back; chain-N has N tasks, the client included, and so 2 (N -
 * 1) messages of three words, which are the operations. All tasks are in large spaces. warm: after 8 warm-ups, n = 16.
 * Each server adds 1 to word 0, so the answer tells that all were visited. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/roles.h"

enum { MOST_TASKS = 16 };

static const uint32_t lengths[] = {2, 3, 4, 6, 8, 12, 16};
static uint32_t length;

/* Set by the root task before it starts the task that calls it. */
static l4_id_t next_server;

/* Passes each request on and answers with what comes back. */
static void forwarder_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client, successor = next_server; /* now: the root task changes its own for the server before */

    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    for (;;) {
        words.w0++;
        l4_ipc_call(successor, l4_short(&box), l4_short(&box), &words, 0);
        l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
    }
}

static struct l4_message box;
static volatile struct echo echo = {.sent = {100, 200, 300}};

static void call_chain(uint32_t index)
{
    (void)index;
    echo_call(next_server, &box, &echo);
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    measure(NULL, call_chain);
    measure_report();
    bool right = l4_error(echo.result) == L4_OK && echo.received.w0 == echo.sent.w0 + length - 1;
    client_done(!check(measurement.name, right, "every server was visited once"));
}

static void case_run(void)
{
    next_server = server_start(CLIENT_TASK + length - 1, echo_main, 0);
    for (uint32_t place = length - 2; place >= 1; place--)
        next_server = server_start(CLIENT_TASK + place, forwarder_main, 0);
    client_run(client_main, 0);
}

static void chain_run(void)
{
    _Static_assert(CLIENT_TASK + MOST_TASKS - 1 <= LAST_TASK, "every server has a task");
    for (uint32_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        length = lengths[i];
        measurement_set("chain-%u", length);
        measurement.operations = 2 * (length - 1);
        text_format(measurement.facts, FACTS_SIZE, "chained_tasks=%u", length);
        if (case_selected(measurement.name))
            case_run();
    }
}

const struct program program = {.name = "chain", .run = chain_run};

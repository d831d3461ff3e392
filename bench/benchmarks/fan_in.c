/* SPDX-License-Identifier: BSD-2-Clause */
/* What does one server's answer cost if many clients ask at once?
 *
 * One server in a task of its own, N clients, each in a task of its own, all in large spaces. Every client calls again
 * as soon as its answer has come and it gets the processor. A sample is a round: the server finds all N clients in its
 * send queue, serves the first, then by N - 1 reply_and_waits the others, sends the last answer without waiting, and
 * gives the processor up until every client has asked again. So it holds N operations, one request of three words each,
 * its answer included. Without giving up the processor, direct process switch would let server and one client alternate
 * for a whole time slice, and no queue would form. warm: after 8 warm-ups, n = 16. The server counts how often each
 * client was served. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { MOST_CLIENTS = 64, FIRST_CALLER = SERVER_TASK + 1, CALLERS_ASK_MS = 10 };

static const uint32_t crowds[] = {1, 2, 4, 8, 16, 32, 64};
static uint32_t clients;

static struct l4_message box;
static struct l4_words request;
static l4_id_t client;
static uint16_t served[LAST_TASK + 1];

static l4_id_t server;

static void caller_main(uint32_t unused)
{
    struct l4_message own_box;
    struct l4_words words = {0};

    (void)unused;
    measure_prepare();
    l4_message_init(&own_box, 0);
    boss_call(EVENT_READY, 0, 0);
    for (;;)
        l4_ipc_call(server, l4_short(&own_box), l4_short(&own_box), &words, 0);
}

static void serve_round(uint32_t index)
{
    (void)index;
    l4_ipc_wait(&client, l4_short(&box), &request, 0);
    served[l4_task_number(client)]++;
    for (uint32_t left = clients - 1; left; left--) {
        request.w0++;
        l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &request, 0);
        served[l4_task_number(client)]++;
    }
    request.w0++;
    l4_ipc_send(client, l4_short(&box), &request, 0);
    l4_thread_switch(L4_NIL_ID);
}

/* With N clients in a first-come queue, each is served once in every round. */
static bool served_in_turn(void)
{
    bool equal = true;

    for (uint32_t i = 0; i < clients; i++)
        equal &= served[FIRST_CALLER + i] == WARMUPS + SAMPLES;
    return equal;
}

static void server_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    pages_touch_for_writing(served, sizeof(served));
    l4_message_init(&box, 0);
    boss_call(EVENT_READY, 0, 0); /* until all clients have asked */
    measure(NULL, serve_round);
    measure_report();
    client_done(!check(measurement.name, served_in_turn(), "every client was served in turn"));
}

static void case_run(void)
{
    struct event event;
    l4_id_t callers[MOST_CLIENTS];

    server = server_start(SERVER_TASK, server_main, 0);
    for (uint32_t i = 0; i < clients; i++)
        callers[i] = server_start(FIRST_CALLER + i, caller_main, 0);
    for (uint32_t i = 0; i < clients; i++)
        boss_reply(callers[i], (struct l4_words){0});
    thread_sleep(CALLERS_ASK_MS);
    boss_reply(server, (struct l4_words){0});
    boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
    failures_add(event.words.w1);
    tasks_delete();
}

static void fan_in_run(void)
{
    _Static_assert(FIRST_CALLER + MOST_CLIENTS - 1 <= LAST_TASK, "every client has a task");
    for (uint32_t i = 0; i < sizeof(crowds) / sizeof(crowds[0]); i++) {
        clients = crowds[i];
        measurement_set("clients-%u", clients);
        measurement.operations = clients;
        text_format(measurement.facts, FACTS_SIZE, "clients=%u", clients);
        if (case_selected(measurement.name))
            case_run();
    }
}

const struct program program = {.name = "fan_in", .run = fan_in_run};

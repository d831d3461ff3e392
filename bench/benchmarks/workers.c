/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a request cost if a server hands it to one of several worker threads?
 *
 * The server is one task in a large space: a distributor, lthread 0, and N workers. It takes a request, sends it with
 * the client's id to the next worker in turn, and waits for the next request; the worker answers the client itself and
 * waits for the distributor. The client, a task in a large space, takes the answer from whichever worker it comes from.
 * A sample is one request of three words until its answer: the operation. The client asks again only then, so at most
 * one worker is busy; what N adds is that each worker comes back to colder caches. workers-0 is the comparison: the
 * distributor answers itself. warm: after 16 warm-ups, one for each worker; n = 16. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { MOST_WORKERS = 16 };

static const uint32_t crews[] = {0, 1, 2, 4, 8, 16};
static uint32_t workers;
static l4_id_t server;

/* Of the server task. */
static l4_id_t distributor, worker[MOST_WORKERS];

/* Takes (client, word) from the distributor and sends the client the word, increased by 1. */
static void worker_main(uint32_t number)
{
    struct l4_message box;
    struct l4_words words = {0};

    l4_message_init(&box, 0);
    (void)number;
    for (;;) {
        if (l4_error(l4_ipc_receive(distributor, l4_short(&box), &words, 0)) != L4_OK)
            continue;
        struct l4_words answer = {words.w1 + 1, l4_lthread(l4_myself()), 0};
        l4_ipc_send(words.w0, l4_short(&box), &answer, 0);
    }
}

static void workers_start(void)
{
    distributor = l4_myself();
    for (uint32_t i = 0; i < workers; i++)
        worker[i] = thread_start_on(small_stacks[i], SMALL_STACK_SIZE, 1 + i, worker_main, i);
    l4_thread_switch(L4_NIL_ID); /* each runs until it waits */
}

/* Hands requests on, or answers them itself if there are no workers. */
static void distributor_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client;
    uint32_t next = 0;

    (void)unused;
    measure_prepare();
    pages_touch_for_writing(small_stacks, sizeof(small_stacks));
    workers_start();
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    while (workers) {
        struct l4_words task = {client, words.w0, 0};
        l4_ipc_send(worker[next], l4_short(&box), &task, 0);
        next = next + 1 == workers ? 0 : next + 1;
        l4_ipc_wait(&client, l4_short(&box), &words, 0);
    }
    for (;;) {
        words = (struct l4_words){words.w0 + 1, 0, 0};
        l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
    }
}

static struct l4_message request_box;
static volatile uint32_t asked, answers, wrong_answers;

/* The client's call: it sends, then takes the answer from any thread of the server. */
static void ask(uint32_t index)
{
    struct l4_words words = {asked, index, 0};
    l4_id_t partner = server;

    l4_ipc_reply_and_wait(&partner, l4_short(&request_box), l4_short(&request_box), &words, 0);
    answers++;
    wrong_answers += words.w0 != asked + 1 || l4_lthread(partner) != words.w1;
    asked = words.w0;
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    l4_message_init(&request_box, 0);
    measure(NULL, ask);
    measure_report();
    bool right = wrong_answers == 0 && answers == measurement.warmups + measurement.samples;
    client_done(!check(measurement.name, right, "every request was answered once, by the thread that says so"));
}

static void workers_run(void)
{
    for (uint32_t i = 0; i < sizeof(crews) / sizeof(crews[0]); i++) {
        workers = crews[i];
        measurement_set("workers-%u", workers);
        measurement.warmups = MOST_WORKERS;
        text_format(measurement.facts, FACTS_SIZE, "workers=%u", workers);
        if (!case_selected(measurement.name))
            continue;
        server = server_start(SERVER_TASK, distributor_main, 0);
        client_run(client_main, 0);
    }
}

const struct program program = {.name = "workers", .run = workers_run};

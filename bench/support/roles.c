/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/roles.h"

#include "bench/support/measure.h"

l4_id_t server_start(uint32_t number, thread_entry *entry, uint32_t argument)
{
    struct event event;
    l4_id_t id = task_start(number, entry, argument);

    if (id == L4_NIL_ID || !boss_wait_for(EVENT_READY, &event, L4_FOREVER))
        return L4_NIL_ID;
    return id;
}

void client_run(thread_entry *entry, uint32_t argument)
{
    struct event event;

    if (task_start(CLIENT_TASK, entry, argument) != L4_NIL_ID && boss_wait_for(EVENT_DONE, &event, L4_FOREVER))
        failures_add(event.words.w1);
    else
        check(measurement.name, false, "the client came to its end");
    tasks_delete();
}

void client_done(uint32_t failures)
{
    boss_call(EVENT_DONE, failures, 0);
    thread_stop();
}

void echo_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    for (;;) {
        words.w0++;
        l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
    }
}

bool echo_is_right(const volatile struct echo *echo)
{
    return l4_error(echo->result) == L4_OK && echo->received.w0 == echo->sent.w0 + 1 &&
           echo->received.w1 == echo->sent.w1 && echo->received.w2 == echo->sent.w2;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* How do a measuring client and its servers begin and end? (benchmarks)
 *
 * The root task starts the servers one by one, keeps their ids in globals, which are in the client's copy, and then
 * runs the client to its end. */
#pragma once

#include "bench/support/boss.h"

enum { CLIENT_TASK = FIRST_TASK, SERVER_TASK };

/* Starts lthread 0 of task `number` and waits until it has reported EVENT_READY; nil if the kernel refused. The server
 * either waits for its first request already (boss_report_and_wait), or is in boss_call. */
l4_id_t server_start(uint32_t number, thread_entry *entry, uint32_t argument);

/* Starts `entry` in CLIENT_TASK, serves it until client_done, adds its failures and deletes all tasks. */
void client_run(thread_entry *entry, uint32_t argument);
__attribute__((noreturn)) void client_done(uint32_t failures);

/* A server, lthread 0 of any task, that answers each request with its words, word 0 increased by 1. */
void echo_main(uint32_t unused);

/* One call of such a server: the words are loaded, the answer is stored. */
struct echo {
    struct l4_words sent, received;
    uint32_t result;
};

__attribute__((always_inline)) static inline void echo_call(l4_id_t server, struct l4_message *box,
                                                            volatile struct echo *echo)
{
    struct l4_words words = {echo->sent.w0, echo->sent.w1, echo->sent.w2};

    echo->result = l4_ipc_call(server, l4_short(box), l4_short(box), &words, 0);
    echo->received.w0 = words.w0;
    echo->received.w1 = words.w1;
    echo->received.w2 = words.w2;
}

bool echo_is_right(const volatile struct echo *echo);

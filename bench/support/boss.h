/* SPDX-License-Identifier: BSD-2-Clause */
/* How does the root task serve its children: page faults, and the events they report?
 *
 * Children report by IPC to the boss (the root task's lthread 0): word 0 is an event, which is odd, where a page fault
 * has an even word 0. The boss answers faults by itself and hands events to its caller. */
#pragma once

#include "bench/support/ipc.h"
#include "bench/support/task.h"

enum event_code { EVENT_READY = 1, EVENT_DONE = 3 };

struct event {
    l4_id_t from;
    struct l4_words words;
};

struct fault {
    l4_id_t thread;
    uint32_t address;
    uint32_t eip; /* FFFFFFFF: in the kernel's copy */
    bool write;
};

/* What a hook makes of a fault: mapped as *fpage at the fault's page, refused (no reply: the thread stays blocked),
 * or left to the rules of the image. */
enum fault_answer { FAULT_DEFAULT, FAULT_MAP, FAULT_REFUSE };
typedef enum fault_answer fault_hook(const struct fault *fault, uint32_t *fpage);

/* Sees every fault before the image's rules; null for none. */
void boss_set_hook(fault_hook *hook);

/* Serves faults until an event arrives; false if none came in `ms` milliseconds (each fault starts the time anew). */
bool boss_wait(struct event *event, uint32_t ms);

/* boss_wait until an event with this code. */
bool boss_wait_for(enum event_code code, struct event *event, uint32_t ms);

/* Lets a child go on that is in boss_call. */
void boss_reply(l4_id_t to, struct l4_words words);

/* For children: report an event, and wait for the boss's answer. */
struct l4_words boss_call(enum event_code code, uint32_t w1, uint32_t w2);

/* For children: report an event with words->w1 and w2, and be found waiting by whoever sends next once the boss has it.
 * Returns the result of that receive; the sender is *partner. */
uint32_t boss_report_and_wait(enum event_code code, l4_id_t *partner, struct l4_part receive, struct l4_words *words);

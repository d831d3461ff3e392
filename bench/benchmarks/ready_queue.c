/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a short IPC cost while many other threads are ready?
 *
 * A sample is a round trip of three words between a client and a server, two tasks in large spaces. N threads of other
 * tasks are ready all the time, at the priority below theirs: with the same priority they would have the processor in
 * turn, and a variant whose scheduler decides after each message would time them too. warm: after 8 warm-ups, n = 16.
 */
#include "bench/support/crowd.h"
#include "bench/support/measure.h"

static const uint32_t crowds[] = {0, 10, 100, 1000};

static void ready_queue_run(void)
{
    for (uint32_t i = 0; i < sizeof(crowds) / sizeof(crowds[0]); i++) {
        measurement_set("ready-%u", crowds[i]);
        if (case_selected(measurement.name))
            crowd_case_run(CROWD_READY, crowds[i], 0);
    }
}

const struct program program = {.name = "ready_queue", .run = ready_queue_run};

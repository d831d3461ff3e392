/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a short IPC cost if many threads exist?
 *
 * A sample is a round trip of three words between a client and a server, two tasks in large spaces. threads-N has N
 * threads besides the root task and sigma0: these two, and others in further tasks, 64 in each, that wait for good.
 * warm: after 8 warm-ups, n = 16. A thread control block takes 2 KB of the kernel's memory and a task some 20 KB, so
 * 10,000 threads take 23 MB: more than the eighth of main memory that the kernel begins with, and less than the half
 * that sigma0 gives at most. It gets the rest while the crowd comes to be, before any sample.
 */
#include "bench/support/crowd.h"
#include "bench/support/measure.h"

enum { PAIR = 2 };

static const uint32_t populations[] = {2, 64, 512, 1024, 2048, 3072, 10000};

static void existing_threads_run(void)
{
    for (uint32_t i = 0; i < sizeof(populations) / sizeof(populations[0]); i++) {
        measurement_set("threads-%u", populations[i]);
        if (case_selected(measurement.name))
            crowd_case_run(CROWD_WAITING, populations[i] - PAIR, 0);
    }
}

const struct program program = {.name = "existing_threads", .run = existing_threads_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a short IPC cost while many other threads have timeouts pending?
 *
 *   endless-N     the client calls without a timeout
 *   finite-N      the client's receive timeout is finite, 255 ms, so that the kernel notes it and forgets it again.
 *                 With others pending that touches the control block of a neighbour in the list: once, however many
 *
 * A sample is a round trip of three words between a client and a server, two tasks in large spaces. N threads of other
 * tasks wait in an IPC of their own with a timeout of about a minute, none of which ends in a sample. warm: after 8
 * warm-ups, n = 16. */
#include "bench/support/crowd.h"
#include "bench/support/measure.h"

static const uint32_t crowds[] = {0, 10, 100, 1000};

static void case_consider(const char *name, uint32_t others, uint32_t timeouts)
{
    measurement_set("%s-%u", name, others);
    if (case_selected(measurement.name))
        crowd_case_run(CROWD_TIMED, others, timeouts);
}

static void timeouts_run(void)
{
    for (uint32_t i = 0; i < sizeof(crowds) / sizeof(crowds[0]); i++) {
        case_consider("endless", crowds[i], 0);
        case_consider("finite", crowds[i], l4_timeouts(L4_FOREVER, 255));
    }
}

const struct program program = {.name = "timeouts", .run = timeouts_run};

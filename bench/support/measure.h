/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a benchmark take samples, and how does a case reach the log? (benchmarks whose sample is one action)
 *
 * The root task fills `measurement` before it starts the measuring task, or measures itself. measure() runs the action
 * warm-ups first, each time the same code; what `before` does is outside the region. measure_report() writes the case.
 * The task's own values exceed the region by one reading of the clock. */
#pragma once

#include "bench/support/clock.h"
#include "bench/support/program.h"

enum { WARMUPS = 8, SAMPLES = 16, MOST_SAMPLES = 64, FACTS_SIZE = 112 };

struct measurement {
    char name[NAME_SIZE];
    char facts[FACTS_SIZE]; /* KEY=VALUE words for the case line (docs/formats.md, section 3), or empty */
    uint32_t warmups;
    bool cold;           /* what the samples use has been driven out of caches and TLB, or was never used */
    uint32_t samples;    /* with the warm-ups at most MOST_SAMPLES */
    uint32_t operations; /* in one sample; 0: a sample is a round trip, of which the analysis takes one half */
};
extern struct measurement measurement;

struct reading {
    uint64_t started, stopped;
};
extern struct reading readings[MOST_SAMPLES];

typedef void measured_action(uint32_t index);

/* What a case with few, short samples takes: WARMUPS, SAMPLES, one operation, no facts, and this name. */
__attribute__((format(printf, 1, 2))) void measurement_set(const char *name_format, ...);

/* Makes present what the loop and the case touch besides the action's own: all code, readings, clock, stacks. */
void measure_prepare(void);

/* A STOP without a START says nothing, so the warm-ups need no branch inside the region. `before` may be null. */
__attribute__((always_inline)) static inline void measure(measured_action *before, measured_action *action)
{
    marker_case();
    for (uint32_t i = 0; i < measurement.warmups + measurement.samples; i++) {
        if (before)
            before(i);
        readings[i].started = clock_read();
        if (i >= measurement.warmups)
            marker_start();
        action(i);
        marker_stop();
        readings[i].stopped = clock_read();
    }
    marker_end();
}

void measure_report(void);

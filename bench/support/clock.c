/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/clock.h"

enum clock_source clock_source;
struct model_clock model_clock;

const char *clock_name(void)
{
    static const char *const names[] = {[CLOCK_NONE] = "none", [CLOCK_MODEL] = "model", [CLOCK_TSC] = "tsc"};

    return names[clock_source];
}

bool clock_present(void)
{
    return clock_source == CLOCK_TSC || (clock_source == CLOCK_MODEL && model_clock.present != 0);
}

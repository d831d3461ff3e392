/* SPDX-License-Identifier: BSD-2-Clause */
/* No counters: the program was built without libpapi. */
#include "bench/host/counters.h"

#include <stdio.h>
#include <stdlib.h>

int counters_open(void)
{
    puts("@note papi=libpapi_was_absent_at_build_time");
    return 0;
}

const char *counter_name(int index)
{
    (void)index;
    abort();
}

void counter_start(int index)
{
    (void)index;
    abort();
}

uint64_t counter_read(void)
{
    abort();
}

void counter_stop(void)
{
    abort();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Which hardware counters really count on this host? papi.c asks PAPI; absent.c stands in its place where the
 * library was not there at build time. */
#pragma once

#include <stdint.h>

/* Probes every preset and logs a note for each: `counts`, or why not. Returns how many count. */
int counters_open(void);

/* The name of one that counts, from 0. */
const char *counter_name(int index);

/* One counter at a time, for this process only. */
void counter_start(int index);
uint64_t counter_read(void);
void counter_stop(void);

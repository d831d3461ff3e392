/* SPDX-License-Identifier: BSD-2-Clause */
/* What do the system's own calls cost on this host, an ordinary Linux?
 *
 *   getpid            the system call that does least: one operation
 *   pipe-N-warm       a message of N bytes to another process and back: through two pipes,
 *   socket-N-warm     a stream socket of the UNIX domain,
 *   futex-N-warm      or shared memory, each side copying in and out, and sleeping on a futex
 *
 * A sample is one of these, in ticks of the time-stamp counter; both processes run on one processor. warm: after 200
 * warm-ups n = 101. Every case runs once more for each counter that counts here (counters.h), which then stands for the
 * client's process alone. */
#include "bench/host/counters.h"
#include "bench/host/mechanisms.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

enum { WARMUPS = 200, SAMPLES = 101, NO_COUNTER = -1 };

static const uint32_t sizes[] = {8, 12, 16, 32, 128, 512, 1024, 2048, 4096, 16384, MOST_BYTES};
static uint8_t message[MOST_BYTES];
static int counters;

static uint64_t ticks(void)
{
    _mm_lfence();
    uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
}

static void once(const struct mechanism *by, uint32_t bytes)
{
    if (by)
        by->round_trip(message, bytes);
    else
        syscall(SYS_getpid);
}

static void samples(const struct mechanism *by, uint32_t bytes, int counter)
{
    static uint64_t values[SAMPLES];
    for (int i = 0; i < WARMUPS; i++)
        once(by, bytes);
    for (int i = 0; i < SAMPLES; i++) {
        uint64_t before = counter == NO_COUNTER ? ticks() : counter_read();
        once(by, bytes);
        values[i] = (counter == NO_COUNTER ? ticks() : counter_read()) - before;
    }
    for (int i = 0; i < SAMPLES; i++)
        printf(" %llu", (unsigned long long)values[i]);
    printf("\n");
}

static void measure(const struct mechanism *by, uint32_t bytes)
{
    printf("@values");
    samples(by, bytes, NO_COUNTER);
    for (int counter = 0; counter < counters; counter++) {
        printf("@count %s", counter_name(counter));
        counter_start(counter);
        samples(by, bytes, counter);
        counter_stop();
    }
}

static pid_t begin_server(const struct mechanism *by, uint32_t bytes)
{
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        by->serve(bytes);
    }
    return child;
}

static uint8_t expected(uint32_t place)
{
    return (uint8_t)(place * 7 + 3);
}

static int is_intact(uint32_t bytes)
{
    for (uint32_t place = 0; place < bytes; place++)
        if (message[place] != expected(place))
            return 0;
    return 1;
}

static void run(const struct mechanism *by, uint32_t bytes)
{
    const char *name = by->name;
    for (uint32_t place = 0; place < bytes; place++)
        message[place] = expected(place);
    by->open();
    fflush(stdout); /* or the child has the text, too */
    pid_t child = begin_server(by, bytes);
    printf("@case %s-%u-warm tasks=two bytes=%u temperature=warm warmups=%d n=%d metric=round_trip\n", name, bytes,
           bytes, WARMUPS, SAMPLES);
    measure(by, bytes);
    printf("@check %s-%u-warm %s what went out came back\n", name, bytes, is_intact(bytes) ? "ok" : "fail");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    by->close();
}

static void stay_on_this_processor(void)
{
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    if (sched_setaffinity(0, sizeof(here), &here))
        fail("sched_setaffinity");
}

int main(void)
{
    stay_on_this_processor();
    puts("@benchmark host clock=tsc");
    counters = counters_open();
    printf("@case getpid temperature=warm warmups=%d n=%d metric=operation\n", WARMUPS, SAMPLES);
    measure(NULL, 0);
    for (int by = 0; by < mechanism_count; by++)
        for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++)
            run(&mechanisms[by], sizes[size]);
    puts("@end host ok");
    return 0;
}

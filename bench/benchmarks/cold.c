/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a short IPC cost if the program has used the caches for something else since the last one?
 *
 * A sample is a round trip of three words between a client and a server, two tasks in large spaces. Before each,
 * outside the sample, the client reads one word of every cache line of N bytes of its own: 8 KB drive most of what the
 * IPC needs out of the processor's cache, 64 KB all of it and its TLB entries too, 512 KB what is in a second cache of
 * up to 256 KB. after-0 is the warm IPC. After 8 warm-ups of the same kind, n = 16. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { MOST_BYTES = 512 << 10, CACHE_LINE = 16 };

static const uint32_t driven_out[] = {0, 8 << 10, 64 << 10, MOST_BYTES};

static uint8_t area[MOST_BYTES] __attribute__((aligned(L4_PAGE_SIZE)));
static uint32_t bytes;
static l4_id_t server;
static struct l4_message box;
static volatile struct echo echo = {.sent = {4, 5, 6}};

static void area_read(uint32_t index)
{
    (void)index;
    for (uint32_t offset = 0; offset < bytes; offset += CACHE_LINE)
        (void)*(volatile uint8_t *)&area[offset];
}

static void call(uint32_t index)
{
    (void)index;
    echo_call(server, &box, &echo);
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    pages_touch_for_writing(area, bytes);
    measure(area_read, call);
    measure_report();
    client_done(!check(measurement.name, echo_is_right(&echo), "the server answered"));
}

static void cold_run(void)
{
    for (uint32_t i = 0; i < sizeof(driven_out) / sizeof(driven_out[0]); i++) {
        bytes = driven_out[i];
        measurement_set("after-%u", bytes);
        measurement.operations = 0;
        measurement.cold = bytes > 0;
        text_format(measurement.facts, FACTS_SIZE,
                    "tasks=two client_space=large server_space=large bytes=12 bytes_read_before=%u", bytes);
        if (!case_selected(measurement.name))
            continue;
        server = server_start(SERVER_TASK, echo_main, 0);
        client_run(client_main, 0);
    }
}

const struct program program = {.name = "cold", .run = cold_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to move 1 MB through a pipeline of three servers?
 *
 * The client sends the megabyte to the first server in chunks of N bytes, by calls that are answered at once. Each
 * server adds its number to every dword of a chunk and hands it to the next by such a call; the last one adds up what
 * comes. A sample is everything, from the client's first chunk to the last server's sum: one operation. Each chunk
 * crosses four tasks by three messages of N bytes; the client writes the chunk's number into its first dword. All four
 * tasks are in large spaces. warm: after 1 warm-up, n = 2. The sum is compared with what it must be. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/payload.h"
#include "bench/support/roles.h"

enum { STAGES = 3, MEGABYTE = 1 << 20, FEW_SAMPLES = 2, REPORT = 0xFFFFFFFF };

static const uint32_t chunk_sizes[] = {1024, 4096, 16384};
static uint32_t chunk;

static struct payload box;
static l4_id_t next;

static void dwords_add(uint32_t number)
{
    uint32_t dwords = payload_dwords(chunk);

    for (uint32_t *dword = box.data; dword < box.data + dwords; dword++)
        *dword += number;
}

static uint32_t dwords_sum(void)
{
    uint32_t dwords = payload_dwords(chunk), sum = 0;

    for (const uint32_t *dword = box.data; dword < box.data + dwords; dword++)
        sum += *dword;
    return sum;
}

static void box_prepare(void)
{
    measure_prepare();
    payload_init(&box, chunk);
    pages_touch_for_writing(&box, sizeof(box.head) + chunk);
}

/* A stage answers first, so that the one before it can go on, and then hands the chunk on. */
static void stage_main(uint32_t number)
{
    struct l4_words words = {0};
    l4_id_t client, successor = next; /* now: the root task changes its own for the stage before */

    box_prepare();
    boss_report_and_wait(EVENT_READY, &client, l4_long(&box.head), &words);
    for (;;) {
        l4_ipc_send(client, l4_short(&short_box), &words, 0);
        dwords_add(number);
        l4_ipc_call(successor, l4_long(&box.head), l4_short(&short_box), &words, 0);
        l4_ipc_wait(&client, l4_long(&box.head), &words, 0);
    }
}

/* The last stage: it answers the client's REPORT with the sum of the megabyte once all of it is there. */
static void last_main(uint32_t number)
{
    struct l4_words words = {0};
    l4_id_t client, reporting = L4_NIL_ID;
    uint32_t sum = 0, bytes = 0;

    box_prepare();
    boss_report_and_wait(EVENT_READY, &client, l4_long(&box.head), &words);
    for (;;) {
        if (words.w0 == REPORT) {
            reporting = client;
        } else {
            l4_ipc_send(client, l4_short(&short_box), &words, 0);
            dwords_add(number);
            sum += dwords_sum();
            bytes += chunk;
        }
        if (reporting != L4_NIL_ID && bytes == MEGABYTE) {
            words = (struct l4_words){sum, 0, 0};
            l4_ipc_send(reporting, l4_short(&short_box), &words, 0);
            reporting = L4_NIL_ID;
            sum = bytes = 0;
        }
        l4_ipc_wait(&client, l4_long(&box.head), &words, 0);
    }
}

/* The client's. */
static l4_id_t first, last;
static volatile uint32_t reported;

static void move_megabyte(uint32_t index)
{
    struct l4_words words;

    (void)index;
    for (uint32_t i = 0; i < MEGABYTE / chunk; i++) {
        box.data[0] = i;
        words = (struct l4_words){i, 0, 0};
        l4_ipc_call(first, l4_long(&box.head), l4_short(&short_box), &words, 0);
    }
    words = (struct l4_words){REPORT, 0, 0};
    l4_ipc_call(last, l4_short(&short_box), l4_short(&short_box), &words, 0);
    reported = words.w0;
}

/* Of a megabyte whose chunks are the client's dwords with their number in front, after all stages. */
static uint32_t expected_sum(void)
{
    uint32_t chunks = MEGABYTE / chunk, added = 0;

    box.data[0] = 0;
    for (uint32_t number = 1; number <= STAGES; number++)
        added += number;
    return chunks * dwords_sum() + chunks * (chunks - 1) / 2 + added * (MEGABYTE / sizeof(uint32_t));
}

static void client_main(uint32_t unused)
{
    (void)unused;
    box_prepare();
    for (uint32_t i = 0; i < payload_dwords(chunk); i++)
        box.data[i] = (i + 1) * 0x9E3779B1u;
    measure(NULL, move_megabyte);
    measure_report();
    client_done(!check(measurement.name, reported == expected_sum(), "the last server's sum is right"));
}

static void case_run(void)
{
    last = next = server_start(SERVER_TASK + STAGES - 1, last_main, STAGES);
    for (uint32_t number = STAGES - 1; number; number--)
        next = server_start(SERVER_TASK + number - 1, stage_main, number);
    first = next;
    client_run(client_main, 0);
}

static void pipeline_run(void)
{
    for (uint32_t i = 0; i < sizeof(chunk_sizes) / sizeof(chunk_sizes[0]); i++) {
        chunk = chunk_sizes[i];
        measurement_set("chunks-%u", chunk);
        measurement.warmups = 1;
        measurement.samples = FEW_SAMPLES;
        text_format(measurement.facts, FACTS_SIZE, "bytes=%u chunk_bytes=%u", MEGABYTE, chunk);
        if (case_selected(measurement.name))
            case_run();
    }
}

const struct program program = {.name = "pipeline", .run = pipeline_run};

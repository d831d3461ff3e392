/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a message cost by what it carries, and how near is that to one copy?
 *
 *   dwords-N      N bytes as a direct string: the three words and the dwords after them
 *   strings-N     N indirect strings of 1 KB each, received as N strings
 *   copy-N        the bound: one `rep movsd` of N bytes from one buffer to another of the client's own
 *   map-N         one fpage of N bytes, mapped writable; the receiver's window has the same size
 *   grant-N       the same fpage granted
 *
 * A sample is a call with that message and its short answer, or the copy: one operation. Two tasks in large spaces; for
 * map and grant the client is the root task, whose pages come from sigma0, and before each sample the receiver gives
 * back what it has. warm: after 8 warm-ups n = 16, from 16 KB on 4; for 4 MB after 2 warm-ups n = 4. The server adds up
 * what came. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/payload.h"
#include "bench/support/roles.h"
#include "bench/support/strings.h"

enum { LONG_FROM = 16384, FEW_WARMUPS = 2, FEW_SAMPLES = 4, STRING_SIZE = 1024 };
enum { SOURCE = 0x01000000, WINDOW = 0x10000000, WINDOW_BITS = 22 };
enum request { PING = 1, SUM = 3, GIVE_BACK = 5 };

static const uint32_t sizes[] = {12, 16, 64, 256, 1024, 4096, 16384, 65536};
static const uint32_t string_counts[] = {1, 2, 4, 8, 16, L4_STRINGS_MAX};
static const uint32_t fpage_bits[] = {L4_PAGE_BITS, WINDOW_BITS};

/* A message of the three words and strings. */
struct string_message {
    struct l4_message head;
    struct l4_string dopes[L4_STRINGS_MAX];
};

enum kind { DWORDS, STRINGS, COPY, MAP, GRANT };
static const char *const kind_names[] = {
    [DWORDS] = "dwords", [STRINGS] = "strings", [COPY] = "copy", [MAP] = "map", [GRANT] = "grant"};

static enum kind kind;
static uint32_t bytes, strings;

/* The client's, and the server's, in its own copy. */
static struct payload outbox, inbox;
static struct string_message string_box;

static l4_id_t server;
static volatile uint32_t answered;

/* The receiver's or sender's strings lie one after the other in its buffer. */
static void strings_prepare(uint32_t *buffer)
{
    l4_message_init_strings(&string_box.head, PAYLOAD_WORDS, strings);
    for (uint32_t i = 0; i < strings; i++) {
        uint32_t address = (uint32_t)buffer + i * STRING_SIZE;
        string_box.dopes[i] = (struct l4_string){STRING_SIZE, address, STRING_SIZE, address};
    }
}

/* Of the bytes behind the three words. */
static uint32_t dwords_sum(const struct payload *payload)
{
    uint32_t count = kind == DWORDS ? bytes / sizeof(uint32_t) - PAYLOAD_WORDS : bytes / sizeof(uint32_t), sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += payload->data[i];
    return sum;
}

static void serve(struct l4_part receive)
{
    struct l4_words words = {0};
    l4_id_t client;

    boss_report_and_wait(EVENT_READY, &client, receive, &words);
    for (;;) {
        if (words.w0 == SUM)
            words.w0 = dwords_sum(&inbox);
        if (words.w0 == GIVE_BACK)
            l4_fpage_unmap(l4_fpage(WINDOW, WINDOW_BITS, 0), L4_UNMAP_ALL | L4_UNMAP_OWN);
        l4_ipc_reply_and_wait(&client, l4_short(&short_box), receive, &words, 0);
    }
}

static void server_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    payload_init(&inbox, bytes);
    pages_touch_for_writing(&inbox, sizeof(inbox));
    strings_prepare(inbox.data);
    short_box.receive_fpage = l4_fpage(WINDOW, WINDOW_BITS, 0);
    if (kind == STRINGS)
        serve(l4_long(&string_box.head));
    else if (kind == DWORDS)
        serve(l4_long(&inbox.head));
    else
        serve(l4_map(&short_box));
}

static void call_with_dwords(uint32_t index)
{
    struct l4_words words = {PING, index, 0};

    l4_ipc_call(server, l4_long(&outbox.head), l4_short(&short_box), &words, 0);
    answered = words.w0;
}

static void call_with_strings(uint32_t index)
{
    struct l4_words words = {PING, index, 0};

    l4_ipc_call(server, l4_long(&string_box.head), l4_short(&short_box), &words, 0);
    answered = words.w0;
}

static void copy(uint32_t index)
{
    (void)index;
    bytes_copy(inbox.data, outbox.data, bytes);
}

static uint32_t server_sum(void)
{
    struct l4_words words = {SUM, 0, 0};

    l4_ipc_call(server, l4_short(&short_box), l4_short(&short_box), &words, 0);
    return words.w0;
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    payload_init(&inbox, bytes);
    payload_init(&outbox, kind == DWORDS ? bytes - PAYLOAD_WORDS * sizeof(uint32_t) : bytes);
    for (uint32_t i = 0; i < payload_dwords(sizeof(outbox.data)); i++) {
        outbox.data[i] = (i + 1) * 0x9E3779B1u;
        inbox.data[i] = 0;
    }
    strings_prepare(outbox.data);
    if (kind == COPY)
        measure(NULL, copy);
    else if (kind == STRINGS)
        measure(NULL, call_with_strings);
    else
        measure(NULL, call_with_dwords);
    measure_report();
    uint32_t there = kind == COPY ? dwords_sum(&inbox) : server_sum();
    client_done(!check(measurement.name, there == dwords_sum(&outbox), "all bytes have arrived"));
}

static void case_set(enum kind wanted, uint32_t number)
{
    kind = wanted;
    measurement_set("%s-%u", kind_names[kind], number);
    if (bytes >= LONG_FROM)
        measurement.samples = FEW_SAMPLES;
    text_format(measurement.facts, FACTS_SIZE, "bytes=%u", bytes);
}

static void message_case(enum kind wanted, uint32_t number)
{
    case_set(wanted, number);
    if (!case_selected(measurement.name))
        return;
    server = server_start(SERVER_TASK, server_main, 0);
    client_run(client_main, 0);
}

/* The root task as client: its fpage, and the result of the last call. */
static uint32_t fpage;
static volatile uint32_t result;

static void call_with_fpage(uint32_t index)
{
    struct l4_words words = {0, fpage, 0};

    (void)index;
    result = l4_ipc_call(server, l4_map(&short_box), l4_short(&short_box), &words, 0);
}

/* The receiver gives back what it has, and the root task gets from sigma0 what it has granted away. */
static void pages_return(uint32_t index)
{
    struct l4_words words = {GIVE_BACK, 0, 0};

    (void)index;
    l4_ipc_call(server, l4_short(&short_box), l4_short(&short_box), &words, 0);
    for (uint32_t offset = 0; offset < bytes; offset += L4_PAGE_SIZE)
        *(volatile uint32_t *)(SOURCE + offset) = offset;
}

static void fpage_case(enum kind wanted, uint32_t bits)
{
    bytes = 1u << bits;
    case_set(wanted, bytes);
    if (bits > L4_PAGE_BITS)
        measurement.warmups = FEW_WARMUPS;
    if (!case_selected(measurement.name))
        return;
    fpage = l4_fpage(SOURCE, bits, L4_FPAGE_WRITE | (wanted == GRANT ? L4_FPAGE_GRANT : 0));
    server = server_start(SERVER_TASK, server_main, 0);
    measure_prepare();
    l4_message_init(&short_box, PAYLOAD_WORDS);
    measure(pages_return, call_with_fpage);
    measure_report();
    check(measurement.name, l4_error(result) == L4_OK, "the fpage was accepted");
    tasks_delete();
}

static void sizes_run(void)
{
    for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        bytes = sizes[i];
        message_case(DWORDS, bytes);
        message_case(COPY, bytes);
    }
    for (uint32_t i = 0; i < sizeof(string_counts) / sizeof(string_counts[0]); i++) {
        strings = string_counts[i];
        bytes = strings * STRING_SIZE;
        message_case(STRINGS, strings);
    }
    for (uint32_t i = 0; i < sizeof(fpage_bits) / sizeof(fpage_bits[0]); i++) {
        fpage_case(MAP, fpage_bits[i]);
        fpage_case(GRANT, fpage_bits[i]);
    }
}

const struct program program = {.name = "sizes", .run = sizes_run};

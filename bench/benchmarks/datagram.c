/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to send a datagram to oneself through a datagram server?
 *
 * The server, a task of its own, keeps a queue of datagrams for each of its ports. To send is a call with the bytes:
 * the kernel copies them to the server, which copies them into the port's queue. To receive is a call that is answered
 * with the oldest datagram of a port: copied out of the queue, and by the kernel to the caller. loopback-N is both, for
 * N bytes: one operation. rpc is a call of the same server with neither. Server and client are two tasks in large
 * spaces. warm: after 8 warm-ups, n = 16. The bytes that come back are compared with those that were sent. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/payload.h"
#include "bench/support/roles.h"

enum request { PING, SEND, RECEIVE };
enum { PORTS = 4, QUEUE_SLOTS = 4, DATAGRAM_MOST = 8192, PORT = 2, NOTHING = 0xFFFFFFFF };

static const uint32_t sizes[] = {4, 64, 512, 1472, 4096, 8192};

struct datagram {
    uint32_t bytes;
    uint8_t data[DATAGRAM_MOST];
};

/* The server. A queue is a ring: its oldest datagram is `first`. */
static struct port {
    uint32_t first, count;
    struct datagram slots[QUEUE_SLOTS];
} ports[PORTS];
static struct payload inbox, outbox;

/* Word 0 of the answer: the bytes that were taken, or NOTHING if the queue is full or there is no such port. */
static uint32_t port_put(uint32_t number, uint32_t bytes)
{
    struct port *port = &ports[number];

    if (number >= PORTS || port->count == QUEUE_SLOTS || bytes > DATAGRAM_MOST)
        return NOTHING;
    struct datagram *slot = &port->slots[(port->first + port->count++) % QUEUE_SLOTS];
    slot->bytes = bytes;
    bytes_copy(slot->data, inbox.data, bytes);
    return bytes;
}

static uint32_t port_get(uint32_t number)
{
    struct port *port = &ports[number];

    if (number >= PORTS || port->count == 0)
        return NOTHING;
    const struct datagram *slot = &port->slots[port->first];
    port->first = (port->first + 1) % QUEUE_SLOTS;
    port->count--;
    bytes_copy(outbox.data, slot->data, slot->bytes);
    return slot->bytes;
}

/* Serves one request; the answer has bytes exactly if a datagram goes with it. */
__attribute__((always_inline)) static inline void serve(l4_id_t *client, struct l4_words *words)
{
    uint32_t request = words->w0;

    if (request == RECEIVE) {
        words->w0 = port_get(words->w1);
        payload_set_size(&outbox, words->w0 == NOTHING ? 0 : words->w0);
        l4_ipc_reply_and_wait(client, l4_long(&outbox.head), l4_long(&inbox.head), words, 0);
        return;
    }
    if (request == SEND)
        words->w0 = port_put(words->w1, words->w2);
    l4_ipc_reply_and_wait(client, l4_short(&short_box), l4_long(&inbox.head), words, 0);
}

static void server_main(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    payload_init(&inbox, DATAGRAM_MOST);
    payload_init(&outbox, DATAGRAM_MOST);
    pages_touch_for_writing(&inbox, sizeof(inbox.head) + DATAGRAM_MOST);
    pages_touch_for_writing(&outbox, sizeof(outbox.head) + DATAGRAM_MOST);
    pages_touch_for_writing(ports, sizeof(ports));
    boss_report_and_wait(EVENT_READY, &client, l4_long(&inbox.head), &words);
    for (;;)
        serve(&client, &words);
}

/* The client. */
static struct payload sent, received;
static l4_id_t server;
static uint32_t bytes;
static volatile uint32_t taken, got;

static void ping(uint32_t index)
{
    struct l4_words words = {PING, index, 0};

    l4_ipc_call(server, l4_short(&short_box), l4_short(&short_box), &words, 0);
    taken = got = words.w0 == PING ? bytes : NOTHING;
}

static void loop_back(uint32_t index)
{
    struct l4_words words = {SEND, PORT, bytes};

    (void)index;
    l4_ipc_call(server, l4_long(&sent.head), l4_short(&short_box), &words, 0);
    taken = words.w0;
    words = (struct l4_words){RECEIVE, PORT, 0};
    l4_ipc_call(server, l4_short(&short_box), l4_long(&received.head), &words, 0);
    got = words.w0;
}

static uint32_t wrong_dwords(void)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < payload_dwords(bytes); i++)
        wrong += received.data[i] != sent.data[i];
    return wrong;
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    payload_init(&received, DATAGRAM_MOST);
    payload_init(&sent, DATAGRAM_MOST);
    payload_set_size(&sent, bytes);
    for (uint32_t i = 0; i < payload_dwords(bytes); i++) {
        sent.data[i] = (i + 1) * 0x9E3779B1u;
        received.data[i] = 0;
    }
    if (bytes > 0)
        measure(NULL, loop_back);
    else
        measure(NULL, ping);
    measure_report();
    uint32_t failures = !check(measurement.name, taken == bytes && got == bytes, "the server says how much it moved");
    failures += !check(measurement.name, wrong_dwords() == 0, "what comes back is what was sent");
    client_done(failures);
}

static void case_consider(uint32_t size)
{
    bytes = size;
    if (bytes > 0)
        measurement_set("loopback-%u", bytes);
    else
        measurement_set("rpc");
    text_format(measurement.facts, FACTS_SIZE, "bytes=%u", bytes);
    if (!case_selected(measurement.name))
        return;
    server = server_start(SERVER_TASK, server_main, 0);
    client_run(client_main, 0);
}

static void datagram_run(void)
{
    case_consider(0);
    for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        case_consider(sizes[i]);
}

const struct program program = {.name = "datagram", .run = datagram_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a driver at user level work: a task that serves a serial port for another one, by its ports and its interrupt,
 * and nothing else?
 *
 * The port is the console's, in loopback mode: what is sent comes back. Nothing may be printed meanwhile. */
#include "bench/support/driver.h"
#include "bench/support/selftest.h"

enum { LINE = 4, MASTER_MASK = 0x21 };
enum serial_port { DATA = 0x3F8, INTERRUPT_ENABLE = 0x3F9, MODEM_CONTROL = 0x3FC, LINE_STATUS = 0x3FD };
enum { RECEIVED = 0x01, TERMINAL_READY_AND_REQUEST = 0x03, INTERRUPT_GATE = 0x08, LOOPBACK = 0x10 };
enum request { SEND = 1, RECEIVE, STOP };
enum { BYTES = 16, PATIENCE_MS = 100, NO_BYTE = 0x100 };

/* The driver's: what came in, the client that waits for it, and how often the device has interrupted. */
static uint8_t received[BYTES];
static uint32_t received_count, taken_count, interrupts;
static l4_id_t waiting_client;
static struct l4_message box;

static void device_open(void)
{
    interrupt_associate(LINE);
    port_write(MODEM_CONTROL, TERMINAL_READY_AND_REQUEST | INTERRUPT_GATE | LOOPBACK);
    port_write(INTERRUPT_ENABLE, RECEIVED);
}

static void device_close(void)
{
    port_write(INTERRUPT_ENABLE, 0);
    port_write(MODEM_CONTROL, TERMINAL_READY_AND_REQUEST);
    interrupt_detach();
}

static void device_interrupt(void)
{
    interrupts++;
    while (port_read(LINE_STATUS) & RECEIVED)
        received[received_count++ % BYTES] = port_read(DATA);
}

/* Handles a message from `from`; true if `*to` is to be answered with *words. */
static bool handle(l4_id_t from, struct l4_words *words, l4_id_t *to)
{
    *to = from;
    if (from == interrupt_id(LINE))
        device_interrupt();
    else if (words->w0 == SEND)
        port_write(DATA, (uint8_t)words->w1);
    else if (words->w0 == RECEIVE)
        waiting_client = from;
    else
        device_close();
    bool waited_for = waiting_client != L4_NIL_ID && taken_count < received_count;
    if (waited_for) {
        *to = waiting_client;
        *words = (struct l4_words){received[taken_count++ % BYTES], interrupts, 0};
        waiting_client = L4_NIL_ID;
    }
    return waited_for || (from != interrupt_id(LINE) && from != waiting_client);
}

/* One loop for clients and device: both are messages. */
static void driver(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t from, to;

    (void)unused;
    l4_message_init(&box, 0);
    device_open();
    boss_report_and_wait(EVENT_READY, &from, l4_short(&box), &words);
    for (;;) {
        if (handle(from, &words, &to)) {
            l4_ipc_reply_and_wait(&to, l4_short(&box), l4_short(&box), &words, l4_timeouts(0, L4_FOREVER));
            from = to;
        } else
            l4_ipc_wait(&from, l4_short(&box), &words, l4_timeouts(0, L4_FOREVER));
    }
}

/* The driver's answer to a request: a byte, and after how many interrupts. */
static struct l4_words ask(l4_id_t server, enum request request, uint32_t byte)
{
    struct l4_words words = {request, byte, 0};
    uint32_t timeouts = l4_timeouts(PATIENCE_MS, PATIENCE_MS);
    uint32_t result = l4_ipc_call(server, l4_short(&box), l4_short(&box), &words, timeouts);

    return l4_error(result) ? (struct l4_words){NO_BYTE, 0, 0} : words;
}

static void bytes(l4_id_t server)
{
    uint32_t right = 0, last_interrupts = 0, more_interrupts = 0;

    l4_message_init(&box, 0);
    for (uint32_t i = 0; i < BYTES; i++) {
        ask(server, SEND, 'A' + i);
        struct l4_words answer = ask(server, RECEIVE, 0);
        right += answer.w0 == 'A' + i;
        more_interrupts += answer.w1 > last_interrupts;
        last_interrupts = answer.w1;
    }
    ask(server, STOP, 0);
    check("bytes", right == BYTES, "every byte that is sent comes back");
    check("bytes", more_interrupts == BYTES, "each with an interrupt");
}

static const struct test tests[] = {{.name = "bytes", .run = bytes, .helper = driver, .hook = ports_hook}};

/* The root task deletes the driver while its device is about to interrupt. */
static void deleted(void)
{
    struct event event;
    bool alive, masked;

    boss_set_hook(ports_hook);
    task_start(TEST_TASK, driver, 0);
    alive = boss_wait_for(EVENT_READY, &event, PATIENCE_MS) && !(port_read(MASTER_MASK) >> LINE & 1);
    tasks_delete();
    masked = port_read(MASTER_MASK) >> LINE & 1;
    port_write(DATA, 'Z');
    thread_sleep(1);
    device_close();
    port_read(DATA);
    check("deleted", alive && masked, "the line of a driver that was deleted is masked");
}

static const struct root_test root_tests[] = {{"deleted", deleted}};

static void driver_run(void)
{
    ports_take_all();
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "driver", .run = driver_run};

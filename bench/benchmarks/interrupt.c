/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to bring an interrupt to a driver at user level, while another program runs?
 *
 *   one-SPACE              the driver is another thread of the interrupted program's task
 *   two-SPACE-SPACE        it is a task of its own; the spaces of the interrupted program and of the driver
 *   port-write             the same OUT where no interrupt comes of it, for the difference
 *
 * A sample is one way. It begins with the interrupted program's OUT that raises the interrupt, so the moment is ours,
 * and ends where the driver has come back from its wait: one operation. In between lie the processor's interrupt, the
 * kernel's handling of the interrupt controller, the message and the switch. The driver has the higher priority and
 * waits as drivers do, for its device and for requests. A processor that sleeps when the interrupt comes is no case:
 * how long it takes to wake is no duration of the kernel's.
 *
 * The device is the first serial port: its transmitter is empty, and turning that interrupt on raises it at once.
 * Nothing is printed meanwhile. The cycle models charge a port access what the manuals say, without the device's wait
 * states. warm: after 8 warm-ups, n = 16, which run the same instructions but for the START marker. */
#include "bench/support/console.h"
#include "bench/support/driver.h"
#include "bench/support/measure.h"
#include "bench/support/roles.h"

#include "variant_choices.h"

enum { DRIVER_TASK = SERVER_TASK, DRIVER_LTHREAD = 1, LINE = 4 };
enum serial_port { INTERRUPT_ENABLE = 0x3F9, MODEM_CONTROL = 0x3FC, LINE_STATUS = 0x3FD };
enum { NO_INTERRUPTS = 0, TRANSMITTER_EMPTY_INTERRUPT = 0x02, READY_AND_INTERRUPT_GATE = 0x0B, ALL_SENT = 0x40 };

static const struct pair {
    bool one_task, program_small, driver_small;
} pairs[] = {
    {.one_task = true, .program_small = false, .driver_small = false},
    {.one_task = true, .program_small = true, .driver_small = true},
    {.one_task = false, .program_small = false, .driver_small = false},
    {.one_task = false, .program_small = false, .driver_small = true},
    {.one_task = false, .program_small = true, .driver_small = false},
    {.one_task = false, .program_small = true, .driver_small = true},
};
static struct pair pair;

/* Makes the ports present, and waits until what was printed before is out. */
static void device_prepare(void)
{
    port_write(INTERRUPT_ENABLE, NO_INTERRUPTS);
    port_write(MODEM_CONTROL, READY_AND_INTERRUPT_GATE);
    while (!(port_read(LINE_STATUS) & ALL_SENT))
        ;
}

/* Takes interrupts and requests in turn; a request is answered with the time at which the driver had the interrupt
 * before it (words 0 and 1), and with how many have come (word 2). A STOP without a START says nothing. */
static void driver_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {.w1 = space_is_small()};
    l4_id_t from;
    uint32_t interrupts = 0;

    (void)unused;
    measure_prepare();
    device_prepare();
    interrupt_associate(LINE);
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &from, l4_short(&box), &words);
    for (;;) {
        l4_ipc_reply_and_wait(&from, l4_short(&box), l4_short(&box), &words, 0);
        marker_stop();
        uint64_t stopped = clock_read();
        port_write(INTERRUPT_ENABLE, NO_INTERRUPTS);
        interrupts += from == interrupt_id(LINE);
        l4_ipc_wait(&from, l4_short(&box), &words, 0);
        words = (struct l4_words){(uint32_t)stopped, (uint32_t)(stopped >> 32), interrupts};
    }
}

static struct l4_message box;

static struct l4_words driver_ask(l4_id_t driver)
{
    struct l4_words words = {0};

    l4_ipc_call(driver, l4_short(&box), l4_short(&box), &words, 0);
    return words;
}

/* Returns how many interrupts came to the driver. */
static uint32_t interrupts_measure(l4_id_t driver)
{
    uint32_t interrupts = 0;

    driver_ask(driver); /* from now on it waits */
    marker_case();
    for (uint32_t i = 0; i < measurement.warmups + measurement.samples; i++) {
        readings[i].started = clock_read();
        if (i >= measurement.warmups)
            marker_start();
        port_write(INTERRUPT_ENABLE, TRANSMITTER_EMPTY_INTERRUPT);
        struct l4_words answer = driver_ask(driver);
        readings[i].stopped = (uint64_t)answer.w1 << 32 | answer.w0;
        interrupts = answer.w2;
    }
    marker_end();
    return interrupts;
}

static void program_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    device_prepare();
    l4_message_init(&box, 0);
    if (pair.one_task)
        thread_start(DRIVER_LTHREAD, driver_main, 0);
    l4_id_t driver = boss_call(EVENT_READY, space_is_small(), 0).w1;
    uint32_t interrupts = interrupts_measure(driver);
    measure_report();
    bool all = interrupts == measurement.warmups + measurement.samples;
    client_done(!check(measurement.name, all, "each write brought the driver one interrupt"));
}

/* Starts both and waits until they are ready; false if one is not in the space it should be. The driver's priority is
 * the root task's, the program's is below. */
static bool partners_start(l4_id_t *program_id, l4_id_t *driver)
{
    bool as_asked = true;

    if (!pair.one_task) {
        *driver = task_start(DRIVER_TASK, driver_main, 0);
        if (pair.driver_small)
            task_make_small(*driver, 2);
    }
    *program_id = task_start(CLIENT_TASK, program_main, 0);
    if (pair.program_small)
        task_make_small(*program_id, 1);
    if (pair.one_task)
        *driver = l4_thread_of(*program_id, DRIVER_LTHREAD);
    for (uint32_t ready = 0; ready < 2; ready++) {
        struct event event;
        boss_wait_for(EVENT_READY, &event, L4_FOREVER);
        as_asked &= event.words.w1 == (event.from == *program_id ? pair.program_small : pair.driver_small);
    }
    thread_set_priority(*program_id, thread_get_priority(L4_ROOT) - 1);
    return as_asked;
}

static void interrupt_case_run(void)
{
    struct event event;
    l4_id_t program_id, driver = L4_NIL_ID;

    if (partners_start(&program_id, &driver)) {
        boss_reply(program_id, (struct l4_words){0, driver, 0});
        boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
        failures_add(event.words.w1);
    } else {
        check(measurement.name, false, "program and driver are in the spaces that the case names");
    }
    tasks_delete();
}

static void interrupt_case_consider(const struct pair *wanted)
{
    const char *program_space = wanted->program_small ? "small" : "large";
    const char *driver_space = wanted->driver_small ? "small" : "large";

    if (!VARIANT_SPACE_SMALL && (wanted->program_small || wanted->driver_small))
        return;
    pair = *wanted;
    if (pair.one_task)
        measurement_set("one-%s", program_space);
    else
        measurement_set("two-%s-%s", program_space, driver_space);
    text_format(measurement.facts, FACTS_SIZE, "tasks=%s client_space=%s server_space=%s",
                pair.one_task ? "one" : "two", program_space, driver_space);
    if (case_selected(measurement.name))
        interrupt_case_run();
}

static void write_without_interrupt(uint32_t index)
{
    (void)index;
    port_write(INTERRUPT_ENABLE, NO_INTERRUPTS);
}

static void port_write_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    device_prepare();
    measure(NULL, write_without_interrupt);
    measure_report();
    client_done(0);
}

static void interrupt_run(void)
{
    ports_take_all();
    boss_set_hook(ports_hook);
    measurement_set("port-write");
    if (case_selected(measurement.name))
        client_run(port_write_main, 0);
    for (uint32_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        interrupt_case_consider(&pairs[i]);
}

const struct program program = {.name = "interrupt", .run = interrupt_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Do interrupts come as messages, to the one thread that is associated with their line, and is the line masked between?
 *
 * The keyboard controller raises line 1 when asked to: it is told which byte the keyboard shall seem to have sent. In
 * the same way it raises line 12, the mouse's, which is the second interrupt controller's. */
#include "bench/support/driver.h"
#include "bench/support/selftest.h"

enum { TIMER = 0, KEYBOARD = 1, CASCADE = 2, FREE_LINE = 5, MOUSE = 12, NO_LINE = 16, LAST_ID_LINE = 254 };
enum { KEYBOARD_DATA = 0x60, KEYBOARD_COMMAND = 0x64, OUTPUT_FULL = 1, INPUT_FULL = 2 };
enum { WRITE_COMMAND_BYTE = 0x60, INTERRUPTS_ON = 0x03, WRITE_OUTPUT = 0xD2, WRITE_MOUSE_OUTPUT = 0xD3 };
enum { MASTER_MASK = 0x21 };
enum { PATIENCE_MS = 30, SHORT_MS = 3, SPINS = 200000, SOME_BYTE = 0x1C, TIMES = 3 };
static const uint32_t LONG_TIMESLICE = 0xFF800000; /* 4 s */

static struct l4_message box;

static void keyboard_command(uint8_t command, uint8_t data)
{
    while (port_read(KEYBOARD_COMMAND) & INPUT_FULL)
        ;
    port_write(KEYBOARD_COMMAND, command);
    while (port_read(KEYBOARD_COMMAND) & INPUT_FULL)
        ;
    port_write(KEYBOARD_DATA, data);
}

/* Takes what the controller has; until then it raises no further interrupt. */
static void quiet(void)
{
    while (port_read(KEYBOARD_COMMAND) & OUTPUT_FULL)
        port_read(KEYBOARD_DATA);
}

static void raise(void)
{
    keyboard_command(WRITE_OUTPUT, SOME_BYTE);
}

/* Raises the interrupt, and lets the time pass in which it comes. */
static void raise_and_let_come(void)
{
    raise();
    thread_sleep(SHORT_MS);
}

static void prepare(void)
{
    l4_message_init(&box, 0);
    keyboard_command(WRITE_COMMAND_BYTE, INTERRUPTS_ON);
    quiet();
}

/* The calling thread has the line, and nothing is pending. */
static bool associated(void)
{
    prepare();
    return interrupt_associate(KEYBOARD) == L4_TIMEOUT;
}

static bool masked(uint32_t line)
{
    return port_read(MASTER_MASK) >> line & 1;
}

/* Waits for anyone; the source in *from. */
static uint32_t wait_for_anyone(l4_id_t *from, uint32_t ms)
{
    struct l4_words words = {0};

    return l4_error(l4_ipc_wait(from, l4_short(&box), &words, l4_timeouts(L4_FOREVER, ms)));
}

static void associate(l4_id_t helper)
{
    struct l4_words words = {1, 2, 3};

    (void)helper;
    covers("associate", "interrupt.associate interrupt.receive interrupt.message id.interrupt");
    check("associate", interrupt_wait(KEYBOARD, SHORT_MS) == L4_NOT_EXISTING,
          "an interrupt that is not the thread's own cannot be received from");
    check("associate", associated(), "a receive with timeout 0 from a free line associates it");
    raise();
    box.word[0] = box.word[1] = box.word[2] = 0;
    uint32_t result =
        l4_ipc_receive(interrupt_id(KEYBOARD), l4_short(&box), &words, l4_timeouts(L4_FOREVER, PATIENCE_MS));
    check("associate", result == 0, "its interrupt is received, with no dwords");
    check("associate", words.w0 == 0 && words.w1 == 0 && words.w2 == 0, "and all words 0");
    quiet();
    check("associate", interrupt_wait(KEYBOARD, SHORT_MS) == L4_TIMEOUT, "a wait for the next one has its timeout");
    check("associate", interrupt_wait(FREE_LINE, SHORT_MS) == L4_NOT_EXISTING, "other lines are not to be waited for");
}

static void pending(l4_id_t helper)
{
    (void)helper;
    covers("pending", "interrupt.associate.pending");
    bool own = associated();
    raise_and_let_come();
    check("pending", own && interrupt_associate(KEYBOARD) == L4_OK, "one that came before is delivered at once");
    quiet();
    check("pending", interrupt_associate(KEYBOARD) == L4_TIMEOUT, "once");
    raise();
    check("pending", interrupt_wait(KEYBOARD, PATIENCE_MS) == L4_OK, "and the association stays");
    quiet();
}

static void masking(l4_id_t helper)
{
    (void)helper;
    covers("masking", "interrupt.mask");
    check("masking", masked(KEYBOARD), "the line of nobody is masked");
    check("masking", associated() && !masked(KEYBOARD), "one that is associated is not");
    raise();
    interrupt_wait(KEYBOARD, PATIENCE_MS);
    check("masking", masked(KEYBOARD), "from the delivery on it is");
    quiet();
    raise_and_let_come();
    check("masking", masked(KEYBOARD), "until the thread receives again");
    check("masking", interrupt_wait(KEYBOARD, PATIENCE_MS) == L4_OK, "which then gets what was raised meanwhile");
    quiet();
    check("masking", interrupt_wait(KEYBOARD, SHORT_MS) == L4_TIMEOUT && !masked(KEYBOARD), "and leaves the line open");
}

static void open_wait(l4_id_t helper)
{
    l4_id_t from;

    (void)helper;
    covers("open-wait", "ipc.receive.open.interrupt");
    bool own = associated();
    raise();
    check("open-wait", own && wait_for_anyone(&from, PATIENCE_MS) == L4_OK && from == interrupt_id(KEYBOARD),
          "an open wait takes the thread's interrupt");
    quiet();
    raise_and_let_come();
    check("open-wait", wait_for_anyone(&from, PATIENCE_MS) == L4_OK && from == interrupt_id(KEYBOARD),
          "and the next one, which was raised while the line was masked");
    quiet();
}

/* Sends one message and waits for ever. */
static void sending_thread(uint32_t to)
{
    struct l4_message outbox;
    struct l4_words words = {7, 0, 0};

    l4_message_init(&outbox, 0);
    l4_ipc_send(to, l4_short(&outbox), &words, 0);
    thread_stop();
}

static void first_in_queue(l4_id_t helper)
{
    l4_id_t from;

    (void)helper;
    covers("first-in-queue", "interrupt.first-in-queue");
    bool own = associated();
    l4_id_t sender = thread_start(1, sending_thread, l4_myself());
    thread_sleep(SHORT_MS);
    raise_and_let_come();
    check("first-in-queue", own && wait_for_anyone(&from, 0) == L4_OK && from == interrupt_id(KEYBOARD),
          "a pending interrupt comes before a thread that sent earlier");
    quiet();
    check("first-in-queue", wait_for_anyone(&from, 0) == L4_OK && from == sender, "which comes then");
}

/* What the other thread's attempt to have a line gave. */
static volatile uint32_t other_result;

static void associating_thread(uint32_t line)
{
    other_result = interrupt_associate(line);
    thread_stop();
}

static uint32_t other_associates(uint32_t line)
{
    other_result = ~0u;
    thread_start(1, associating_thread, line);
    thread_sleep(SHORT_MS);
    return other_result;
}

static void refused(l4_id_t helper)
{
    (void)helper;
    covers("refused", "interrupt.associate.refused interrupt.one-thread");
    check("refused", associated() && other_associates(KEYBOARD) == L4_NOT_EXISTING,
          "a line that another thread has cannot be had");
    raise();
    check("refused", interrupt_wait(KEYBOARD, PATIENCE_MS) == L4_OK, "and stays that thread's");
    quiet();
    check("refused", interrupt_associate(TIMER) == L4_NOT_EXISTING, "the timer's line is the kernel's");
    check("refused", interrupt_associate(CASCADE) == L4_NOT_EXISTING, "the cascade has no interrupt");
    check("refused", interrupt_associate(NO_LINE) == L4_NOT_EXISTING, "there are 16 lines");
    check("refused", interrupt_associate(LAST_ID_LINE) == L4_NOT_EXISTING, "and no more ids");
}

static void one_line(l4_id_t helper)
{
    (void)helper;
    covers("one-line", "interrupt.associate.releases interrupt.one-thread");
    bool own = associated();
    check("one-line", own && interrupt_associate(FREE_LINE) == L4_TIMEOUT, "a thread may change its line");
    check("one-line", interrupt_wait(KEYBOARD, SHORT_MS) == L4_NOT_EXISTING, "then the old one is not its own");
    check("one-line", masked(KEYBOARD) && !masked(FREE_LINE), "and masked");
    check("one-line", other_associates(KEYBOARD) == L4_TIMEOUT, "another thread can have it");
}

static void detach(l4_id_t helper)
{
    (void)helper;
    covers("detach", "interrupt.detach");
    bool own = associated();
    raise_and_let_come();
    interrupt_detach();
    quiet();
    check("detach", own && masked(KEYBOARD), "a receive from nil with timeout 0 lets the line go");
    check("detach", interrupt_wait(KEYBOARD, SHORT_MS) == L4_NOT_EXISTING, "what was pending does not come any more");
    check("detach", other_associates(KEYBOARD) == L4_TIMEOUT, "another thread can have it");
    thread_start(1, sending_thread, L4_NIL_ID);
    thread_sleep(SHORT_MS);
    check("detach", interrupt_associate(KEYBOARD) == L4_TIMEOUT,
          "and loses it when lthread_ex_regs sends it elsewhere");
}

/* Replies to whoever calls. */
static void echo_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &partner, l4_short(&box), &words);
    for (;;)
        l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_short(&box), &words, l4_timeouts(0, L4_FOREVER));
}

/* The kernel's shortest path must not leave a line masked. */
static void behind_a_message(l4_id_t helper)
{
    struct l4_words words = {0};
    l4_id_t partner = helper;

    covers("behind-a-message", "interrupt.mask ipc.receive.open.interrupt");
    bool own = associated();
    raise();
    interrupt_wait(KEYBOARD, PATIENCE_MS);
    quiet();
    raise_and_let_come();
    uint32_t result = l4_ipc_call(helper, l4_short(&box), l4_short(&box), &words, 0);
    check("behind-a-message", own && l4_error(result) == L4_OK && masked(KEYBOARD),
          "a call to another thread leaves the line masked");
    l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_short(&box), &words, l4_timeouts(L4_FOREVER, L4_FOREVER));
    bool interrupt_first = partner == interrupt_id(KEYBOARD);
    quiet();
    wait_for_anyone(&partner, PATIENCE_MS);
    check("behind-a-message", interrupt_first || partner == interrupt_id(KEYBOARD),
          "a message with an open wait behind it opens the line");
    quiet();
}

static volatile bool served;

static void serving_thread(uint32_t unused)
{
    (void)unused;
    interrupt_associate(KEYBOARD);
    interrupt_wait(KEYBOARD, L4_FOREVER);
    served = true;
    thread_stop();
}

/* Starts the serving thread, makes the end of time slices no reason for it to run, raises the interrupt, and tells
 * whether it was served while this thread was running. */
static bool served_at_once(int priority_above_own)
{
    served = false;
    prepare();
    uint32_t own = thread_get_priority(l4_myself());
    l4_thread_schedule(l4_myself(), own | LONG_TIMESLICE);
    l4_id_t thread = thread_start(1, serving_thread, 0);
    thread_set_priority(thread, (uint32_t)((int)own + priority_above_own));
    thread_sleep(SHORT_MS);
    l4_thread_switch(L4_NIL_ID); /* and the new time slice begins */
    raise();
    for (uint32_t spins = 0; spins < SPINS && !served; spins++)
        ;
    return served;
}

static void priority(l4_id_t helper)
{
    (void)helper;
    check("priority", served_at_once(1), "an interrupt's thread of higher priority runs at once");
    quiet();
    check("priority", !served_at_once(-1), "one of lower priority does not");
    thread_sleep(SHORT_MS);
    check("priority", served, "but when the processor is free");
    quiet();
}

static void second_controller(l4_id_t helper)
{
    uint32_t received = 0;

    (void)helper;
    prepare();
    interrupt_associate(MOUSE);
    for (uint32_t i = 0; i < TIMES; i++) {
        keyboard_command(WRITE_MOUSE_OUTPUT, SOME_BYTE);
        received += interrupt_wait(MOUSE, PATIENCE_MS) == L4_OK;
        quiet();
    }
    check("second-controller", received == TIMES, "interrupts of the second controller come one after another");
}

static const struct test tests[] = {
    {.name = "associate", .run = associate, .hook = ports_hook},
    {.name = "pending", .run = pending, .hook = ports_hook},
    {.name = "masking", .run = masking, .hook = ports_hook},
    {.name = "open-wait", .run = open_wait, .hook = ports_hook},
    {.name = "first-in-queue", .run = first_in_queue, .hook = ports_hook},
    {.name = "refused", .run = refused, .hook = ports_hook},
    {.name = "one-line", .run = one_line, .hook = ports_hook},
    {.name = "detach", .run = detach, .hook = ports_hook},
    {.name = "behind-a-message", .run = behind_a_message, .helper = echo_helper, .hook = ports_hook},
    {.name = "priority", .run = priority, .hook = ports_hook},
    {.name = "second-controller", .run = second_controller, .hook = ports_hook},
};

/* A task that ends with a line, and an interrupt pending. */
static void ending_child(uint32_t unused)
{
    (void)unused;
    bool own = associated();
    raise_and_let_come();
    boss_call(EVENT_DONE, own, 0);
    thread_stop();
}

static void task_ends(void)
{
    struct event event;

    boss_set_hook(ports_hook);
    task_start(TEST_TASK, ending_child, 0);
    bool own = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS) && event.words.w1;
    tasks_delete();
    check("task-ends", own && masked(KEYBOARD), "the line of a thread that is deleted is masked");
    check("task-ends", interrupt_associate(KEYBOARD) == L4_TIMEOUT, "and free");
    interrupt_detach();
    quiet();
}

static const struct root_test root_tests[] = {{"task-ends", task_ends}};

static void interrupts_run(void)
{
    ports_take_all();
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "interrupts", .run = interrupts_run};

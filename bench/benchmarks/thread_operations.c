/* SPDX-License-Identifier: BSD-2-Clause */
/* What do a thread switch, and the creation and deletion of threads and tasks cost?
 *
 *   switch-one, switch-two       thread_switch to a partner, of the same task or another, that switches back at once.
 *                                A sample is there and back: two operations.
 *   thread-create-new            lthread_ex_regs for two numbers that were never used: the kernel makes a frame for
 *                                their two control blocks. Two operations. The threads do not run inside the sample.
 *   thread-create-again          the same for numbers whose blocks an earlier task left behind
 *   task-create                  task_new of an active task whose number has a block; its thread does not run yet
 *   task-delete                  task_new that makes it inactive again; nothing was ever mapped into it
 *
 * All spaces are large. warm: after 8 warm-ups, n = 16, each on a number of its own where something is created. Threads
 * end only with their task. The measuring thread is that of the client, for tasks the root task. */
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { NEW_TASK = LAST_TASK + 1, PARTNER_LTHREAD = 1, CREATED_AT_ONCE = 2 };
enum switching { SWITCH_ONE, SWITCH_TWO };

static volatile l4_id_t partner, client_id;
static volatile uint32_t switches_back;

/* Switches back to whoever gives it the processor, until the client stops asking. */
static void switch_back_forever(void)
{
    for (;;) {
        switches_back++;
        l4_thread_switch(client_id);
    }
}

static void same_task_main(uint32_t unused)
{
    (void)unused;
    switch_back_forever();
}

static void other_task_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    client_id = client;
    l4_ipc_send(client, l4_short(&box), &words, 0);
    switch_back_forever();
}

static void switch_and_back(uint32_t index)
{
    (void)index;
    l4_thread_switch(partner);
}

/* The partner has to know the client before it can switch to it. */
static void introduce(void)
{
    struct l4_message box;
    struct l4_words words = {0};

    l4_message_init(&box, 0);
    l4_ipc_call(partner, l4_short(&box), l4_short(&box), &words, 0);
}

static void switching_main(uint32_t switching)
{
    measure_prepare();
    client_id = l4_myself();
    if (switching == SWITCH_ONE)
        partner = thread_start(PARTNER_LTHREAD, same_task_main, 0);
    else
        introduce();
    measure(NULL, switch_and_back);
    measure_report();
    if (switching == SWITCH_ONE)
        client_done(!check(measurement.name, switches_back >= WARMUPS + SAMPLES, "the partner ran every time"));
    client_done(0);
}

static void thread_create_two(uint32_t index)
{
    for (uint32_t i = 0; i < CREATED_AT_ONCE; i++) {
        uint32_t lthread = CREATED_AT_ONCE * (index + 1) + i;
        uint32_t esp = (uint32_t)small_stacks[lthread] + SMALL_STACK_SIZE, eip = (uint32_t)thread_stop;
        l4_lthread_ex_regs(lthread, &esp, &eip, L4_INVALID_ID);
    }
}

/* How many of the threads exist. */
static uint32_t created_threads(void)
{
    uint32_t found = 0;

    for (uint32_t i = CREATED_AT_ONCE; i < CREATED_AT_ONCE * (WARMUPS + SAMPLES + 1); i++)
        found += l4_thread_schedule(l4_thread_of(l4_myself(), i), L4_SCHEDULE_UNCHANGED) != L4_INVALID_ID;
    return found;
}

static void creating_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    pages_touch_for_writing(small_stacks, sizeof(small_stacks));
    measure(NULL, thread_create_two);
    measure_report();
    bool all = created_threads() == CREATED_AT_ONCE * (WARMUPS + SAMPLES);
    client_done(!check(measurement.name, all, "all threads exist"));
}

/* The task that is created and deleted, by its newest id; at first only its right, which is the root task's. */
static volatile l4_id_t task;

static bool task_exists(void)
{
    return l4_thread_schedule(task, L4_SCHEDULE_UNCHANGED) != L4_INVALID_ID;
}

static void task_create(uint32_t index)
{
    (void)index;
    task = l4_task_new(task, 255, (uint32_t)small_stacks, (uint32_t)thread_stop, L4_ROOT);
}

static void task_delete(uint32_t index)
{
    (void)index;
    task = l4_task_new(task, L4_ROOT, 0, 0, L4_NIL_ID);
}

static uint32_t wrong_states;

static void expect_task(uint32_t index)
{
    wrong_states += !task_exists();
    task_delete(index);
}

static void expect_no_task(uint32_t index)
{
    wrong_states += task_exists();
    task_create(index);
}

/* Each sample finds the task as the one before left it, and what comes before it puts that right. */
static void tasks_measure(bool creates)
{
    wrong_states = 0;
    task = l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | NEW_TASK << L4_TASK_SHIFT;
    task = l4_task_new(task, 255, (uint32_t)small_stacks, (uint32_t)thread_stop, L4_ROOT);
    measure_prepare();
    if (creates) {
        measure(expect_task, task_create);
        wrong_states += !task_exists();
        task_delete(0);
    } else {
        task_delete(0);
        measure(expect_no_task, task_delete);
        wrong_states += task_exists();
    }
    measure_report();
    check(measurement.name, task != L4_NIL_ID && wrong_states == 0, "the task existed exactly when it should");
}

static void switch_case(const char *name, enum switching switching)
{
    measurement_set("%s", name);
    measurement.operations = 2;
    if (!case_selected(name))
        return;
    if (switching == SWITCH_TWO)
        partner = server_start(SERVER_TASK, other_task_main, 0);
    client_run(switching_main, switching);
}

static void creation_case(const char *name)
{
    measurement_set("%s", name);
    measurement.operations = CREATED_AT_ONCE;
    if (case_selected(name))
        client_run(creating_main, 0);
}

static void task_case(const char *name, bool creates)
{
    measurement_set("%s", name);
    if (case_selected(name))
        tasks_measure(creates);
}

static void thread_operations_run(void)
{
    creation_case("thread-create-new");
    creation_case("thread-create-again");
    switch_case("switch-one", SWITCH_ONE);
    switch_case("switch-two", SWITCH_TWO);
    task_case("task-create", true);
    task_case("task-delete", false);
}

const struct program program = {.name = "thread_operations", .run = thread_operations_run};

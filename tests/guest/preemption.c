/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is told that a thread's time slice is over, and when does the thread go on? */
#include "bench/support/propagate.h"
#include "bench/support/selftest.h"

enum { SPINNER = 1, LIMIT = 60, SLICES = 25, CODE_BYTES = 64, LONG_DWORDS = 8 };

static volatile uint32_t counts[2];

/* What a child reads from its copy. */
static l4_id_t preempter;

static void spin(uint32_t index)
{
    for (;;)
        counts[index]++;
}

static uint32_t within(uint32_t ms)
{
    return l4_timeouts(ms, ms);
}

static l4_id_t spinner_start(void)
{
    l4_id_t id = thread_start(SPINNER, spin, 0);

    thread_sleep(5);
    return id;
}

static l4_id_t set_external(l4_id_t thread, l4_id_t to)
{
    return l4_thread_schedule_all(thread, L4_SCHEDULE_UNCHANGED, to).preempter;
}

static uint32_t state(l4_id_t thread)
{
    return l4_state(l4_thread_schedule(thread, L4_SCHEDULE_UNCHANGED));
}

static uint32_t answer(l4_id_t thread)
{
    return l4_error(l4_send_as(L4_NIL_ID, thread, (struct l4_words){0, 0, 0}, l4_timeouts(0, 0)));
}

/* Does the spinner make progress while the caller sleeps? */
static bool advances(uint32_t index)
{
    uint32_t before = counts[index];

    thread_sleep(SLICES);
    return counts[index] != before;
}

static bool is_preemption(const struct l4_arrival *got, l4_id_t spinner)
{
    return l4_error(got->result) == L4_OK && l4_conditions(got->result) == 0 && got->from == spinner &&
           got->words.w0 > (uint32_t)lthread_stacks[SPINNER - 1] && got->words.w0 < (uint32_t)lthread_stacks[SPINNER] &&
           got->words.w1 - (uint32_t)spin < CODE_BYTES;
}

static void internal(l4_id_t helper)
{
    (void)helper;
    covers("internal",
           "preemption.internal preemption.words preemption.answer exregs.preempter schedule.state.internal");
    l4_id_t spinner = spinner_start();

    check("internal", l4_set_preempter(SPINNER, l4_myself()) == L4_INVALID_ID, "at first a thread has no preempter");
    check("internal", l4_set_preempter(SPINNER, L4_INVALID_ID) == l4_myself(), "lthread_ex_regs sets one");
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("internal", is_preemption(&got, spinner), "which gets ESP and EIP when the time slice ends");
    check("internal", state(spinner) == L4_STATE_RUNNING + L4_CALLS_INTERNAL_PREEMPTER, "thread_schedule tells so");
    check("internal", !advances(0), "the thread waits for the answer");
    check("internal", answer(spinner) == L4_OK && advances(0), "and goes on with it");
    got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("internal", is_preemption(&got, spinner), "until the next slice ends");
}

static void external(l4_id_t helper)
{
    (void)helper;
    covers("external", "preemption.external schedule.preempter schedule.preempter.invalid schedule.state.external");
    l4_id_t spinner = spinner_start();

    check("external", set_external(spinner, l4_myself()) == L4_INVALID_ID, "at first there is none");
    check("external", set_external(spinner, L4_INVALID_ID) == l4_myself(), "thread_schedule sets one");
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("external", is_preemption(&got, spinner), "which gets ESP and EIP when the time slice ends");
    check("external", state(spinner) == L4_STATE_RUNNING + L4_CALLS_EXTERNAL_PREEMPTER, "thread_schedule tells so");
    check("external", !advances(0) && answer(spinner) == L4_OK && advances(0), "the thread waits for the answer");
}

static void both(l4_id_t helper)
{
    (void)helper;
    covers("both", "preemption.internal preemption.external");
    l4_id_t spinner = spinner_start();

    set_external(spinner, l4_myself());
    l4_set_preempter(SPINNER, l4_myself());
    l4_receive(L4_NIL_ID, within(LIMIT));
    check("both", state(spinner) == L4_STATE_RUNNING + L4_CALLS_INTERNAL_PREEMPTER, "the internal one is called first");
    answer(spinner);
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("both", is_preemption(&got, spinner) && state(spinner) == L4_STATE_RUNNING + L4_CALLS_EXTERNAL_PREEMPTER,
          "the external one after its answer");
    check("both", answer(spinner) == L4_OK && advances(0), "then the thread goes on");
}

static void long_answer(l4_id_t helper)
{
    static struct {
        struct l4_message head;
        uint32_t rest[LONG_DWORDS];
    } message;
    struct l4_words words = {0};

    (void)helper;
    covers("long-answer", "preemption.answer");
    l4_id_t spinner = spinner_start();
    l4_message_init(&message.head, LONG_DWORDS);
    l4_set_preempter(SPINNER, l4_myself());
    l4_receive(L4_NIL_ID, within(LIMIT));
    uint32_t result = l4_ipc_send(spinner, l4_long(&message.head), &words, l4_timeouts(0, 0));
    check("long-answer", l4_error(result) == (L4_CUT | L4_IN_SEND), "of a long answer only the words are taken");
    check("long-answer", advances(0), "and the thread goes on");
}

static void absent(l4_id_t helper)
{
    (void)helper;
    covers("absent", "preemption.internal");
    l4_id_t spinner = spinner_start();

    l4_set_preempter(SPINNER, spinner ^ 3);
    check("absent", advances(0) && advances(0), "a preempter that does not exist does not stop the thread");
    l4_set_preempter(SPINNER, spinner);
    check("absent", advances(0) && advances(0), "nor does the thread itself");
    l4_set_preempter(SPINNER, L4_NIL_ID);
    check("absent", advances(0) && advances(0), "nor nil");
}

static void redirected(l4_id_t helper)
{
    (void)helper;
    covers("redirected", "exregs.cancels exregs.eip");
    l4_id_t spinner = spinner_start();

    l4_set_preempter(SPINNER, l4_myself());
    l4_receive(L4_NIL_ID, within(LIMIT));
    l4_set_preempter(SPINNER, L4_NIL_ID);
    thread_start(SPINNER, spin, 1);
    check("redirected", advances(1), "lthread_ex_regs ends the call of the preempter");
    check("redirected", answer(spinner) == (L4_TIMEOUT | L4_IN_SEND), "so that its answer comes too late");
}

/* Never answers. */
static void silent_main(uint32_t unused)
{
    (void)unused;
    struct l4_arrival got = l4_receive(L4_NIL_ID, 0);
    boss_call(EVENT_READY, got.from, 0);
    thread_stop();
}

static void preempted_main(uint32_t unused)
{
    (void)unused;
    counts[0] = 1;
    l4_set_preempter(0, preempter);
    spin(0);
}

static uint32_t childs_count(void)
{
    return *(const volatile uint32_t *)(task_frame(TEST_TASK, (uint32_t)counts) + (uint32_t)counts % L4_PAGE_SIZE);
}

static void dying(void)
{
    struct event event;

    covers("dying", "preemption.internal");
    preempter = task_start(HELPER_TASK, silent_main, 0);
    l4_id_t spinner = task_start(TEST_TASK, preempted_main, 0);
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    uint32_t before = childs_count();
    thread_sleep(SLICES);
    check("dying", event.words.w1 == spinner && childs_count() == before, "a thread waits for a silent preempter");
    l4_task_new(preempter, L4_ROOT, 0, 0, L4_NIL_ID);
    thread_sleep(SLICES);
    check("dying", childs_count() != before, "until that is deleted");
}

static const struct test tests[] = {
    {.name = "internal", .run = internal}, {.name = "external", .run = external},
    {.name = "both", .run = both},         {.name = "long-answer", .run = long_answer},
    {.name = "absent", .run = absent},     {.name = "redirected", .run = redirected},
};
static const struct root_test root_tests[] = {{"dying", dying}};

static void preemption_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "preemption", .run = preemption_run};

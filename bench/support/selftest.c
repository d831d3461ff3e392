/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/selftest.h"

#include "bench/support/console.h"

/* What a child reads from its copy. */
static const struct test *current;
static l4_id_t current_helper;

const char *current_test_name(void)
{
    return current->name;
}

void covers(const char *name, const char *rules)
{
    if (case_selected(name))
        console_print("@covers %s %s\n", name, rules);
}

void skipped(const char *name, const char *sentence)
{
    if (case_selected(name))
        console_print("@skipped %s %s\n", name, sentence);
}

static void test_main(uint32_t failures_before)
{
    current->run(current_helper);
    boss_call(EVENT_DONE, failures_count() - failures_before, 0);
    thread_stop();
}

static bool helper_start(void)
{
    struct event event;

    current_helper = current->helper ? task_start(HELPER_TASK, current->helper, 0) : L4_NIL_ID;
    return !current->helper || boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
}

static void test_run(const struct test *test)
{
    struct event event;

    current = test;
    boss_set_hook(test->hook);
    if (helper_start() && task_start(TEST_TASK, test_main, failures_count()) != L4_NIL_ID &&
        boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS))
        failures_add(event.words.w1);
    else
        check(test->name, false, "the test came to its end in time");
    boss_set_hook(NULL);
    tasks_delete();
}

void tests_run(const struct test *tests, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (case_selected(tests[i].name))
            test_run(&tests[i]);
}

void root_tests_run(const struct root_test *tests, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!case_selected(tests[i].name))
            continue;
        tests[i].run();
        boss_set_hook(NULL);
        tasks_delete();
    }
}

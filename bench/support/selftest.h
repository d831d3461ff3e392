/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a guest self-test run? Each row has fresh tasks, and a time limit. */
#pragma once

#include "bench/support/boss.h"
#include "bench/support/program.h"

enum { TEST_LIMIT_MS = 2000, TEST_TASK = FIRST_TASK, HELPER_TASK };

struct test {
    const char *name;
    /* Runs in TEST_TASK, checks by itself; `helper` is lthread 0 of HELPER_TASK, or nil. */
    void (*run)(l4_id_t helper);
    /* Runs in HELPER_TASK from before the test; must report EVENT_READY once (boss_report_and_wait). Null: no helper.
     */
    thread_entry *helper;
    fault_hook *hook;
};

/* For tests that several rows share. */
const char *current_test_name(void);

/* Says that the checks under this name check these rules of the interface: ids of tests/conformance/rules.psv, with
 * blanks between. Both are literals, so that `l4lab conformance --list` finds them in the source, too. */
void covers(const char *name, const char *rules);

/* Says why the checks under this name are not made here. */
void skipped(const char *name, const char *sentence);

void tests_run(const struct test *tests, uint32_t count);

/* A row that runs in the root task itself and starts what it needs. */
struct root_test {
    const char *name;
    void (*run)(void);
};

void root_tests_run(const struct root_test *tests, uint32_t count);

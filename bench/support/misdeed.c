/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/misdeed.h"

#include "bench/support/console.h"
#include "bench/support/memory.h"

enum { LIMIT_MS = 30 };

/* What the child reads from its copy. */
static const struct misdeed *current;

static void misdeed_main(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_DONE, current->act(), 0);
    thread_stop();
}

static void healthy_main(uint32_t unused)
{
    (void)unused;
    thread_sleep(1);
    boss_call(EVENT_READY, 0, 0);
    thread_stop();
}

/* Faults outside the image are part of what is tried: nobody answers them. */
static enum fault_answer silent_hook(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    return fault->address >= ARENA_END || fault->address < (uint32_t)image_start ? FAULT_REFUSE : FAULT_DEFAULT;
}

static void misdeed_run(const struct misdeed *row)
{
    static const char *const sentences[] = {[GOES_ON] = "the thread gets its answer and goes on",
                                            [STOPS] = "the thread is stopped",
                                            [EITHER] = "the thread goes on or is stopped"};
    struct event event;

    current = row;
    boss_set_hook(silent_hook);
    task_start(TEST_TASK, misdeed_main, 0);
    bool went_on = boss_wait_for(EVENT_DONE, &event, LIMIT_MS);
    bool ok = went_on ? row->ending != STOPS && event.words.w1 == 1 : row->ending != GOES_ON;
    check(row->name, ok, sentences[row->ending]);
    task_start(HELPER_TASK, healthy_main, 0);
    check(row->name, boss_wait_for(EVENT_READY, &event, LIMIT_MS), "the kernel still serves another task");
    boss_set_hook(NULL);
    tasks_delete();
}

void misdeeds_run(const struct misdeed *rows, uint32_t count)
{
    console_print("@note exceptions=expected\n");
    for (uint32_t i = 0; i < count; i++)
        if (case_selected(rows[i].name))
            misdeed_run(&rows[i]);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens when the kernel's memory is used up, and does it come back with the tasks that took it?
 *
 * The helpers receive pages anywhere in their spaces. One page of the root task, mapped once in every 4 MB, takes a
 * page table each time. */
#include "bench/support/selftest.h"

enum { HELPERS = LAST_TASK - FIRST_TASK + 1, REGIONS = 700, FIRST_REGION = 8, REGION_BITS = 22 };
/* Long enough for a helper that runs; its code has been touched before. */
enum { PATIENCE_MS = 20 };

struct toll {
    uint32_t mapped;         /* regions mapped before the first failure */
    uint32_t sent, received; /* results of the failure; 0: there was none */
};

static uint8_t page[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));
static struct l4_message box;

/* Takes whatever is mapped and answers with the result of that. */
static void taking_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    box.receive_fpage = l4_fpage(0, 32, 0);
    uint32_t result = boss_report_and_wait(EVENT_READY, &partner, l4_map(&box), &words);
    for (;;) {
        words = (struct l4_words){result, 0, 0};
        result = l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_map(&box), &words, 0);
    }
}

/* Maps the page to each region in turn until a map fails. */
static void regions_take(l4_id_t helper, struct toll *toll)
{
    for (uint32_t i = 0; i < REGIONS && !toll->sent; i++) {
        struct l4_words words = {(FIRST_REGION + i) << REGION_BITS, l4_fpage((uint32_t)page, L4_PAGE_BITS, 0), 0};
        uint32_t result = l4_ipc_send(helper, l4_map(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));
        uint32_t error = l4_error(result);
        l4_ipc_receive(helper, l4_short(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));
        toll->mapped += error == L4_OK;
        toll->sent = error;
        toll->received = l4_error(words.w0);
    }
}

static struct toll all_memory_taken(void)
{
    struct toll toll = {0};
    struct event event;

    page[0] = 1;
    l4_message_init(&box, 0);
    for (uint32_t i = 0; i < HELPERS && !toll.sent; i++) {
        l4_id_t helper = task_start(FIRST_TASK + i, taking_helper, 0);
        if (helper != L4_NIL_ID && boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS))
            regions_take(helper, &toll);
    }
    return toll;
}

static void page_tables(void)
{
    covers("page-tables",
           "ipc.cc.map-failed.send ipc.cc.map-failed.receive ipc.cc.both task.delete.memory fpage.whole-space");
    struct toll first = all_memory_taken();
    check("page-tables", first.sent == (L4_MAP_FAILED | L4_IN_SEND), "the sender is told that the map failed");
    check("page-tables", first.received == L4_MAP_FAILED, "and the receiver");
    tasks_delete();
    struct toll second = all_memory_taken();
    check("page-tables", second.mapped == first.mapped, "deleted tasks give back all that they took");
}

/* Whether a task can be made at all. */
static bool task_possible(uint32_t number)
{
    struct event event;
    bool made = task_start(number, taking_helper, 0) != L4_NIL_ID;

    return made && boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
}

static void tasks(void)
{
    covers("tasks", "task.refused task.delete.memory");
    all_memory_taken();
    uint32_t number = l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | 200 << L4_TASK_SHIFT;
    check("tasks", l4_task_new(number, 255, 0, 0, L4_ROOT) == L4_NIL_ID, "without memory a task is refused");
    tasks_delete();
    check("tasks", task_possible(FIRST_TASK), "once others are deleted it is not");
}

static const struct root_test tests[] = {{"page-tables", page_tables}, {"tasks", tasks}};

static void exhaustion_run(void)
{
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "exhaustion", .run = exhaustion_run};

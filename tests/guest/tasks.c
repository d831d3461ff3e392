/* SPDX-License-Identifier: BSD-2-Clause */
/* Does task_new delete a task with all that it has created, and may a number be given away? */
#include "bench/support/selftest.h"

enum { GIVEN_TASK = 100, VERSION_MASK = 0x3FF };
static const uint32_t ABSENT = 0xFFFFFFFF;

static uint32_t task_word(uint32_t chief, uint32_t number)
{
    return chief << L4_CHIEF_SHIFT | number << L4_TASK_SHIFT;
}

/* Creates a task of the number that root has given it; that task never gets further than its first page fault. The next
 * number it gives to that task. */
static void chief_main(uint32_t unused)
{
    (void)unused;
    uint32_t own = l4_task_number(l4_myself());
    l4_id_t member = l4_task_new(task_word(own, GIVEN_TASK), 255, 0x1000, 0x1000, l4_myself());

    l4_task_new(task_word(own, GIVEN_TASK + 1), member, 0, 0, L4_NIL_ID);

    boss_call(EVENT_DONE, member, 0);
    thread_stop();
}

static bool exists(l4_id_t thread)
{
    return l4_thread_schedule(thread, L4_SCHEDULE_UNCHANGED) != ABSENT;
}

static void clan(void)
{
    struct event event;
    uint32_t root = l4_task_number(L4_ROOT);
    l4_id_t chief = task_start(FIRST_TASK, chief_main, 0);

    covers("clan", "task.give task.inactive task.create task.create.id task.create.chief task.delete.clan task.refused "
                   "task.replace");
    l4_id_t given = l4_task_new(task_word(root, GIVEN_TASK), chief, 0, 0, L4_NIL_ID);
    check("clan", given >> L4_CHIEF_SHIFT == FIRST_TASK, "the right to a number goes to the task that root names");
    boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    l4_id_t member = event.words.w1;
    check("clan", member != L4_NIL_ID && exists(member), "which can create it");
    check("clan", l4_task_new(task_word(root, GIVEN_TASK), 255, 0x1000, 0x1000, L4_ROOT) == L4_NIL_ID,
          "while root cannot any more");
    tasks_delete();
    check("clan", !exists(chief) && !exists(member), "deleting a chief deletes its clan");
}

static void dead_thread(void)
{
    l4_id_t id = task_start(FIRST_TASK, chief_main, 0);

    covers("dead-thread", "id.valid");
    tasks_delete();
    check("dead-thread", !exists(id), "the id of a dead thread names nobody");
    l4_id_t next = task_start(FIRST_TASK, chief_main, 0);
    check("dead-thread", next != id && exists(next) && !exists(id), "nor its successor of the same number");
}

static l4_id_t awaited;

static void waiting_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};

    (void)unused;
    l4_message_init(&box, 0);
    uint32_t result = l4_ipc_receive(awaited, l4_short(&box), &words, 0);
    boss_call(EVENT_DONE, result, 0);
    thread_stop();
}

static void silent_main(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

static void dead_partner(void)
{
    struct event event;

    covers("dead-partner", "ipc.cc.not-existing.source");
    awaited = task_start(FIRST_TASK + 1, silent_main, 0);
    task_start(FIRST_TASK, waiting_main, 0);
    check("dead-partner", !boss_wait(&event, 20), "a closed wait goes on as long as its partner lives");
    l4_task_new(awaited, L4_ROOT, 0, 0, L4_NIL_ID);
    check("dead-partner",
          boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS) && l4_error(event.words.w1) == L4_NOT_EXISTING,
          "and no longer");
}

/* A task that does not get further than its first page fault. */
static l4_id_t create(l4_id_t right)
{
    return l4_task_new(right, 255, 0x1000, 0x1000, L4_ROOT);
}

static void rights(void)
{
    struct event event;
    uint32_t root = l4_task_number(L4_ROOT);
    l4_id_t chief = task_start(FIRST_TASK, chief_main, 0);

    l4_task_new(task_word(root, GIVEN_TASK), chief, 0, 0, L4_NIL_ID);
    l4_task_new(task_word(root, GIVEN_TASK + 1), chief, 0, 0, L4_NIL_ID);
    boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    covers("rights", "task.give task.inactive task.refused task.delete.clan");
    check("rights", create(task_word(root, GIVEN_TASK + 1)) == L4_NIL_ID, "a right that was given away is gone");
    tasks_delete();
    l4_id_t member = create(task_word(root, GIVEN_TASK)), other = create(task_word(root, GIVEN_TASK + 1));
    check("rights", member >> L4_CHIEF_SHIFT == root, "the rights of a deleted task are its deleter's");
    check("rights", other >> L4_CHIEF_SHIFT == root, "those of the tasks of its clan, too");
    l4_id_t refused = l4_task_new(member, other ^ 3, 0, 0, L4_NIL_ID);
    check("rights", refused == L4_NIL_ID && exists(member), "none can be given to a task that does not exist");
    l4_task_new(member, member, 0, 0, L4_NIL_ID);
    check("rights", !exists(member) && create(task_word(root, GIVEN_TASK)) != L4_NIL_ID,
          "what is given to the deleted task itself stays the deleter's");
    l4_task_new(other, L4_ROOT, 0, 0, L4_NIL_ID);
}

static void versions(void)
{
    uint32_t root = l4_task_number(L4_ROOT);
    l4_id_t first = create(task_word(root, LAST_TASK)), second = create(first), id = second;
    bool different = first != second;

    covers("versions", "task.create.id id.valid task.refused");
    check("versions", create(first) == L4_NIL_ID && exists(second), "an old id deletes nobody");
    for (uint32_t i = 2; i < VERSION_MASK; i++) {
        l4_id_t next = create(id);
        different = different && next != first && next != id && exists(next) && !exists(id);
        id = next;
    }
    check("versions", different, "1023 tasks of one number have different ids");
    check("versions", create(id) == first, "after which they begin anew");
    l4_task_new(first, L4_ROOT, 0, 0, L4_NIL_ID);
}

/* Asks for more than its task may give, and reports. */
static void greedy_main(uint32_t priority)
{
    thread_set_priority(l4_myself(), priority + 1);
    uint32_t above = thread_get_priority(l4_myself());
    thread_set_priority(l4_myself(), priority);
    boss_call(EVENT_DONE, above, thread_get_priority(l4_myself()));
    thread_stop();
}

static void mcp(void)
{
    struct event event = {0};
    uint32_t limit = thread_get_priority(l4_myself());

    covers("mcp", "task.create.mcp schedule.mcp");
    l4_id_t id = task_start(FIRST_TASK, greedy_main, limit);
    uint32_t esp = stack_with_argument(main_stack, sizeof(main_stack), limit);
    id = l4_task_new(id, limit, esp, (uint32_t)greedy_main, L4_ROOT);
    check("mcp", id != L4_NIL_ID, "a task is made with an mcp");
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("mcp", ended && event.words.w1 == limit && event.words.w2 == limit, "its threads get no priority above it");
    l4_task_new(id, L4_ROOT, 0, 0, L4_NIL_ID);
}

static const struct root_test tests[] = {
    {"dead-thread", dead_thread}, {"dead-partner", dead_partner}, {"clan", clan},
    {"rights", rights},           {"versions", versions},         {"mcp", mcp},
};

static void tasks_run(void)
{
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "tasks", .run = tasks_run};

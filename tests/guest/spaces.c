/* SPDX-License-Identifier: BSD-2-Clause */
/* Do address spaces stay apart, small and large ones mixed? Every task has the same link addresses, sends to every
 * other and keeps a canary that no other may touch. Under variants without small spaces all of them are large. */
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "variant_choices.h"

enum { TASKS = 5, SMALL_TASKS = 3, ROUNDS = 20, CANARY_DWORDS = 2048, PAYLOAD_DWORDS = 600 };

static const uint32_t LARGE_SPACE_SIZE = 0xC0000000;
/* Rounds of two instructions, some 130 ms: many time slices. */
static const uint32_t COUNTDOWN = 1000000;

/* At one link address in every task. */
static uint32_t canary[CANARY_DWORDS];
static struct {
    struct l4_message head;
    uint32_t rest[PAYLOAD_DWORDS - 3];
} box;

static uint32_t canary_value(uint32_t task, uint32_t dword)
{
    return (task * 0x01010101) ^ (dword * 0x9E3779B1u);
}

static void canary_set(uint32_t task)
{
    for (uint32_t i = 0; i < CANARY_DWORDS; i++)
        canary[i] = canary_value(task, i);
}

static uint32_t canary_wrong(uint32_t task)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < CANARY_DWORDS; i++)
        wrong += canary[i] != canary_value(task, i);
    return wrong;
}

/* Member `index` of the ring waits, then passes what it got to the next, each dword plus one; the boss starts and ends
 * the ring. Finally it reports whether its canary lives and whether it is small. */
static void member_main(uint32_t index)
{
    uint32_t task = FIRST_TASK + index;
    struct l4_words words = {0};
    l4_id_t from;

    /* During a round the root task waits for the ring's last member only, so nobody may fault then. */
    image_touch();
    pages_touch_for_writing(&box, sizeof(box));
    canary_set(task);
    l4_message_init(&box.head, PAYLOAD_DWORDS);
    l4_id_t next = boss_call(EVENT_READY, space_limit(), 0).w1;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        l4_ipc_wait(&from, l4_long(&box.head), &words, 0);
        for (uint32_t i = 0; i < PAYLOAD_DWORDS - 3; i++)
            box.rest[i]++;
        words.w0++;
        l4_ipc_send(next, l4_long(&box.head), &words, 0);
    }
    boss_call(EVENT_DONE, canary_wrong(task), space_is_small());
    thread_stop();
}

/* Sends one message round the ring; the number of its dwords that did not count every member. */
static uint32_t round_make(l4_id_t first, l4_id_t last, uint32_t round)
{
    struct l4_words words = {round, 0, 0};
    uint32_t wrong = 0;

    l4_message_init(&box.head, PAYLOAD_DWORDS);
    for (uint32_t i = 0; i < PAYLOAD_DWORDS - 3; i++)
        box.rest[i] = round * 1000 + i;
    wrong += l4_error(l4_ipc_send(first, l4_long(&box.head), &words, 0)) != L4_OK;
    wrong += l4_error(l4_ipc_receive(last, l4_long(&box.head), &words, 0)) != L4_OK;
    wrong += words.w0 != round + TASKS;
    for (uint32_t i = 0; i < PAYLOAD_DWORDS - 3; i++)
        wrong += box.rest[i] != round * 1000 + i + TASKS;
    return wrong;
}

/* A large space's segment may well reach beyond the users' 3 GB, where paging protects the kernel. */
static bool limit_fits(uint32_t limit, bool small)
{
    return small ? limit == SMALL_SPACE_SIZE - 1 : limit >= LARGE_SPACE_SIZE - 1;
}

/* Starts the members, the first ones small; true if all spaces end where they should. */
static bool members_start(l4_id_t members[TASKS])
{
    bool as_asked = true;

    for (uint32_t i = 0; i < TASKS; i++) {
        struct event event;
        members[i] = task_start(FIRST_TASK + i, member_main, i);
        if (i < SMALL_TASKS)
            task_make_small(members[i], 1 + i);
        as_asked = boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS) && as_asked;
        as_asked = as_asked && limit_fits(event.words.w1, VARIANT_SPACE_SMALL && i < SMALL_TASKS);
    }
    return as_asked;
}

static void ring(void)
{
    l4_id_t members[TASKS];
    struct event event;
    uint32_t wrong = 0, canaries_wrong = 0, small = 0;

    check("ring", members_start(members),
          "small spaces end at 8 MB, where the variant has them, and large ones at 3 GB or above");
    for (uint32_t i = 0; i < TASKS; i++)
        boss_reply(members[i], (struct l4_words){0, i + 1 < TASKS ? members[i + 1] : L4_ROOT, 0});
    for (uint32_t round = 0; round < ROUNDS; round++)
        wrong += round_make(members[0], members[TASKS - 1], round);
    for (uint32_t i = 0; i < TASKS; i++) {
        if (!boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS))
            wrong++;
        canaries_wrong += event.words.w1;
        small += event.words.w2;
    }
    check("ring", wrong == 0, "messages through all spaces arrive intact");
    check("ring", canaries_wrong == 0, "every canary is intact");
    check("ring", small == (VARIANT_SPACE_SMALL ? SMALL_TASKS : 0), "the small ones are still small");
}

/* Writes beyond the end of a small space, then reports whether all it wrote is there and whether it is still small. */
static void growing_main(uint32_t index)
{
    volatile uint32_t *far = (volatile uint32_t *)ARENA_START;
    uint32_t was_small = space_is_small();

    canary_set(FIRST_TASK + index);
    for (uint32_t i = 0; i < CANARY_DWORDS; i++)
        far[i] = canary_value(FIRST_TASK, i);
    uint32_t wrong = canary_wrong(FIRST_TASK + index);
    for (uint32_t i = 0; i < CANARY_DWORDS; i++)
        wrong += far[i] != canary_value(FIRST_TASK, i);
    boss_call(EVENT_DONE, wrong, was_small << 1 | space_is_small());
    thread_stop();
}

static void neighbour_main(uint32_t index)
{
    canary_set(FIRST_TASK + index);
    boss_call(EVENT_READY, 0, 0);
    boss_call(EVENT_DONE, canary_wrong(FIRST_TASK + index), 0);
    thread_stop();
}

static void growth(void)
{
    struct event event;
    l4_id_t neighbour = task_start(FIRST_TASK + 1, neighbour_main, 1);

    task_make_small(neighbour, 2);
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    task_make_small(task_start(FIRST_TASK, growing_main, 0), 1);
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("growth", ended && event.words.w1 == 0, "a task that grows beyond a small space keeps all it had");
    check("growth", event.words.w2 == (VARIANT_SPACE_SMALL ? 2 : 0), "it was small before and is large after");
    boss_reply(neighbour, (struct l4_words){0});
    ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("growth", ended && event.words.w1 == 0, "its neighbour's canary is intact");
}

/* Runs code that lies beyond the end of any small space. */
static void far_main(uint32_t unused)
{
    static const uint8_t countdown[] = {0x49, 0x75, 0xFD, 0xC3}; /* 1: dec %ecx; jnz 1b; ret */
    uint32_t left = COUNTDOWN;

    (void)unused;
    memcpy((void *)ARENA_START, countdown, sizeof(countdown));
    boss_call(EVENT_READY, 0, 0);
    __asm__ volatile("call *%1" : "+c"(left) : "r"(ARENA_START) : "memory", "cc");
    boss_call(EVENT_DONE, left, space_is_small());
    thread_stop();
}

/* The kernel finds out when it returns to a thread that a timer interrupt has stopped far outside. */
static void shrinking(void)
{
    struct event event;
    l4_id_t id = task_start(FIRST_TASK, far_main, 0);

    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    boss_reply(id, (struct l4_words){0});
    thread_sleep(2);
    task_make_small(id, 1);
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("shrinking", ended && event.words.w1 == 0, "a thread outside the small space its task gets goes on");
    check("shrinking", event.words.w2 == 0, "and its task is large again");
}

/* Whether thread_schedule with this byte for small spaces leaves the caller's. */
static bool is_left_by(uint32_t byte)
{
    uint32_t limit = space_limit(), old = l4_thread_schedule(l4_myself(), L4_SCHEDULE_UNCHANGED);

    l4_thread_schedule(l4_myself(), (old & 0xFFF000FF) | byte << 8);
    return space_limit() == limit;
}

/* thread_schedule on its own task: the space changes under the caller, which must find itself where it was. */
static void own_move_main(uint32_t unused)
{
    volatile uint32_t local = 0xC0FFEE;

    (void)unused;
    task_make_small(l4_myself(), 1);
    bool small = space_is_small();
    task_make_small(l4_myself(), 2);
    bool moved = small == VARIANT_SPACE_SMALL && space_is_small() == small;
    boss_call(EVENT_DONE, local != 0xC0FFEE, moved && is_left_by(0) && is_left_by(0xFF));
    thread_stop();
}

static void own_move(void)
{
    struct event event;

    covers("own-move", "schedule.small schedule.small.unchanged");
    task_start(FIRST_TASK, own_move_main, 0);
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("own-move", ended && event.words.w1 == 0, "a task that moves its own space keeps its memory");
    check("own-move", event.words.w2 == 1,
          "and is small at once if the variant has small spaces, until a byte other than 0 and 255 says otherwise");
}

/* On a page of its own, which nobody has touched. */
static volatile uint32_t untouched[L4_PAGE_SIZE / sizeof(uint32_t)] __asm__("untouched_there")
    __attribute__((aligned(L4_PAGE_SIZE)));
void touch(void);
__asm__("touch:\tmovl $1, untouched_there\n\tret");
static struct fault first_touch;

static enum fault_answer note_touch(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    if (fault->address == (uint32_t)untouched)
        first_touch = *fault;
    return FAULT_DEFAULT;
}

static void touching_main(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_READY, 0, 0);
    touch();
    boss_call(EVENT_DONE, untouched[0], space_is_small());
    thread_stop();
}

static void fault_address(void)
{
    struct event event;

    covers("fault-address", "fault.small fault.address");
    boss_set_hook(note_touch);
    l4_id_t id = task_start(FIRST_TASK, touching_main, 0);
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    task_make_small(id, 3);
    boss_reply(id, (struct l4_words){0});
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("fault-address", ended && event.words.w1 == 1 && event.words.w2 == VARIANT_SPACE_SMALL,
          "a small task's page fault is repaired, and it stays small");
    check("fault-address", first_touch.thread == id && first_touch.eip == (uint32_t)touch && first_touch.write,
          "by its pager, which is told the space's own address and EIP");
}

static const struct root_test tests[] = {{"ring", ring},
                                         {"growth", growth},
                                         {"shrinking", shrinking},
                                         {"own-move", own_move},
                                         {"fault-address", fault_address}};

static void spaces_run(void)
{
    covers("ring", "schedule.small space.user-size");
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "spaces", .run = spaces_run};

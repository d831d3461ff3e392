/* SPDX-License-Identifier: BSD-2-Clause */
/* In whose name may a thread send, and who gets the answer? Among equals: what chiefs may do is in clans.c. */
#include "bench/support/propagate.h"
#include "bench/support/selftest.h"

enum { LIMIT = 60, WORD = 0x90, PASS_ON = 1, CALLER = 1, SPEAKER = 2, BYSTANDER = 3 };

static volatile l4_id_t called;
static volatile struct l4_arrival returned;

static void bystander(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

/* Sends to lthread 0 in the name of the bystander. */
static void speaker(uint32_t unused)
{
    l4_id_t myself = l4_myself();

    (void)unused;
    l4_send_as(l4_thread_of(myself, BYSTANDER), l4_thread_of(myself, 0), (struct l4_words){WORD, 0, 0}, 0);
    thread_stop();
}

/* Sends to `called` and waits for its answer. */
static void caller(uint32_t unused)
{
    (void)unused;
    l4_send_as(L4_NIL_ID, called, (struct l4_words){PASS_ON, l4_myself(), 0}, 0);
    struct l4_arrival got = l4_receive(called, l4_timeouts(LIMIT, LIMIT));
    returned.words.w0 = got.words.w0;
    returned.from = got.from;
    returned.result = got.result;
    thread_stop();
}

/* Sends WORD to the test's lthread 0 in the name that word 1 of a message says. */
static void speaking_helper(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &partner, l4_short(&box), &words);
    for (;;) {
        thread_sleep(2); /* whoever called waits for the answer by now */
        l4_send_as(words.w1, l4_thread_of(partner, 0), (struct l4_words){WORD, 0, 0}, l4_timeouts(LIMIT, 0));
        partner = L4_NIL_ID;
        struct l4_arrival got = l4_receive(L4_NIL_ID, 0);
        partner = got.from;
        words = got.words;
    }
}

static struct l4_arrival next(void)
{
    return l4_receive(L4_NIL_ID, l4_timeouts(LIMIT, LIMIT));
}

static bool arrived(struct l4_arrival got, l4_id_t from, uint32_t conditions)
{
    return l4_error(got.result) == L4_OK && got.words.w0 == WORD && got.from == from &&
           l4_conditions(got.result) == conditions;
}

static void own_task(l4_id_t helper)
{
    (void)helper;
    l4_id_t absent = thread_start(BYSTANDER, bystander, 0);

    thread_start(SPEAKER, speaker, 0);
    covers("own-task", "ipc.send.propagate ipc.cc.propagated");
    check("own-task", arrived(next(), absent, L4_PROPAGATED), "a thread speaks for another of its task");
}

static struct l4_arrival helper_says(l4_id_t helper, l4_id_t as)
{
    l4_send_as(L4_NIL_ID, helper, (struct l4_words){0, as, 0}, l4_timeouts(LIMIT, 0));
    return next();
}

static void other_task(l4_id_t helper)
{
    l4_id_t mine = thread_start(BYSTANDER, bystander, 0);

    covers("other-task", "ipc.send.propagate ipc.send.propagate.not-permitted");
    check("other-task", arrived(helper_says(helper, mine), mine, L4_PROPAGATED), "and for one of the receiver's task");
    check("other-task", arrived(helper_says(helper, L4_ROOT), helper, 0), "for a third task's the word is ignored");
    check("other-task", arrived(helper_says(helper, mine ^ 3), helper, 0), "so it is if it names a dead thread");
    check("other-task", arrived(helper_says(helper, L4_NIL_ID), helper, 0), "or none");
}

/* The caller waits for the helper, which passes its call on to lthread 0: that is who answers. */
static void answer(l4_id_t helper)
{
    called = helper;
    l4_id_t waiting = thread_start(CALLER, caller, 0);
    struct l4_arrival got = next();

    covers("answer", "ipc.send.propagate");
    check("answer", arrived(got, waiting, L4_PROPAGATED), "a call passed on comes in its caller's name");
    uint32_t result = l4_send_as(L4_NIL_ID, waiting, (struct l4_words){WORD, 0, 0}, l4_timeouts(0, 0));
    check("answer", l4_error(result) == L4_OK, "and the caller takes the answer from whom it went to");
    thread_sleep(2);
    check("answer", l4_error(returned.result) == L4_OK && returned.words.w0 == WORD, "as if it had called that one");
}

static const struct test tests[] = {
    {.name = "own-task", .run = own_task},
    {.name = "other-task", .run = other_task, .helper = speaking_helper},
    {.name = "answer", .run = answer, .helper = speaking_helper},
};

static void propagation_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "propagation", .run = propagation_run};

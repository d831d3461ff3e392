/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets a message that an auto-propagating thread cannot take, and who answers it? */
#include "bench/support/propagate.h"
#include "bench/support/selftest.h"

enum {
    LIMIT = 60,
    WORD = 0xA6,
    FIRST = 1,
    SECOND,
    THIRD,
    FOURTH,
    LTHREADS = 64,
    NOBODY = LTHREADS,
    LTHREAD_SHIFT = 10
};

/* Of EAX in lthread_ex_regs: bit 30 says that bit 29 counts. */
static const uint32_t MARKED = 0x60000000, UNMARKED = 0x40000000, LONE_BIT = 0x20000000;

static struct l4_message box;
static volatile struct l4_arrival seen; /* by the worker that had the last message */
static volatile uint32_t outcome;       /* of what a second sender has done: who_takes(), or a result */

static uint32_t lthread_of(l4_id_t id)
{
    return id >> LTHREAD_SHIFT & (LTHREADS - 1);
}

static l4_id_t mine(uint32_t lthread)
{
    return l4_thread_of(l4_myself(), lthread);
}

static void mark(uint32_t lthread, uint32_t how)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    l4_lthread_ex_regs(lthread | how, &esp, &eip, L4_INVALID_ID);
}

static void busy(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

/* Sleeps so long, then answers everybody with its number. */
static void worker(uint32_t delay)
{
    struct l4_words words = {0};
    l4_id_t partner, myself = l4_myself();

    if (delay)
        thread_sleep(delay);
    uint32_t result = l4_ipc_wait(&partner, l4_short(&box), &words, 0);
    for (;;) {
        seen.result = result;
        seen.from = partner;
        words = (struct l4_words){lthread_of(myself), 0, 0};
        result = l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_short(&box), &words, l4_timeouts(0, L4_FOREVER));
    }
}

/* Waits for one thread only. */
static void choosy(uint32_t from)
{
    struct l4_words words = {0};

    l4_ipc_receive(from, l4_short(&box), &words, 0);
    words.w0 = lthread_of(l4_myself());
    l4_ipc_send(from, l4_short(&box), &words, 0);
    thread_stop();
}

/* Calls a thread that must take the message within so many milliseconds; the lthread that has answered. */
static uint32_t taker_of(l4_id_t partner, uint32_t ms)
{
    struct l4_message own;
    struct l4_words words = {WORD, 0, 0};

    l4_message_init(&own, 0);
    uint32_t result = l4_ipc(l4_short(&own), l4_short(&own), l4_timeouts(ms, LIMIT), &partner, &words);
    return !l4_error(result) && words.w0 == lthread_of(partner) ? lthread_of(partner) : (uint32_t)NOBODY;
}

static uint32_t who_takes(uint32_t lthread)
{
    return taker_of(mine(lthread), 0);
}

/* Lthread 1 marked and doing this; afterwards all threads wait for what they wait for. */
static void begin(thread_entry *first, uint32_t argument, thread_entry *second)
{
    l4_message_init(&box, 0);
    thread_start(SECOND, second, 0);
    thread_start(FIRST, first, argument);
    mark(FIRST, MARKED);
    thread_sleep(2);
}

static void who_waits(l4_id_t helper)
{
    (void)helper;
    covers("who-waits", "autoprop.ready");
    begin(worker, 0, worker);
    check("who-waits", who_takes(FIRST) == FIRST, "who waits for anyone takes the message");
    begin(choosy, mine(0), worker);
    check("who-waits", who_takes(FIRST) == FIRST, "so does who waits for the sender");
}

static void who_does_not(l4_id_t helper)
{
    (void)helper;
    covers("who-does-not", "autoprop.busy autoprop.at-once autoprop.answer autoprop.source");
    begin(busy, 0, worker);
    check("who-does-not", who_takes(FIRST) == SECOND, "a busy thread leaves it to the next, within a timeout of 0");
    check("who-does-not", seen.from == mine(0) && !l4_conditions(seen.result), "to whom it comes as if sent there");
    begin(choosy, mine(THIRD), worker);
    check("who-does-not", who_takes(FIRST) == SECOND, "and so does one that waits for another sender");
}

static void chain(l4_id_t helper)
{
    (void)helper;
    covers("chain", "autoprop.busy");
    begin(busy, 0, busy);
    thread_start(THIRD, worker, 0);
    thread_sleep(2);
    check("chain", who_takes(FIRST) == NOBODY, "the next one leaves it to nobody");
    mark(SECOND, MARKED);
    check("chain", who_takes(FIRST) == THIRD, "unless that is auto-propagating, too");
}

static void setting(l4_id_t helper)
{
    (void)helper;
    covers("setting", "exregs.auto-propagate exregs.auto-propagate.start");
    begin(busy, 0, worker);
    mark(FIRST, LONE_BIT);
    mark(FIRST, 0);
    check("setting", who_takes(FIRST) == SECOND, "without bit 30 a thread stays what it is");
    mark(FIRST, UNMARKED);
    check("setting", who_takes(FIRST) == NOBODY, "with bit 30 bit 29 decides");
    mark(FIRST, LONE_BIT);
    check("setting", who_takes(FIRST) == NOBODY, "bit 29 alone does not");
    thread_start(FOURTH, worker, 0);
    uint32_t esp = stack_with_argument(lthread_stacks[THIRD - 1], STACK_SIZE, 0), eip = (uint32_t)worker;
    l4_lthread_ex_regs(THIRD | MARKED, &esp, &eip, L4_ROOT);
    thread_sleep(2);
    check("setting", who_takes(THIRD) == THIRD, "the call that starts a thread can mark it");
    thread_start(THIRD, busy, 0);
    thread_sleep(2);
    check("setting", who_takes(THIRD) == FOURTH, "and a new start leaves the mark");
}

/* The thread number after that of lthread 63 is the helper's, who waits for anyone. */
static void last_lthread(l4_id_t helper)
{
    l4_id_t last = thread_start_on(lthread_stacks[0], STACK_SIZE, LTHREADS - 1, busy, 0);

    covers("last-lthread", "exregs.auto-propagate.last");
    check("last-lthread", helper - last == 1 << LTHREAD_SHIFT, "the next thread is one of another task");
    mark(LTHREADS - 1, MARKED);
    thread_sleep(2);
    struct l4_words words = {0};
    uint32_t result = l4_ipc_send(last, l4_short(&box), &words, l4_timeouts(0, 0));
    check("last-lthread", l4_error(result) == (L4_TIMEOUT | L4_IN_SEND), "lthread 63 leaves its messages to nobody");
}

/* Calls the thread that word 0 names and reports who took it. */
static void calling_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &partner, l4_short(&box), &words);
    words.w0 = taker_of(words.w0, 0);
    l4_ipc_send(partner, l4_short(&box), &words, 0);
    thread_stop();
}

static void other_task(l4_id_t helper)
{
    struct l4_words words = {mine(FIRST), 0, 0};

    covers("other-task", "autoprop.busy autoprop.answer");
    begin(busy, 0, worker);
    l4_ipc_send(helper, l4_short(&box), &words, l4_timeouts(LIMIT, 0));
    check("other-task", l4_receive(helper, l4_timeouts(0, LIMIT)).words.w0 == SECOND,
          "another task's call finds it, too");
    check("other-task", seen.from == helper, "and is answered");
}

/* Sends to the first lthread, one of several senders. */
static void second_sender(uint32_t ms)
{
    outcome = taker_of(mine(FIRST), ms);
    thread_stop();
}

static void sender_in_the_way(l4_id_t helper)
{
    (void)helper;
    covers("sender-in-the-way", "autoprop.not-oneself");
    outcome = 0;
    begin(busy, 0, busy);
    thread_start(SECOND, second_sender, LIMIT);
    thread_sleep(2);
    thread_start(FIRST, worker, 0);
    thread_sleep(2);
    check("sender-in-the-way", outcome == FIRST, "a sender that is next itself waits for the thread that it has named");
    thread_start(FIRST, busy, 0);
    thread_start(THIRD, worker, 0);
    thread_sleep(2);
    mark(SECOND, MARKED);
    thread_start(SECOND, second_sender, 0);
    thread_sleep(2);
    check("sender-in-the-way", outcome == THIRD, "and leaves it to its own next one, if it is auto-propagating");
}

/* In a list of several threads none of which can take it, the last has it in its queue. */
static void waiting(l4_id_t helper)
{
    (void)helper;
    covers("waiting", "autoprop.queue");
    begin(busy, 0, busy);
    struct l4_words words = {0};
    uint32_t result = l4_ipc_send(mine(FIRST), l4_short(&box), &words, l4_timeouts(2, 0));
    check("waiting", l4_error(result) == (L4_TIMEOUT | L4_IN_SEND), "if nobody can take it the send timeout counts");
    outcome = 0;
    thread_start(THIRD, second_sender, LIMIT);
    thread_sleep(2);
    check("waiting", l4_receive(mine(THIRD), l4_timeouts(0, 0)).result == L4_TIMEOUT, "the first sender is not asked");
    thread_start(SECOND, worker, 0);
    thread_sleep(2);
    check("waiting", outcome == SECOND, "the last thread that was reached takes it when it waits");
}

/* Waits for the speaker's answer. */
static void asker(uint32_t from)
{
    outcome = lthread_of(l4_receive(from, l4_timeouts(LIMIT, LIMIT)).from);
    thread_stop();
}

/* Speaks in the asker's name. */
static void speaker(uint32_t unused)
{
    (void)unused;
    thread_sleep(LIMIT / 4);
    l4_send_as(mine(FOURTH), mine(FIRST), (struct l4_words){WORD, 0, 0}, l4_timeouts(0, 0));
    thread_stop();
}

static void propagated(l4_id_t helper)
{
    (void)helper;
    covers("propagated", "autoprop.source autoprop.answer");
    outcome = 0;
    l4_id_t spokesman = thread_start(THIRD, speaker, 0);
    thread_start(FOURTH, asker, spokesman);
    begin(busy, 0, worker);
    thread_sleep(LIMIT / 2);
    check("propagated", seen.from == mine(FOURTH) && l4_conditions(seen.result) == L4_PROPAGATED,
          "a message in another's name keeps that name");
    check("propagated", outcome == SECOND, "and its owner is answered by who has taken it");
}

/* The helper's lthread 0 follows lthread 63 only as long as both tasks are the first of their numbers. */
static const struct test tests[] = {
    {.name = "last-lthread", .run = last_lthread, .helper = calling_helper},
    {.name = "who-waits", .run = who_waits},
    {.name = "who-does-not", .run = who_does_not},
    {.name = "chain", .run = chain},
    {.name = "setting", .run = setting},
    {.name = "other-task", .run = other_task, .helper = calling_helper},
    {.name = "sender-in-the-way", .run = sender_in_the_way},
    {.name = "waiting", .run = waiting},
    {.name = "propagated", .run = propagated},
};

static void auto_propagation_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "auto_propagation", .run = auto_propagation_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a long copy reach the right receiver, whatever happens around it: a 4 MB boundary with nothing above it, other
 * receivers at the same address, a preempting thread of the sender's task that sends too, the receiver's deletion?
 *
 * The names are the temporary mapping's (a window in the sender's page directory), but the rules are every choice's. */
#include "bench/support/selftest.h"

enum { LONG_DWORDS = 16384, MEDIUM_DWORDS = 2048, ROUNDS = 24, WORDS = 3 };
enum { PAGE_DWORDS = L4_PAGE_SIZE / 4, STAMP = 512 };
enum { OUTBOX = ARENA_START, SECOND_OUTBOX = ARENA_START + 0x12000, INBOX = ARENA_MIDDLE - 0x8000 };
enum { SENDER_TASK = FIRST_TASK, RECEIVER_TASK, OTHER_TASK };
enum { REFUSED_PAGE = INBOX + 0x9000 };

/* Set by the root task before it starts the children. */
static uint32_t rounds;

/* A message: words 0-2 and one dword in each page of it, the stamps, say the round; the rest says the receiver. */
static uint32_t pattern(uint32_t to, uint32_t round, uint32_t i)
{
    uint32_t stamp = i < WORDS || i % PAGE_DWORDS == STAMP ? round : 0;

    return (to << 24 ^ i) * 0x9E3779B1u + 1 + stamp;
}

static struct l4_words first_words(uint32_t to, uint32_t round)
{
    return (struct l4_words){pattern(to, round, 0), pattern(to, round, 1), pattern(to, round, 2)};
}

static struct l4_message *message_prepare(uint32_t address, l4_id_t to, uint32_t dwords)
{
    struct l4_message *message = (struct l4_message *)address;

    l4_message_init(message, dwords);
    for (uint32_t i = WORDS; i < dwords; i++)
        l4_message_dwords(message)[i] = pattern(l4_task_number(to), 0, i);
    return message;
}

/* Stamps a prepared message and sends it. */
static bool message_sent(struct l4_message *message, l4_id_t to, uint32_t round)
{
    uint32_t task = l4_task_number(to);
    struct l4_words words = first_words(task, round);

    for (uint32_t i = STAMP; i < l4_dwords(message->send_dope); i += PAGE_DWORDS)
        l4_message_dwords(message)[i] = pattern(task, round, i);
    return l4_error(l4_ipc_send(to, l4_long(message), &words, 0)) == L4_OK;
}

static bool dwords_intact(const uint32_t *inbox, uint32_t dwords, uint32_t round, uint32_t first, uint32_t step)
{
    uint32_t task = l4_task_number(l4_myself());
    bool ok = true;

    for (uint32_t i = first; i < dwords; i += step)
        ok = ok && inbox[i] == pattern(task, round, i);
    return ok;
}

/* The last message is looked at as a whole, the others by their words and stamps, so that copying takes most of the
 * time. */
static bool message_intact(const uint32_t *inbox, uint32_t dwords, const struct l4_words *words, uint32_t round)
{
    struct l4_words expected = first_words(l4_task_number(l4_myself()), round);
    bool ok = words->w0 == expected.w0 && words->w1 == expected.w1 && words->w2 == expected.w2;

    if (round == rounds - 1)
        return ok && dwords_intact(inbox, dwords, round, WORDS, 1);
    return ok && dwords_intact(inbox, dwords, round, STAMP, PAGE_DWORDS);
}

/* Receives `rounds` messages of `dwords` at INBOX and reports how many were not intact. */
static void receiver_main(uint32_t dwords)
{
    struct l4_message *inbox = (struct l4_message *)INBOX;
    struct l4_words words = {0};
    uint32_t wrong = 0;
    l4_id_t from;

    l4_message_init(inbox, dwords);
    uint32_t result = boss_report_and_wait(EVENT_READY, &from, l4_long(inbox), &words);
    for (uint32_t round = 0; round < rounds; round++) {
        if (round > 0)
            result = l4_ipc_wait(&from, l4_long(inbox), &words, 0);
        wrong += l4_error(result) != L4_OK || !message_intact(l4_message_dwords(inbox), dwords, &words, round);
    }
    boss_call(EVENT_DONE, wrong, 0);
    thread_stop();
}

static l4_id_t receiver_start(uint32_t number, uint32_t dwords)
{
    struct event event;
    l4_id_t id = task_start(number, receiver_main, dwords);

    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    return id;
}

/* Waits for the ends of `tasks` children; true if all came and none reports anything wrong. */
static bool all_end_well(uint32_t tasks)
{
    struct event event;
    bool ok = true;

    while (tasks--)
        ok = ok && boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS) && event.words.w1 == 0;
    return ok;
}

static l4_id_t receiver, other_receiver;

static void one_sender(uint32_t unused)
{
    struct l4_message *message = message_prepare(OUTBOX, receiver, LONG_DWORDS);
    uint32_t wrong = 0;

    (void)unused;
    for (uint32_t round = 0; round < rounds; round++)
        wrong += !message_sent(message, receiver, round);
    boss_call(EVENT_DONE, wrong, 0);
    thread_stop();
}

/* The receiver's pages above 12 MB, and the page table for them, come into being in the copy. */
static void second_directory_entry_absent(void)
{
    rounds = 2;
    receiver = receiver_start(RECEIVER_TASK, LONG_DWORDS);
    task_start(SENDER_TASK, one_sender, 0);
    check("second-entry-absent", all_end_well(2),
          "a copy crosses 4 MB into a region that the receiver has not touched");
}

static void alternating_sender(uint32_t unused)
{
    uint32_t wrong = 0;

    (void)unused;
    for (uint32_t round = 0; round < rounds; round++) {
        wrong += !message_sent(message_prepare(OUTBOX, receiver, MEDIUM_DWORDS), receiver, round);
        wrong += !message_sent(message_prepare(OUTBOX, other_receiver, MEDIUM_DWORDS), other_receiver, round);
    }
    boss_call(EVENT_DONE, wrong, 0);
    thread_stop();
}

/* Where a receiver does not run at once, the sender goes on to the other with no change of address space between. */
static void two_receivers(void)
{
    rounds = ROUNDS;
    receiver = receiver_start(RECEIVER_TASK, MEDIUM_DWORDS);
    other_receiver = receiver_start(OTHER_TASK, MEDIUM_DWORDS);
    l4_id_t sender = task_start(SENDER_TASK, alternating_sender, 0);
    thread_set_priority(sender, thread_get_priority(sender) + 1);
    check("two-receivers", all_end_well(3), "sends to two tasks in turn, at one address, reach the right one");
}

/* Sleeps a tick at a time, so it often wakes in mid-copy of lthread 0 of its task, and sends. Reports how often. */
static void preempting_thread(uint32_t unused)
{
    struct l4_message *message = message_prepare(SECOND_OUTBOX, other_receiver, MEDIUM_DWORDS);
    l4_id_t preempted = l4_thread_of(l4_myself(), 0);
    uint32_t wrong = 0, in_mid_copy = 0;

    (void)unused;
    for (uint32_t round = 0; round < rounds; round++) {
        thread_sleep(1);
        in_mid_copy += l4_state(l4_thread_schedule(preempted, L4_SCHEDULE_UNCHANGED)) == L4_STATE_SENDING;
        wrong += !message_sent(message, other_receiver, round);
    }
    boss_call(EVENT_DONE, wrong, in_mid_copy);
    thread_stop();
}

static void preempted_sender(uint32_t unused)
{
    struct l4_message *message = message_prepare(OUTBOX, receiver, LONG_DWORDS);
    uint32_t wrong = 0;

    (void)unused;
    thread_start(1, preempting_thread, 0);
    boss_call(EVENT_READY, 0, 0); /* the boss raises the other thread's priority and its receiver's */
    for (uint32_t round = 0; round < rounds; round++)
        wrong += !message_sent(message, receiver, round);
    boss_call(EVENT_DONE, wrong, 0);
    thread_stop();
}

/* all_end_well, with the preemptions that the preempting thread counted. */
static void preempted_copy(void)
{
    struct event event;
    uint32_t wrong = 0, in_mid_copy = 0;
    bool ended = true;

    rounds = ROUNDS;
    receiver = receiver_start(RECEIVER_TASK, LONG_DWORDS);
    other_receiver = receiver_start(OTHER_TASK, MEDIUM_DWORDS);
    l4_id_t sender = task_start(SENDER_TASK, preempted_sender, 0);
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    thread_set_priority(l4_thread_of(sender, 1), thread_get_priority(sender) + 1);
    thread_set_priority(other_receiver, thread_get_priority(sender) + 1);
    boss_reply(sender, (struct l4_words){0});
    for (uint32_t i = 0; i < 4; i++) {
        ended = ended && boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
        wrong += event.words.w1;
        in_mid_copy += event.words.w2;
    }
    check("preempted-copy", ended && wrong == 0,
          "two threads of a task that preempt each other's copies both reach their receivers");
    check("preempted-copy", in_mid_copy > 0, "copies were preempted");
}

static enum fault_answer refusing_hook(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    return l4_page_base(fault->address) == REFUSED_PAGE ? FAULT_REFUSE : FAULT_DEFAULT;
}

static void failing_sender(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_DONE, !message_sent(message_prepare(OUTBOX, receiver, LONG_DWORDS), receiver, 0), 0);
    thread_stop();
}

/* The copy stops at a page that the pager never gives; then the receiver goes away. */
static void receiver_deleted(void)
{
    struct event event;

    rounds = 1;
    receiver = receiver_start(RECEIVER_TASK, LONG_DWORDS);
    boss_set_hook(refusing_hook);
    task_start(SENDER_TASK, failing_sender, 0);
    check("receiver-deleted", !boss_wait_for(EVENT_DONE, &event, 20), "the copy waits for the receiver's page");
    task_start(RECEIVER_TASK, receiver_main, LONG_DWORDS);
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("receiver-deleted", ended && event.words.w1 == 1, "the sender gets an error when the receiver is deleted");
}

static const struct root_test tests[] = {
    {"second-entry-absent", second_directory_entry_absent},
    {"two-receivers", two_receivers},
    {"preempted-copy", preempted_copy},
    {"receiver-deleted", receiver_deleted},
};

static void window_run(void)
{
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "window", .run = window_run};

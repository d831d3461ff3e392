/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a message structure is read, what is written, and what do descriptors mean at their limits? */
#include "bench/support/info_page.h"
#include "bench/support/selftest.h"
#include "variant_choices.h"

enum { DWORDS = 12, UNTOUCHED = 0x600D0000, LARGEST = 0x7FFFF };
/* Wherever a child looks in the alias area it sees one page of the root task. */
enum { ALIAS_START = 0x01000000, ALIAS_END = 0x01400000, HEAD_DWORDS = 6 };
static const uint32_t NO_SEND = 0xFFFFFFFF, NO_RECEIVE = 0xFFFFFFFF, ZERO_TIMEOUTS = 0x11;

struct box {
    struct l4_message head;
    uint32_t rest[DWORDS];
};

static struct box inbox, outbox;
static volatile uint32_t noted_result;

/* One raw trap: descriptors that no stub makes. */
static uint32_t raw_ipc(uint32_t send, uint32_t receive, uint32_t partner, uint32_t timeouts)
{
    register uint32_t buffer __asm__("ebp") = receive;

    __asm__ volatile("int $0x30"
                     : "+a"(send), "+r"(buffer), "+c"(timeouts), "+S"(partner)
                     : "d"(1), "b"(2), "D"(3)
                     : "memory");
    return send;
}

static void boxes_fill(void)
{
    l4_message_init(&inbox.head, DWORDS);
    l4_message_init(&outbox.head, DWORDS);
    for (uint32_t i = 0; i < DWORDS; i++) {
        inbox.rest[i] = UNTOUCHED;
        outbox.rest[i] = i + 100;
    }
}

/* Sends outbox to lthread 0 of its task. */
static void sender_thread(uint32_t unused)
{
    struct l4_words words = {1, 2, 3};

    (void)unused;
    noted_result = l4_ipc_send(l4_thread_of(l4_myself(), 0), l4_long(&outbox.head), &words, 0);
    thread_stop();
}

static uint32_t receive_one(struct l4_words *words)
{
    l4_id_t sender = thread_start(1, sender_thread, 0);

    return l4_ipc_receive(sender, l4_long(&inbox.head), words, 0);
}

static void dopes(l4_id_t helper)
{
    struct l4_words words = {0};

    (void)helper;
    covers("dopes", "message.size-dope.low-byte message.send-dope.not-written message.send-dope.dwords message.dwords "
                    "ipc.send.memory ipc.receive.memory");
    boxes_fill();
    inbox.head.size_dope |= 0xA5;
    inbox.head.send_dope = UNTOUCHED;
    outbox.head.size_dope |= 0x5A;
    outbox.head.send_dope = (DWORDS - 4) << L4_DWORD_SHIFT | 0x77;
    uint32_t result = receive_one(&words);
    check("dopes", l4_error(result) == L4_OK && l4_dwords(result) == DWORDS - 4,
          "the send dope says how many dwords go; low bytes of dopes mean nothing");
    check("dopes", inbox.head.send_dope == UNTOUCHED, "the receiver's send dope is not written");
    bool ok = true;
    for (uint32_t i = 0; i < DWORDS - 3; i++)
        ok = ok && inbox.rest[i] == (i < DWORDS - 7 ? i + 100 : UNTOUCHED);
    check("dopes", ok, "dwords from 3 on are copied from offset 24, and none beyond those sent");
}

static void words_in_registers(l4_id_t helper)
{
    struct l4_words words = {0};

    (void)helper;
    covers("words-in-registers", "message.words-0-2");
    if (VARIANT_MESSAGE_MEMORY) {
        skipped("words-in-registers", "words 0-2 travel in the structure here");
        return;
    }
    boxes_fill();
    for (uint32_t i = 0; i < 3; i++) {
        inbox.head.word[i] = UNTOUCHED;
        outbox.head.word[i] = 77;
    }
    uint32_t result = receive_one(&words);
    check("words-in-registers", l4_error(result) == L4_OK && words.w0 == 1 && words.w1 == 2 && words.w2 == 3,
          "the first three words come from the sender's registers");
    check("words-in-registers",
          inbox.head.word[0] == UNTOUCHED && inbox.head.word[1] == UNTOUCHED && inbox.head.word[2] == UNTOUCHED,
          "and are not written to the receiver's structure");
}

static void limits_of_descriptors(l4_id_t helper)
{
    uint32_t myself = l4_myself();

    (void)helper;
    covers("limits-of-descriptors", "ipc.send.beyond ipc.receive.beyond ipc.send.nil ipc.receive.nil");
    check("limits-of-descriptors", raw_ipc(NO_SEND, NO_RECEIVE, myself, ZERO_TIMEOUTS) == 0,
          "an IPC with neither phase does nothing");
    check("limits-of-descriptors", raw_ipc(0xBFC00000, 0xC0000000, myself, ZERO_TIMEOUTS) == 0,
          "a send descriptor of the user space's end minus 4 MB, or a receive descriptor of its end, means no phase");
    l4_message_init(&outbox.head, 3);
    check("limits-of-descriptors",
          l4_error(raw_ipc((uint32_t)&outbox.head, 0xC0000000, myself, ZERO_TIMEOUTS)) == L4_NOT_EXISTING,
          "below it there is a send phase");
    l4_message_init(&inbox.head, 3);
    check("limits-of-descriptors",
          l4_error(raw_ipc(0xBFC00000, (uint32_t)&inbox.head | 1, 0, ZERO_TIMEOUTS)) == L4_TIMEOUT,
          "and a receive phase");
}

/* One frame everywhere in the alias area, so 2 MB of message need no 2 MB of memory. */
static enum fault_answer alias_hook(const struct fault *fault, uint32_t *fpage)
{
    if (fault->address < ALIAS_START || fault->address >= ALIAS_END)
        return FAULT_DEFAULT;
    *fpage = l4_fpage((uint32_t)task_frame(l4_task_number(fault->thread), ARENA_START), L4_PAGE_BITS, L4_FPAGE_WRITE);
    return FAULT_MAP;
}

static struct l4_message *large_message(void)
{
    struct l4_message *message = (struct l4_message *)ALIAS_START;

    l4_message_init(message, LARGEST);
    return message;
}

/* What stands at a dword of every page of the message; the page's first ones are the head, too. */
static uint32_t pattern(uint32_t dword)
{
    return dword * 0x9E3779B1u;
}

/* Receives one message and tells in the answer how that was. */
static void large_receiver(uint32_t unused)
{
    const uint32_t *page = (const uint32_t *)ALIAS_START;
    struct l4_words words = {0};
    uint32_t wrong = 0;
    l4_id_t from;

    (void)unused;
    uint32_t result = boss_report_and_wait(EVENT_READY, &from, l4_long(large_message()), &words);
    for (uint32_t i = HEAD_DWORDS; i < L4_PAGE_SIZE / 4; i++)
        wrong += page[i] != pattern(i);
    words = (struct l4_words){result, wrong, 0};
    l4_message_init(&outbox.head, 0);
    l4_ipc_send(from, l4_short(&outbox.head), &words, 0);
    thread_stop();
}

static void largest(l4_id_t helper)
{
    uint32_t *page = (uint32_t *)ALIAS_START;
    struct l4_words words = {1, 2, 3};

    covers("largest", "message.largest-dwords timeout.start-only timeout.fault.infinite");
    for (uint32_t i = 0; i < L4_PAGE_SIZE / 4; i++)
        page[i] = pattern(i);
    struct l4_message *message = large_message();
    l4_message_init(&inbox.head, 0);
    uint32_t start = kernel_clock_ms();
    uint32_t result = l4_ipc_send(helper, l4_long(message), &words, l4_timeouts(10, 10));
    check("largest", l4_error(result) == L4_OK, "2^19 - 1 dwords are sent, through 512 page faults on either side");
    check("largest", kernel_clock_ms() - start > 10, "which takes longer than the timeouts, and they do not end it");
    l4_ipc_receive(helper, l4_short(&inbox.head), &words, 0);
    check("largest", l4_error(words.w0) == L4_OK && l4_dwords(words.w0) == LARGEST, "as many are received");
    check("largest", words.w1 == 0, "intact");
}

static void stopping_thread(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

/* Waits for nobody but lthread 2, with a buffer of which nothing may change meanwhile. */
static void waiting_thread(uint32_t unused)
{
    struct l4_words words = {0};

    (void)unused;
    noted_result = l4_ipc_receive(l4_thread_of(l4_myself(), 2), l4_long(&inbox.head), &words, 0);
    thread_stop();
}

static bool is_untouched(void)
{
    bool ok = true;

    for (uint32_t i = 0; i < DWORDS; i++)
        ok = ok && inbox.rest[i] == UNTOUCHED;
    return ok;
}

/* Sends outbox to a thread that waits for somebody else. */
static void impatient_thread(uint32_t milliseconds)
{
    struct l4_words words = {1, 2, 3};

    noted_result =
        l4_ipc_send(l4_thread_of(l4_myself(), 1), l4_long(&outbox.head), &words, l4_timeouts(milliseconds, 0));
    thread_stop();
}

static void not_started(l4_id_t helper)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    (void)helper;
    covers("not-started", "ipc.cc.not-started");
    boxes_fill();
    thread_start(2, stopping_thread, 0);
    l4_id_t waiting = thread_start(1, waiting_thread, 0);
    thread_sleep(2);
    noted_result = 0;
    thread_start(3, impatient_thread, 2);
    thread_sleep(8);
    check("not-started", l4_error(noted_result) == (L4_TIMEOUT | L4_IN_SEND), "a send times out");
    thread_start(3, impatient_thread, 1000);
    thread_sleep(2);
    l4_lthread_ex_regs(3, &esp, &eip, L4_INVALID_ID);
    eip = L4_UNCHANGED;
    l4_lthread_ex_regs(3, &esp, &eip, L4_INVALID_ID);
    thread_sleep(2);
    check("not-started", l4_error(noted_result) == (L4_CANCELLED | L4_IN_SEND), "another is cancelled");
    check("not-started",
          is_untouched() && l4_state(l4_thread_schedule(waiting, L4_SCHEDULE_UNCHANGED)) == L4_STATE_WAITING,
          "their partner's buffer has nothing of them, and it waits");
    thread_start(2, impatient_thread, 100);
    thread_sleep(2);
    check("not-started", l4_error(noted_result) == L4_OK && inbox.rest[0] == 100, "until whom it waits for sends");
}

static const struct test tests[] = {
    {.name = "dopes", .run = dopes},
    {.name = "words-in-registers", .run = words_in_registers},
    {.name = "limits-of-descriptors", .run = limits_of_descriptors},
    {.name = "largest", .run = largest, .helper = large_receiver, .hook = alias_hook},
    {.name = "not-started", .run = not_started},
};

static void messages_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "messages", .run = messages_run};

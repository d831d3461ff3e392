/* SPDX-License-Identifier: BSD-2-Clause */
/* Do dwords, pages and a string go in one message, and what becomes of one that somebody ends in the middle?
 *
 * The helper receives into a buffer with everything: dwords, a window and a string. Asked by a short message, it tells
 * how that ended. */
#include "bench/support/selftest.h"
#include "bench/support/strings.h"

enum { WORDS = 3, DWORDS = 8, BYTES = 100, SHARED = ARENA_START, WINDOW = ARENA_MIDDLE, WINDOW_BITS = 14 };
enum { SENDER_PAGE = ARENA_START + 0x8000, RECEIVER_PAGE = ARENA_START + 0x9000, PAGE_VALUE = 0x5A6E0000 };
enum { REST = DWORDS + 4, SENDER = 1, ABORTER = 2 };

static struct {
    struct l4_message head;
    uint32_t rest[REST];
} outbox, inbox;
static struct l4_message question;

/* Where the helper's string goes; set by the root task. */
static uint32_t string_place;

static uint8_t bytes[BYTES];

/* What a thread of the test's own task hands to the test thread. */
static volatile uint32_t noted_result;

static volatile uint32_t *page_word(uint32_t area, uint32_t page)
{
    return (volatile uint32_t *)(area + page * L4_PAGE_SIZE);
}

static void inbox_prepare(void)
{
    l4_message_init_strings(&inbox.head, DWORDS, 1);
    inbox.head.receive_fpage = l4_fpage(WINDOW, WINDOW_BITS, 0);
    *l4_message_strings(&inbox.head) =
        (struct l4_string){.receive_size = BYTES, .receive_address = string_place ? string_place : (uint32_t)bytes};
}

static void outbox_prepare(uint32_t dwords, uint32_t address)
{
    l4_message_init_strings(&outbox.head, dwords, 1);
    *l4_message_strings(&outbox.head) = (struct l4_string){.send_size = BYTES, .send_address = address};
}

/* Ends lthread 0's IPC, each time that it is told to. */
static void aborter(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t from;

    (void)unused;
    l4_message_init(&box, 0);
    for (;;) {
        uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;
        l4_ipc_wait(&from, l4_short(&box), &words, 0);
        l4_lthread_ex_regs(0, &esp, &eip, L4_INVALID_ID);
        eip = L4_UNCHANGED;
        l4_lthread_ex_regs(0, &esp, &eip, L4_INVALID_ID);
    }
}

/* Receives one message, then answers a question: its result, dword 7, and the words of three pages of its window. */
static void receiver_main(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t from;

    (void)unused;
    thread_start(ABORTER, aborter, 0);
    inbox_prepare();
    uint32_t result = boss_report_and_wait(EVENT_READY, &from, l4_long(&inbox.head), &words);
    l4_message_init(&question, 0);
    l4_ipc_wait(&from, l4_short(&question), &words, 0);
    words = (struct l4_words){result, l4_message_dwords(&inbox.head)[DWORDS - 1], bytes[BYTES - 1]};
    l4_ipc_call(from, l4_short(&question), l4_short(&question), &words, 0);
    words = (struct l4_words){*page_word(WINDOW, 0), *page_word(WINDOW, 1), *page_word(WINDOW, 2)};
    l4_ipc_send(from, l4_short(&question), &words, 0);
    thread_stop();
}

/* The receiver's next answer. */
static struct l4_words ask(l4_id_t receiver)
{
    struct l4_words words = {0};

    l4_message_init(&question, 0);
    l4_ipc_call(receiver, l4_short(&question), l4_short(&question), &words, 0);
    return words;
}

static void everything(l4_id_t receiver)
{
    struct l4_words words = {0, l4_fpage(SHARED, L4_PAGE_BITS, 0), L4_PAGE_SIZE};
    uint32_t *dwords;

    covers("everything", "map.several map.window.buffer map.first-pair ipc.send.map.first-invalid ipc.send.map.end "
                         "ipc.send.memory ipc.receive.memory message.dwords message.send-dope.dwords ipc.cc.fpages");
    for (uint32_t page = 0; page < 3; page++)
        *page_word(SHARED, page) = PAGE_VALUE + page;
    bytes[BYTES - 1] = 77;
    outbox_prepare(DWORDS, (uint32_t)bytes);
    dwords = l4_message_dwords(&outbox.head);
    dwords[3] = l4_fpage(SHARED + L4_PAGE_SIZE, L4_PAGE_BITS, 0);
    dwords[4] = dwords[5] = 0; /* no fpage: what follows are words only */
    dwords[6] = 2 * L4_PAGE_SIZE;
    dwords[7] = l4_fpage(SHARED + 2 * L4_PAGE_SIZE, L4_PAGE_BITS, 0);
    struct l4_part send = {&outbox.head, L4_LONG | L4_MAP};
    uint32_t result = l4_ipc_send(receiver, send, &words, 0);
    words = ask(receiver);
    check("everything", l4_error(result) == L4_OK && l4_error(words.w0) == L4_OK,
          "pages and a string go in one message");
    check("everything", words.w0 & L4_FPAGES_RECEIVED && l4_strings(words.w0) == 1 && l4_dwords(words.w0) == DWORDS,
          "the receiver is told of both");
    check("everything", words.w1 == dwords[7] && words.w2 == 77, "dwords and string arrive");
    words = ask(receiver);
    check("everything", words.w0 == PAGE_VALUE && words.w1 == PAGE_VALUE + 1, "both fpages are mapped");
    check("everything", words.w2 == 0, "what follows an invalid fpage is not");
}

static void string_sender(l4_id_t receiver)
{
    struct l4_words words = {0};

    noted_result = l4_ipc_send(receiver, l4_long(&outbox.head), &words, 0);
    thread_stop();
}

static void cancel_ipc(uint32_t lthread)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    l4_lthread_ex_regs(lthread, &esp, &eip, L4_INVALID_ID);
    eip = L4_UNCHANGED;
    l4_lthread_ex_regs(lthread, &esp, &eip, L4_INVALID_ID);
}

static enum fault_answer refuse_both(const struct fault *fault, uint32_t *fpage)
{
    uint32_t page = l4_page_base(fault->address);

    (void)fpage;
    return page == SENDER_PAGE || page == RECEIVER_PAGE ? FAULT_REFUSE : FAULT_DEFAULT;
}

static void abort_check(l4_id_t receiver)
{
    thread_sleep(2);
    check(current_test_name(), l4_error(noted_result) == (L4_ABORTED | L4_IN_SEND), "the sender is told");
    check(current_test_name(), l4_error(ask(receiver).w0) == L4_ABORTED, "the receiver, too");
}

static void abort_sender(l4_id_t receiver)
{
    covers("abort-sender", "ipc.cc.aborted.send ipc.cc.aborted.receive exregs.aborts ipc.cc.both");
    outbox_prepare(WORDS, SENDER_PAGE);
    thread_start(SENDER, string_sender, receiver);
    thread_sleep(2);
    check("abort-sender", noted_result == 0, "the string's page is waited for");
    cancel_ipc(SENDER);
    abort_check(receiver);
}

static void abort_receiver(l4_id_t receiver)
{
    struct l4_words words = {0};

    outbox_prepare(WORDS, (uint32_t)bytes);
    thread_start(SENDER, string_sender, receiver);
    thread_sleep(2);
    check("abort-receiver", noted_result == 0, "the buffer's page is waited for");
    l4_message_init(&question, 0);
    l4_ipc_send(l4_thread_of(receiver, ABORTER), l4_short(&question), &words, 0);
    abort_check(receiver);
}

static const struct test tests[] = {
    {.name = "everything", .run = everything, .helper = receiver_main},
    {.name = "abort-sender", .run = abort_sender, .helper = receiver_main, .hook = refuse_both},
};

static const struct test abort_receiver_test = {
    .name = "abort-receiver", .run = abort_receiver, .helper = receiver_main, .hook = refuse_both};

static void combined_messages_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    string_place = RECEIVER_PAGE;
    tests_run(&abort_receiver_test, 1);
}

const struct program program = {.name = "combined_messages", .run = combined_messages_run};

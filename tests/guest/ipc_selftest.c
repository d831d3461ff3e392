/* SPDX-License-Identifier: BSD-2-Clause */
/* Does IPC do what the interface says: phases, partners, order, errors, timeouts, cut messages? */
#include "bench/support/info_page.h"
#include "bench/support/selftest.h"

static struct l4_message inbox, outbox;
static const uint32_t NOW = 0;

static struct {
    struct l4_message head;
    uint32_t rest[61];
} big_inbox, big_outbox;

/* What a thread of the test's own task hands to the test thread. */
static volatile uint32_t noted_result;

static void boxes_init(void)
{
    l4_message_init(&inbox, 0);
    l4_message_init(&outbox, 0);
}

static uint32_t send_to(l4_id_t to, uint32_t word, uint32_t ms)
{
    struct l4_words words = {word, ~word, word * 3};

    return l4_ipc_send(to, l4_short(&outbox), &words, l4_timeouts(ms, L4_FOREVER));
}

static uint32_t receive_from(l4_id_t from, struct l4_words *words, uint32_t ms)
{
    return l4_ipc_receive(from, l4_short(&inbox), words, l4_timeouts(L4_FOREVER, ms));
}

static uint32_t wait_any(l4_id_t *from, struct l4_words *words, uint32_t ms)
{
    return l4_ipc_wait(from, l4_short(&inbox), words, l4_timeouts(L4_FOREVER, ms));
}

/* Serves for ever: word 0 plus one, word 1 inverted, word 2 times five. */
static void echo_serve(l4_id_t partner, struct l4_words words)
{
    struct l4_message box;

    l4_message_init(&box, 0);
    for (;;) {
        words = (struct l4_words){words.w0 + 1, ~words.w1, words.w2 * 5};
        l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_short(&box), &words, l4_timeouts(0, L4_FOREVER));
    }
}

static void echo_helper(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &partner, l4_short(&box), &words);
    echo_serve(partner, words);
}

static void echo_thread(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    l4_ipc_wait(&partner, l4_short(&box), &words, 0);
    echo_serve(partner, words);
}

static bool echoes(l4_id_t server)
{
    bool ok = true;

    boxes_init();
    for (uint32_t i = 0; i < 50; i++) {
        struct l4_words words = {i, i * 0x01010101, 0x80000000 | i};
        uint32_t result = l4_ipc_call(server, l4_short(&outbox), l4_short(&inbox), &words, 0);
        ok = ok && l4_error(result) == L4_OK && l4_dwords(result) == 3 && words.w0 == i + 1 &&
             words.w1 == ~(i * 0x01010101) && words.w2 == (0x80000000 | i) * 5;
    }
    return ok;
}

static void call_two_tasks(l4_id_t helper)
{
    check("call-two-tasks", echoes(helper), "fifty calls to another task bring three intact words back");
}

static void call_one_task(l4_id_t helper)
{
    (void)helper;
    covers("call-one-task",
           "ipc.use.call ipc.registers.words ipc.phases.order ipc.phases.atomic ipc.use.reply-and-wait");
    covers("call-two-tasks", "ipc.use.call ipc.registers.words ipc.registers.result ipc.cc.ok ipc.cc.dwords "
                             "ipc.send.register ipc.receive.register timeout.send.infinite timeout.receive.infinite");
    check("call-one-task", echoes(thread_start(1, echo_thread, 0)), "fifty calls within a task bring three words back");
}

/* Sends its argument to lthread 0 of its task, waiting as long as it takes; then waits to be woken for good. */
static void sender_thread(uint32_t word)
{
    struct l4_message box;
    struct l4_words words = {word, ~word, word * 3};

    l4_message_init(&box, 0);
    noted_result = l4_ipc_send(l4_thread_of(l4_myself(), 0), l4_short(&box), &words, 0);
    thread_stop();
}

static void open_wait(l4_id_t helper)
{
    struct l4_words words = {0};
    l4_id_t from;

    (void)helper;
    covers("open-wait",
           "ipc.receive.open ipc.registers.partner ipc.use.wait ipc.use.send ipc.send.nil ipc.receive.nil");
    boxes_init();
    l4_id_t sender = thread_start(1, sender_thread, 77);
    uint32_t result = wait_any(&from, &words, L4_FOREVER);
    check("open-wait", l4_error(result) == L4_OK && from == sender && words.w0 == 77 && words.w2 == 231,
          "an open wait names its sender");
    thread_sleep(2);
    check("open-wait", l4_error(noted_result) == L4_OK, "the sender's send succeeded");
}

static void closed_wait(l4_id_t helper)
{
    struct l4_words words = {0};

    (void)helper;
    covers("closed-wait", "ipc.receive.closed ipc.use.receive ipc.phases.blocked");
    boxes_init();
    l4_id_t other = thread_start(1, sender_thread, 11);
    thread_sleep(2);
    l4_id_t wanted = thread_start(2, sender_thread, 22);
    uint32_t result = receive_from(wanted, &words, L4_FOREVER);
    check("closed-wait", l4_error(result) == L4_OK && words.w0 == 22, "a closed wait passes over an earlier sender");
    result = receive_from(other, &words, NOW);
    check("closed-wait", l4_error(result) == L4_OK && words.w0 == 11, "the one passed over is still queued");
}

static void queue_order(l4_id_t helper)
{
    bool ok = true;

    (void)helper;
    covers("queue-order", "ipc.phases.queue");
    boxes_init();
    for (uint32_t lthread = 1; lthread <= 4; lthread++) {
        thread_start(lthread, sender_thread, lthread);
        thread_sleep(2);
    }
    for (uint32_t lthread = 1; lthread <= 4; lthread++) {
        struct l4_words words = {0};
        l4_id_t from;
        uint32_t result = wait_any(&from, &words, NOW);
        ok = ok && l4_error(result) == L4_OK && words.w0 == lthread && l4_lthread(from) == lthread;
    }
    check("queue-order", ok, "four queued senders are received in the order of their sends");
}

static void errors(l4_id_t helper)
{
    struct l4_words words = {0};
    l4_id_t myself = l4_myself();

    covers("errors", "ipc.cc.not-existing.destination ipc.cc.not-existing.source ipc.phases.self "
                     "ipc.phases.nil-destination id.valid id.version id.nil id.invalid");
    boxes_init();
    check("errors", l4_error(send_to(L4_NIL_ID, 1, NOW)) == L4_NOT_EXISTING, "a send to nil is refused");
    check("errors", l4_error(send_to(myself, 1, NOW)) == L4_NOT_EXISTING, "a send to oneself is refused");
    check("errors", l4_error(send_to(l4_thread_of(myself, 9), 1, NOW)) == L4_NOT_EXISTING,
          "a send to a thread never started is refused");
    check("errors", l4_error(send_to(helper ^ 3, 1, NOW)) == L4_NOT_EXISTING,
          "a send to another version of a waiting thread is refused");
    words.w0 = 1;
    check("errors",
          l4_error(l4_ipc_call(helper ^ 3, l4_short(&outbox), l4_short(&inbox), &words, 0)) == L4_NOT_EXISTING,
          "a call of another version of a waiting thread is refused");
    check("errors", l4_error(receive_from(helper ^ 3, &words, NOW)) == L4_NOT_EXISTING,
          "a receive from another version of a thread is refused");
    check("errors", l4_error(send_to(L4_INVALID_ID, 1, NOW)) == L4_NOT_EXISTING, "a send to the invalid id is refused");
    check("errors", l4_error(receive_from(l4_thread_of(myself, 9), &words, NOW)) == L4_NOT_EXISTING,
          "a receive from a thread never started is refused");
}

static void timeouts_zero(l4_id_t helper)
{
    struct l4_words words = {0};
    l4_id_t from;

    (void)helper;
    covers("timeouts-zero",
           "timeout.send.zero timeout.receive.zero ipc.cc.timeout.send ipc.cc.timeout.receive ipc.cc.no-receive-phase");
    boxes_init();
    l4_id_t deaf = thread_start(1, sender_thread, 5); /* it sends to us, so it receives nothing */
    thread_sleep(2);
    check("timeouts-zero", l4_error(send_to(deaf, 1, NOW)) == (L4_TIMEOUT | L4_IN_SEND),
          "a send with timeout 0 to a thread that does not wait times out");
    check("timeouts-zero", l4_error(receive_from(deaf, &words, NOW)) == L4_OK, "a queued sender is received at once");
    check("timeouts-zero", l4_error(wait_any(&from, &words, NOW)) == L4_TIMEOUT,
          "an open wait with timeout 0 times out if nobody sends");
    uint32_t result = l4_ipc_call(deaf, l4_short(&outbox), l4_short(&inbox), &words, l4_timeouts(0, L4_FOREVER));
    check("timeouts-zero", l4_error(result) == (L4_TIMEOUT | L4_IN_SEND), "a failed send skips the receive phase");
}

static void sleeping_thread(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

/* The shortest of several runs of `wait`, in ticks: a tick may fall between reading the clock and waiting, but not
 * every time. */
static uint32_t shortest(uint32_t (*wait)(uint32_t ms), uint32_t ms, enum l4_error expected)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < 3; i++) {
        uint32_t start = kernel_clock_ms();
        uint32_t error = l4_error(wait(ms));
        uint32_t elapsed = kernel_clock_ms() - start;
        if (error != expected)
            return UINT32_MAX;
        if (elapsed < least)
            least = elapsed;
    }
    return least;
}

static uint32_t wait_nobody(uint32_t ms)
{
    struct l4_words words = {0};
    l4_id_t from;

    return wait_any(&from, &words, ms);
}

static uint32_t send_deaf(uint32_t ms)
{
    return send_to(l4_thread_of(l4_myself(), 1), 1, ms);
}

static uint32_t sleep(uint32_t ms)
{
    struct l4_words words = {0};

    return receive_from(L4_NIL_ID, &words, ms);
}

/* Whether waits of 1, 2, 4, ... units of 1024 microseconds end at the first tick, of 1000, at which they are over. */
static bool all_exact(uint32_t (*wait)(uint32_t ms))
{
    bool ok = true;

    for (uint32_t ms = 1; ms <= 64; ms *= 2)
        ok = ok &&
             shortest(wait, ms, wait == send_deaf ? L4_TIMEOUT | L4_IN_SEND : L4_TIMEOUT) == (ms * 1024 + 999) / 1000;
    return ok;
}

static void timeouts_finite(l4_id_t helper)
{
    (void)helper;
    covers("timeouts-finite", "timeout.send.finite timeout.receive.finite ipc.phases.sleep ipc.use.sleep");
    boxes_init();
    thread_start(1, sleeping_thread, 0);
    check("timeouts-finite", all_exact(wait_nobody), "open waits of 1 to 64 units end at their tick");
    check("timeouts-finite", all_exact(send_deaf),
          "sends of 1 to 64 units to a thread that does not wait end at their tick");
    check("timeouts-finite", all_exact(sleep), "sleeps of 1 to 64 units end at their tick");
}

/* Sleeps the given time, then reports its own number. */
static void alarm_thread(uint32_t ms)
{
    thread_sleep(ms);
    sender_thread(ms);
}

static void wakeup_order(l4_id_t helper)
{
    static const uint32_t ms[] = {20, 5, 15, 10}, sorted[] = {5, 10, 15, 20};
    bool ok = true;

    (void)helper;
    boxes_init();
    for (uint32_t i = 0; i < 4; i++)
        thread_start(1 + i, alarm_thread, ms[i]);
    for (uint32_t i = 0; i < 4; i++) {
        struct l4_words words = {0};
        l4_id_t from;
        ok = ok && l4_error(wait_any(&from, &words, 50)) == L4_OK && words.w0 == sorted[i];
    }
    check("wakeup-order", ok, "four sleepers wake in the order of their times");
}

/* Sends 40 dwords to lthread 0 of its task and notes how that went. */
static void long_sender_thread(uint32_t unused)
{
    struct l4_words words = {1, 2, 3};

    (void)unused;
    l4_message_init(&big_outbox.head, 40);
    noted_result = l4_ipc_send(l4_thread_of(l4_myself(), 0), l4_long(&big_outbox.head), &words, 0);
    thread_stop();
}

static void message_cut(l4_id_t helper)
{
    struct l4_words words = {0};

    (void)helper;
    covers("message-cut", "ipc.cc.cut.receive ipc.cc.cut.send ipc.cc.cut.dwords ipc.cc.both "
                          "ipc.receive.register.longer message.size-dope.dwords");
    boxes_init();
    l4_message_init(&big_inbox.head, 8);
    big_inbox.rest[8 - 3] = 0x600DF00D;
    l4_id_t sender = thread_start(1, long_sender_thread, 0);
    uint32_t result = l4_ipc_receive(sender, l4_long(&big_inbox.head), &words, 0);
    check("message-cut", l4_error(result) == L4_CUT, "a message longer than the buffer is cut for the receiver");
    check("message-cut", big_inbox.rest[8 - 3] == 0x600DF00D, "no dword beyond the buffer is written");
    thread_sleep(2);
    check("message-cut", l4_error(noted_result) == (L4_CUT | L4_IN_SEND), "and cut for the sender");

    sender = thread_start(2, long_sender_thread, 0);
    result = receive_from(sender, &words, L4_FOREVER);
    check("message-cut", l4_error(result) == L4_CUT, "a long message to a short receive is cut");
}

/* Waits for lthread 0, notes how that ended. */
static void waiting_thread(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};

    (void)unused;
    l4_message_init(&box, 0);
    noted_result = l4_ipc_receive(l4_thread_of(l4_myself(), 0), l4_short(&box), &words, 0);
    thread_stop();
}

/* Sets a thread's stack pointer to what it is, which changes nothing and so only cancels its IPC. */
static void cancel_ipc(uint32_t lthread)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    l4_lthread_ex_regs(lthread, &esp, &eip, L4_INVALID_ID);
    eip = L4_UNCHANGED;
    l4_lthread_ex_regs(lthread, &esp, &eip, L4_INVALID_ID);
    thread_sleep(2);
}

static void cancel(l4_id_t helper)
{
    (void)helper;
    covers("cancel", "exregs.cancels ipc.cc.cancelled.receive ipc.cc.cancelled.send");
    boxes_init();
    noted_result = 0;
    thread_start(1, waiting_thread, 0);
    thread_sleep(2);
    cancel_ipc(1);
    check("cancel", l4_error(noted_result) == L4_CANCELLED, "lthread_ex_regs cancels a receive");

    thread_start(2, sender_thread, 0);
    thread_sleep(2);
    cancel_ipc(2);
    check("cancel", l4_error(noted_result) == (L4_CANCELLED | L4_IN_SEND), "lthread_ex_regs cancels a queued send");
}

static const struct test tests[] = {
    {.name = "call-two-tasks", .run = call_two_tasks, .helper = echo_helper},
    {.name = "call-one-task", .run = call_one_task},
    {.name = "open-wait", .run = open_wait},
    {.name = "closed-wait", .run = closed_wait},
    {.name = "queue-order", .run = queue_order},
    {.name = "errors", .run = errors, .helper = echo_helper},
    {.name = "timeouts-zero", .run = timeouts_zero},
    {.name = "timeouts-finite", .run = timeouts_finite},
    {.name = "wakeup-order", .run = wakeup_order},
    {.name = "message-cut", .run = message_cut},
    {.name = "cancel", .run = cancel},
};

static void ipc_selftest_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "ipc_selftest", .run = ipc_selftest_run};

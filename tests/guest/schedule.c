/* SPDX-License-Identifier: BSD-2-Clause */
/* What does thread_schedule tell of a thread, and what does it set? */
#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/propagate.h"
#include "bench/support/selftest.h"

enum { WORKER = 1, PARTNER = 2, WAIT_MS = 100, LIMIT_MS = 60, ENOUGH = 20000, MCP = 50, LONG_DWORDS = 2048 };
enum { NO_SLICES = 0x00F00000, SLICE_FIELDS = 0xFFF00000, REFUSED = ARENA_START + L4_PAGE_SIZE };
enum { FAULT_EXPONENT = 7 };       /* 65 ms */
enum { LIMITED_TASK = LAST_TASK }; /* which nothing else here uses */
static const uint32_t ABSENT = 0xFFFFFFFF;

static volatile uint32_t counts[2];
static volatile uint32_t send_result;

static struct l4_schedule look(l4_id_t thread)
{
    return l4_thread_schedule_all(thread, L4_SCHEDULE_UNCHANGED, L4_INVALID_ID);
}

static uint32_t state(l4_id_t thread)
{
    return l4_state(look(thread).parameters);
}

/* Microseconds of a timeout as EDX tells it. */
static uint32_t wakeup(l4_id_t thread)
{
    uint32_t time = look(thread).time_high, exponent = time >> 20 & 0xF;

    return exponent ? (time >> 24) << 2 * (15 - exponent) : 0;
}

static void spin(uint32_t index)
{
    for (;;)
        counts[index]++;
}

static void count_up(uint32_t index)
{
    for (counts[index] = 0; counts[index] < ENOUGH;)
        counts[index]++;
    thread_stop();
}

static void sleeper(uint32_t ms)
{
    thread_sleep(ms);
    thread_stop();
}

static void receiver(uint32_t from)
{
    l4_receive(from, 0);
    thread_stop();
}

static void sender(uint32_t to)
{
    send_result = l4_send_as(L4_NIL_ID, to, (struct l4_words){0, 0, 0}, l4_timeouts(WAIT_MS, 0));
    thread_stop();
}

/* Starts a thread below the caller's priority. */
static l4_id_t start_low(thread_entry *entry, uint32_t argument)
{
    l4_id_t id = thread_start(WORKER, entry, argument);

    thread_set_priority(id, thread_get_priority(l4_myself()) - 1);
    return id;
}

static l4_id_t start_waiting(thread_entry *entry, uint32_t argument)
{
    l4_id_t id = thread_start(WORKER, entry, argument);

    thread_sleep(5);
    return id;
}

void stop_here(void);
__asm__("stop_here: ud2");

static void states(l4_id_t helper)
{
    (void)helper;
    covers("states", "schedule.state.running schedule.state.dead schedule.not-existing schedule.state.waiting");
    l4_id_t worker = start_low(spin, 0);

    check("states", state(worker) == L4_STATE_RUNNING, "a ready thread is running");
    check("states", look(worker).partner == L4_INVALID_ID, "it has no partner");
    start_waiting((thread_entry *)stop_here, 0);
    check("states", state(worker) == L4_STATE_DEAD, "a stopped thread is dead");
    check("states", look(worker ^ 3).parameters == ABSENT, "of a thread that does not exist nothing is told");
}

static void waiting(l4_id_t helper)
{
    covers("waiting",
           "schedule.state.waiting schedule.state.pending schedule.partner schedule.partner.open schedule.wakeup");
    l4_id_t worker = start_waiting(sleeper, WAIT_MS);

    check("waiting", state(worker) == L4_STATE_WAITING && look(worker).partner == L4_NIL_ID, "a sleeper waits for nil");
    check("waiting", wakeup(worker) > 80000 && wakeup(worker) <= WAIT_MS * 1024, "until its timeout");
    thread_sleep(WAIT_MS / 2);
    check("waiting", wakeup(worker) > 30000 && wakeup(worker) < 60000, "of which it tells the rest");
    start_waiting(receiver, L4_NIL_ID);
    check("waiting", state(worker) == L4_STATE_WAITING && look(worker).partner == L4_INVALID_ID,
          "an open wait has no partner");
    check("waiting", wakeup(worker) == 0, "and here no timeout");
    start_waiting(receiver, helper);
    check("waiting", look(worker).partner == helper, "a closed one has");
    start_waiting(sender, l4_myself());
    check("waiting", state(worker) == L4_STATE_PENDING && look(worker).partner == l4_myself(),
          "a sender in a queue waits for its receiver");
    check("waiting", wakeup(worker) > 80000 && wakeup(worker) <= WAIT_MS * 1024, "and has its timeout");
}

static void helper_main(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_READY, 0, 0);
    thread_stop();
}

static enum fault_answer refusing_hook(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    return l4_page_base(fault->address) == REFUSED ? FAULT_REFUSE : FAULT_DEFAULT;
}

static void touch(uint32_t address)
{
    (void)*(const volatile uint32_t *)address;
    thread_stop();
}

static void pager_call(l4_id_t helper)
{
    (void)helper;
    covers("pager-call", "schedule.state.pager");
    l4_id_t worker = start_waiting(touch, REFUSED);

    check("pager-call", state(worker) == L4_STATE_RUNNING + L4_CALLS_PAGER, "a page fault is a running thread's call");
    check("pager-call", look(worker).partner == L4_INVALID_ID, "whose pager is no partner");
}

static struct {
    struct l4_message head;
    uint32_t rest[LONG_DWORDS];
} outbox;

/* Its message ends in a page of the receiver that nobody maps. */
static void long_sender(uint32_t to)
{
    struct l4_words words = {0};

    pages_touch_for_writing(&outbox, sizeof(outbox));
    l4_message_init(&outbox.head, LONG_DWORDS);
    send_result = l4_ipc_send(to, l4_long(&outbox.head), &words, l4_fault_timeouts(FAULT_EXPONENT, 0));
    thread_stop();
}

static void long_receiver(uint32_t unused)
{
    struct l4_message *inbox = (struct l4_message *)(REFUSED - sizeof(struct l4_message));
    struct l4_words words = {0};
    l4_id_t from;

    (void)unused;
    l4_message_init(inbox, LONG_DWORDS);
    boss_report_and_wait(EVENT_READY, &from, l4_long(inbox), &words);
    thread_stop();
}

static void transfer(l4_id_t to)
{
    covers("transfer", "schedule.state.sending schedule.state.receiving schedule.fault-timeout schedule.partner");
    l4_id_t from = start_waiting(long_sender, to);

    check("transfer", state(from) == L4_STATE_SENDING && look(from).partner == to, "in a transfer the sender sends");
    check("transfer", state(to) == L4_STATE_RECEIVING + L4_CALLS_PAGER && look(to).partner == from,
          "and the receiver receives, here while its pager is called");
    check("transfer", (look(to).time_high >> 16 & 0xF) == FAULT_EXPONENT, "which has its page-fault timeout");
    thread_sleep(WAIT_MS);
    check("transfer", l4_error(send_result) == (L4_SEND_FAULT_TIMEOUT | L4_IN_SEND), "that ends it");
}

/* A new stack pointer, here the old one, ends the ipc; the thread goes on behind it. */
static void aborted(l4_id_t to)
{
    covers("aborted", "exregs.aborts ipc.cc.aborted.send");
    start_waiting(long_sender, to);
    struct l4_thread_registers values = {0, L4_UNCHANGED, L4_UNCHANGED, L4_INVALID_ID, L4_INVALID_ID};

    values.esp = l4_exchange(WORKER, values).esp;
    l4_exchange(WORKER, values);
    thread_sleep(5);
    check("aborted", l4_error(send_result) == (L4_ABORTED | L4_IN_SEND), "lthread_ex_regs aborts a running transfer");
    check("aborted", state(to) == L4_STATE_WAITING, "its partner's, too");
}

static void processor_time(l4_id_t helper)
{
    (void)helper;
    covers("time", "schedule.time");
    l4_id_t worker = start_low(spin, 0);

    thread_sleep(LIMIT_MS);
    uint32_t time = look(worker).time_low;
    check("time", time > LIMIT_MS * 500 && time <= LIMIT_MS * 1100, "a thread that runs alone gets most of the time");
    thread_sleep(LIMIT_MS);
    check("time", look(worker).time_low > time + LIMIT_MS * 500, "and more with more time");
    check("time", look(l4_myself()).time_low < time / 2 && (look(worker).time_high & 0xFFFF) == 0,
          "who sleeps does not");
}

static void slices(l4_id_t helper)
{
    (void)helper;
    covers("slices", "schedule.slice schedule.slice.old schedule.slice.none schedule.unchanged switch.donate");
    l4_id_t worker = start_low(spin, 0);
    uint32_t parameters = look(worker).parameters & 0xFFF000FF;

    check("slices", (parameters & SLICE_FIELDS) != 0, "a new thread's time slice is told");
    thread_sleep(20);
    l4_thread_schedule(worker, (parameters & 0xFF) | NO_SLICES);
    check("slices", (look(worker).parameters & SLICE_FIELDS) == NO_SLICES, "the one that was set is told afterwards");
    uint32_t told = look(worker).parameters;
    check("slices", look(worker).parameters == told && l4_priority(told) == l4_priority(parameters),
          "FFFFFFFF changes none of it");
    thread_sleep(20);
    uint32_t before = counts[0];
    thread_sleep(20);
    check("slices", before > 0 && counts[0] == before, "without time slices a thread does not run");
    l4_thread_switch(worker);
    check("slices", counts[0] > before, "but in donated time");
    before = counts[0];
    thread_sleep(20);
    check("slices", counts[0] == before, "and no longer");
    l4_thread_schedule(worker, parameters);
    thread_sleep(20);
    check("slices", counts[0] > before, "with a time slice it runs again");
}

/* The sender loses its time slices while its receiver's page is asked for. */
static enum fault_answer slices_hook(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    if (l4_page_base(fault->address) == REFUSED) {
        l4_id_t from = look(fault->thread).partner;

        l4_thread_schedule(from, l4_priority(look(from).parameters) | NO_SLICES);
    }
    return FAULT_DEFAULT;
}

static void slices_in_transfer(l4_id_t to)
{
    covers("slices-in-transfer", "schedule.slice.none");
    l4_id_t from = start_waiting(long_sender, to);

    thread_sleep(20);
    check("slices-in-transfer", (look(from).parameters & SLICE_FIELDS) == NO_SLICES, "a sender has lost its slices");
    check("slices-in-transfer", state(to) == L4_STATE_WAITING && look(to).partner == L4_NIL_ID,
          "after which its receiver has the message all the same");
}

static void slices_given_up(uint32_t to)
{
    struct l4_message box;
    struct l4_words words = {7, 0, 0};

    l4_message_init(&box, 0);
    l4_thread_schedule(l4_myself(), l4_priority(look(l4_myself()).parameters) | NO_SLICES);
    l4_ipc_call(to, l4_short(&box), l4_short(&box), &words, 0);
    thread_stop();
}

static void own_slices(l4_id_t helper)
{
    (void)helper;
    covers("own-slices", "schedule.slice.none");
    l4_id_t worker = start_low(slices_given_up, l4_myself());
    struct l4_arrival message = l4_receive(worker, l4_timeouts(WAIT_MS, WAIT_MS));

    check("own-slices", l4_error(message.result) == L4_OK && message.words.w0 == 7,
          "a thread that takes its own time slices calls in the time that it has");
}

/* Two threads that never block, one with slices five times as long. */
static void slice_lengths(l4_id_t helper)
{
    (void)helper;
    covers("slice-lengths", "schedule.slice");
    l4_id_t one = start_low(spin, 0), two = thread_start(PARTNER, spin, 1);
    uint32_t priority = thread_get_priority(l4_myself()) - 1, milliseconds = 10 << 20;

    l4_thread_schedule(one, priority | milliseconds | 2u << 24);
    l4_thread_schedule(two, priority | milliseconds | 10u << 24);
    thread_sleep(10 * 14);
    check("slice-lengths", counts[1] > 2 * counts[0] && counts[1] < 8 * counts[0], "run as long as their slices are");
}

static void higher(l4_id_t helper)
{
    (void)helper;
    covers("higher", "schedule.priority");
    uint32_t own = thread_get_priority(l4_myself());
    l4_id_t worker = start_waiting(count_up, 0);

    thread_sleep(20);
    check("higher", counts[0] == ENOUGH, "a thread counts to its end");
    thread_set_priority(worker, own - 1);
    thread_start(WORKER, count_up, 0);
    counts[0] = 0;
    thread_set_priority(worker, own + 1);
    check("higher", counts[0] == ENOUGH, "with a higher priority at once, before its scheduler goes on");
}

static void limited_main(uint32_t failures_before)
{
    l4_id_t me = l4_myself();

    covers("mcp", "schedule.mcp schedule.mcp.thread task.create.mcp");
    check("mcp", look(me).parameters == ABSENT, "a thread above the mcp is not for this task, even itself");
    boss_call(EVENT_READY, 0, 0);
    check("mcp", l4_priority(look(me).parameters) == MCP - 1, "below it is");
    check("mcp", l4_thread_schedule(me, MCP + 1) == ABSENT, "a priority above the mcp is refused");
    check("mcp", l4_priority(look(me).parameters) == MCP - 1, "and changes nothing");
    l4_thread_schedule(me, (look(me).parameters & SLICE_FIELDS) | MCP);
    check("mcp", l4_priority(look(me).parameters) == MCP, "the mcp itself is not");
    boss_call(EVENT_DONE, failures_count() - failures_before, 0);
    thread_stop();
}

static void mcp(void)
{
    struct event event;
    l4_id_t right = l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | LIMITED_TASK << L4_TASK_SHIFT;
    uint32_t esp = stack_with_argument(main_stack, sizeof(main_stack), failures_count());
    l4_id_t child = l4_task_new(right, MCP, esp, (uint32_t)limited_main, L4_ROOT);

    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    thread_set_priority(child, MCP - 1);
    boss_reply(child, (struct l4_words){0, 0, 0});
    if (boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS))
        failures_add(event.words.w1);
    else
        check("mcp", false, "the test came to its end in time");
    l4_task_new(child, L4_ROOT, 0, 0, L4_NIL_ID);
}

static void deleted(void)
{
    covers("deleted", "schedule.time.deleted");
    struct event event;
    l4_id_t child = task_start(TEST_TASK, spin, 0);

    thread_set_priority(child, thread_get_priority(l4_myself()) - 1);
    boss_wait(&event, LIMIT_MS); /* answers its page faults meanwhile */
    uint32_t before = look(l4_myself()).time_low, childs = look(child).time_low;
    tasks_delete();
    check("deleted", childs > LIMIT_MS * 500 && look(l4_myself()).time_low >= before + childs,
          "the time of deleted threads is the deleter's");
}

static const struct test tests[] = {
    {.name = "states", .run = states},
    {.name = "waiting", .run = waiting, .helper = helper_main},
    {.name = "pager-call", .run = pager_call, .hook = refusing_hook},
    {.name = "transfer", .run = transfer, .helper = long_receiver, .hook = refusing_hook},
    {.name = "aborted", .run = aborted, .helper = long_receiver, .hook = refusing_hook},
    {.name = "time", .run = processor_time},
    {.name = "slices", .run = slices},
    {.name = "slices-in-transfer", .run = slices_in_transfer, .helper = long_receiver, .hook = slices_hook},
    {.name = "own-slices", .run = own_slices},
    {.name = "slice-lengths", .run = slice_lengths},
    {.name = "higher", .run = higher},
};
static const struct root_test root_tests[] = {{"mcp", mcp}, {"deleted", deleted}};

static void schedule_run(void)
{
    console_print("@note exceptions=expected\n");
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "schedule", .run = schedule_run};

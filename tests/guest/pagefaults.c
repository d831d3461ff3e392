/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens when a copy meets an absent or a read-only page, on either side? The sender's fault becomes a message to
 * the sender's pager, the receiver's one to the receiver's; the page-fault timeouts bound how long each may take.
 *
 * In every scenario a message's head ends a page and the next, the payload page, starts with the message's dwords 3,
 * 4, ... or, in another turn, with as many bytes that are its string. A page is absent because its task never touched
 * it: the root task, the pager of both, fills the sender's frame itself. */
#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "bench/support/strings.h"

enum { DWORDS = 3 + 40, STRING_BYTES = (DWORDS - 3) * 4, PAYLOAD = ARENA_START + 4 * L4_PAGE_SIZE };
enum { SENDER_TASK = TEST_TASK, RECEIVER_TASK = HELPER_TASK };
enum { MS_4 = 9, ZERO = 15 };                       /* page-fault timeout exponents */
static const uint32_t IN_KERNELS_COPY = 0xFFFFFFFF; /* instead of an EIP */

enum page_state { PRESENT, ABSENT, READ_ONLY };

enum payload_form { IN_DWORDS, IN_STRING, FORMS };

struct scenario {
    const char *name, *sentence;
    enum page_state sender_page, receiver_page;
    bool sender_refused, receiver_refused;    /* the pager does not answer the fault in the copy */
    bool in_vain;                             /* it does answer, again and again, and repairs nothing */
    uint32_t send_exponent, receive_exponent; /* the sender's ps, the receiver's pr */
    enum l4_error error;                      /* as the receiver sees it; the sender's has the send bit */
    uint32_t faults;                          /* messages to the pager during the copy; in vain: at least */
    bool twice;                               /* a second message, to the same absent page, after the first's time */
    bool call;                                /* the sender wants an answer, the receiver has not waited for ever */
};

static const struct scenario scenarios[] = {
    {.name = "present", .sentence = "without a fault the message arrives"},
    {.name = "sender-absent",
     .sender_page = ABSENT,
     .faults = 1,
     .sentence = "the sender's page is fetched in the copy"},
    {.name = "receiver-absent",
     .receiver_page = ABSENT,
     .faults = 1,
     .sentence = "the receiver's page is fetched in the copy"},
    {.name = "both-absent",
     .sender_page = ABSENT,
     .receiver_page = ABSENT,
     .faults = 2,
     .sentence = "one copy survives two page faults"},
    {.name = "read-only-granted",
     .receiver_page = READ_ONLY,
     .faults = 1,
     .sentence = "the receiver's read-only page is made writable by its pager"},
    {.name = "read-only-refused",
     .receiver_page = READ_ONLY,
     .receiver_refused = true,
     .send_exponent = MS_4,
     .error = L4_SEND_FAULT_TIMEOUT,
     .faults = 1,
     .sentence = "a refused write ends by the sender's page-fault timeout"},
    {.name = "receiver-refused",
     .receiver_page = ABSENT,
     .receiver_refused = true,
     .send_exponent = MS_4,
     .error = L4_SEND_FAULT_TIMEOUT,
     .faults = 1,
     .sentence = "a refused receiver's page ends by the sender's page-fault timeout"},
    {.name = "sender-refused",
     .sender_page = ABSENT,
     .sender_refused = true,
     .receive_exponent = MS_4,
     .error = L4_RECEIVE_FAULT_TIMEOUT,
     .faults = 1,
     .sentence = "a refused sender's page ends by the receiver's page-fault timeout"},
    {.name = "receiver-zero",
     .receiver_page = ABSENT,
     .receiver_refused = true,
     .send_exponent = ZERO,
     .error = L4_SEND_FAULT_TIMEOUT,
     .faults = 1,
     .sentence = "a page-fault timeout of zero ends the copy at once"},
    {.name = "sender-in-vain",
     .sender_page = ABSENT,
     .sender_refused = true,
     .in_vain = true,
     .receive_exponent = MS_4,
     .error = L4_RECEIVE_FAULT_TIMEOUT,
     .faults = 2,
     .sentence = "answers without the sender's page end by the receiver's page-fault timeout"},
    {.name = "receiver-in-vain",
     .receiver_page = ABSENT,
     .receiver_refused = true,
     .in_vain = true,
     .send_exponent = MS_4,
     .error = L4_SEND_FAULT_TIMEOUT,
     .faults = 2,
     .sentence = "answers without the receiver's page end by the sender's page-fault timeout"},
    {.name = "twice",
     .sender_page = ABSENT,
     .receive_exponent = MS_4,
     .faults = 2,
     .twice = true,
     .sentence = "the time of a message's page faults does not count for the next message"},
    {.name = "call",
     .receiver_page = ABSENT,
     .send_exponent = MS_4,
     .faults = 1,
     .call = true,
     .sentence = "a receiver's page is fetched within one timeout while another of the receiver's is void"},
};

/* Set by the root task before it starts the children. */
static const struct scenario *scenario;
static enum payload_form form;
static char scenario_name[NAME_SIZE];

/* The faults that the hook saw at the payload pages since the copy could start. */
static struct {
    bool copying;
    uint32_t count, sender_reads, receiver_writes, elsewhere;
} seen;

static struct l4_message *message_with_dwords(void)
{
    struct l4_message *message = (struct l4_message *)(PAYLOAD - sizeof(struct l4_message));

    l4_message_init(message, DWORDS);
    return message;
}

static struct l4_message *message_with_string(void)
{
    struct l4_message *message = (struct l4_message *)(PAYLOAD - sizeof(struct l4_message) - sizeof(struct l4_string));

    l4_message_init_strings(message, 3, 1);
    *l4_message_strings(message) = (struct l4_string){STRING_BYTES, PAYLOAD, STRING_BYTES, PAYLOAD};
    return message;
}

static struct l4_message *payload_message(void)
{
    return form == IN_STRING ? message_with_string() : message_with_dwords();
}

static uint32_t pattern(uint32_t dword)
{
    return dword * 0x9E3779B1u + 7;
}

static void page_touch(enum page_state state)
{
    if (state != ABSENT)
        (void)*(const volatile uint32_t *)PAYLOAD;
}

/* Reports READY and gets the partner and its own timeouts, sends, reports how that ended. */
static void sender_main(uint32_t unused)
{
    struct l4_message *message = payload_message();

    (void)unused;
    page_touch(scenario->sender_page);
    struct l4_words order = boss_call(EVENT_READY, 0, 0);
    struct l4_words words = {pattern(0), pattern(1), pattern(2)};
    struct l4_part answer = scenario->call ? l4_short(message) : l4_none();
    uint32_t result = l4_ipc_call(order.w1, l4_long(message), answer, &words, order.w2);
    if (scenario->twice) {
        l4_fpage_unmap(l4_fpage(PAYLOAD, L4_PAGE_BITS, 0), L4_UNMAP_ALL | L4_UNMAP_OWN);
        thread_sleep(8);
        result = l4_ipc_call(order.w1, l4_long(message), answer, &words, order.w2);
    }
    boss_call(EVENT_DONE, result, 0);
    thread_stop();
}

static uint32_t wrong_dwords(const uint32_t *dwords)
{
    uint32_t wrong = 0;

    for (uint32_t i = 3; i < DWORDS; i++)
        wrong += dwords[i - 3] != pattern(i);
    return wrong;
}

static void receiver_main(uint32_t unused)
{
    struct l4_message *message = payload_message();
    struct l4_words words = {0};

    (void)unused;
    page_touch(scenario->receiver_page);
    struct l4_words order = boss_call(EVENT_READY, 0, 0);
    uint32_t result = l4_ipc_receive(order.w1, l4_long(message), &words, order.w2);
    if (scenario->twice)
        result = l4_ipc_receive(order.w1, l4_long(message), &words, order.w2);
    uint32_t wrong = l4_error(result) ? 0 : wrong_dwords((const uint32_t *)PAYLOAD);
    wrong += !l4_error(result) && (words.w0 != pattern(0) || words.w1 != pattern(1) || words.w2 != pattern(2));
    if (scenario->call) {
        l4_ipc_send(order.w1, l4_short(message), &words, 0);
        thread_sleep(2); /* the list of timeouts is whole */
    }
    boss_call(EVENT_DONE, result, wrong);
    thread_stop();
}

static uint8_t *payload_frame(uint32_t task)
{
    return task_frame(task, PAYLOAD);
}

static enum fault_answer payload_hook(const struct fault *fault, uint32_t *fpage)
{
    uint32_t task = l4_task_number(fault->thread);

    if (l4_page_base(fault->address) != PAYLOAD)
        return FAULT_DEFAULT;
    if (!seen.copying) {
        bool read_only = task == RECEIVER_TASK && scenario->receiver_page == READ_ONLY;
        *fpage = l4_fpage((uint32_t)payload_frame(task), L4_PAGE_BITS, read_only ? 0 : L4_FPAGE_WRITE);
        return FAULT_MAP;
    }
    seen.count++;
    seen.elsewhere += fault->eip != IN_KERNELS_COPY;
    seen.sender_reads += task == SENDER_TASK && !fault->write;
    seen.receiver_writes += task == RECEIVER_TASK && fault->write;
    bool refused = task == SENDER_TASK ? scenario->sender_refused : scenario->receiver_refused;
    *fpage = 0;
    return !refused ? FAULT_DEFAULT : scenario->in_vain ? FAULT_MAP : FAULT_REFUSE;
}

static void fill_senders_frame(void)
{
    uint32_t *payload = (uint32_t *)payload_frame(SENDER_TASK);

    for (uint32_t i = 3; i < DWORDS; i++)
        payload[i - 3] = pattern(i);
}

/* Lets both go on to the copy, the receiver first. */
static void copy_start(l4_id_t sender, l4_id_t receiver)
{
    seen.copying = true;
    uint32_t patience = scenario->call ? l4_timeouts(0, TEST_LIMIT_MS / 2) : 0;
    boss_reply(receiver, (struct l4_words){0, sender, patience | l4_fault_timeouts(0, scenario->receive_exponent)});
    boss_reply(sender, (struct l4_words){0, receiver, l4_fault_timeouts(scenario->send_exponent, 0)});
}

/* What the two report at their end. */
struct outcome {
    uint32_t sent, received, wrong;
};

static bool outcome_wait(struct outcome *outcome)
{
    struct event event;

    for (uint32_t i = 0; i < 2; i++) {
        if (!boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS))
            return false;
        if (l4_task_number(event.from) == SENDER_TASK) {
            outcome->sent = event.words.w1;
        } else {
            outcome->received = event.words.w1;
            outcome->wrong = event.words.w2;
        }
    }
    return true;
}

static bool scenario_play(struct outcome *outcome)
{
    struct event event;
    l4_id_t sender = task_start(SENDER_TASK, sender_main, 0);
    l4_id_t receiver = task_start(RECEIVER_TASK, receiver_main, 0);

    fill_senders_frame();
    for (uint32_t i = 0; i < 2; i++)
        if (!boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS))
            return false;
    copy_start(sender, receiver);
    return outcome_wait(outcome);
}

static bool faults_as_expected(void)
{
    uint32_t sender_faults = scenario->sender_page == ABSENT ? 1 + scenario->twice : 0;
    bool receiver_faults = scenario->receiver_page != PRESENT;

    /* With a timeout of zero the pager may or may not have been reached. */
    if (scenario->send_exponent == ZERO)
        return seen.count <= scenario->faults;
    if (scenario->in_vain)
        return seen.count >= scenario->faults && seen.elsewhere == 0 &&
               seen.count == (sender_faults ? seen.sender_reads : seen.receiver_writes);
    return seen.count == scenario->faults && seen.elsewhere == 0 && seen.sender_reads == sender_faults &&
           seen.receiver_writes == receiver_faults;
}

static void scenario_run(void)
{
    struct outcome outcome = {0};
    enum l4_error sent = scenario->error == L4_OK ? L4_OK : scenario->error | L4_IN_SEND;

    seen.copying = false;
    seen.count = seen.sender_reads = seen.receiver_writes = seen.elsewhere = 0;
    boss_set_hook(payload_hook);
    if (!check(scenario_name, scenario_play(&outcome), "both sides come to an end"))
        return;
    check(scenario_name, l4_error(outcome.sent) == sent && l4_error(outcome.received) == scenario->error,
          scenario->sentence);
    check(scenario_name, faults_as_expected(), "the pagers saw the faults of the copy, each from its own side");
    if (scenario->error == L4_OK)
        check(scenario_name, outcome.wrong == 0, "the message is intact");
    if (scenario->receiver_refused)
        check(scenario_name, *(uint32_t *)payload_frame(RECEIVER_TASK) == 0, "the receiver's page is unchanged");
}

static void pagefaults_run(void)
{
    covers("sender-absent", "timeout.fault.infinite fault.eip.copy");
    covers("read-only-refused", "ipc.cc.send-fault-timeout.receive ipc.cc.send-fault-timeout.send ipc.cc.both");
    covers("receiver-refused", "timeout.fault.receiver-space timeout.fault.finite");
    covers("sender-refused",
           "timeout.fault.sender-space ipc.cc.receive-fault-timeout.receive ipc.cc.receive-fault-timeout.send");
    covers("receiver-zero", "timeout.fault.zero");
    covers("sender-in-vain", "timeout.fault.in-vain");
    for (uint32_t i = 0; i < FORMS * sizeof(scenarios) / sizeof(scenarios[0]); i++) {
        scenario = &scenarios[i / FORMS];
        form = i % FORMS;
        text_format(scenario_name, NAME_SIZE, "%s%s", form == IN_STRING ? "string-" : "", scenario->name);
        if (!case_selected(scenario_name))
            continue;
        scenario_run();
        boss_set_hook(NULL);
        tasks_delete();
    }
}

const struct program program = {.name = "pagefaults", .run = pagefaults_run};

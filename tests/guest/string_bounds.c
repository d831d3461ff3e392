/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a string is not transferred: more than the receiver has room for, more than 4 MB, memory that is no user's?
 *
 * Each row gives the dopes of both sides, how the message ends, and how much of each string came. */
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "bench/support/strings.h"
#include "kernel/memory/layout.h"

enum {
    BYTES = 64,
    GUARD = 0xEE,
    STRINGS = 2,
    MB_4 = 4 << 20,
    WORDS = 3,
    REST = 16,
    LOW_BYTE = 0xA5,
    SEND_DOPE = 0x5EED
};
enum { HUGE = 0x01002345, HUGE_END = HUGE + MB_4 + L4_PAGE_SIZE, LAST_BYTES = 16 };
#define USER_LAST    (USER_END - LAST_BYTES)
#define KERNEL       (KERNEL_LINEAR + 0x1000)
#define AT_SPACE_END (USER_END - 32) /* a structure with its words there has no room for a dope */

struct row {
    const char *name, *sentence;
    uint32_t sends, takes; /* dopes */
    struct {
        uint32_t address, size;
    } source[STRINGS], target[STRINGS];
    uint32_t more_dwords;      /* than the receiver takes */
    uint32_t buffer;           /* the receiver's structure, if it is elsewhere */
    bool cut;                  /* how the message ends */
    uint32_t came;             /* dopes of the receiver that are reached */
    uint32_t lengths[STRINGS]; /* of what they got */
};

static uint8_t outbox[BYTES], inbox[STRINGS * BYTES];
static struct {
    struct l4_message head;
    uint32_t rest[REST];
} out_message, in_message;

#define OUT     ((uint32_t)outbox)
#define IN      ((uint32_t)inbox)
#define IN_NEXT ((uint32_t)inbox + BYTES)
#define GOES_ON L4_STRING_CONTINUES

static const struct row rows[] = {
    {.name = "fits",
     .sentence = "a string that fits arrives",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .target = {{IN, BYTES}},
     .came = 1,
     .lengths = {BYTES}},
    {.name = "too-many",
     .sentence = "the string for which there is no dope is cut, the one before it arrives",
     .sends = 2,
     .takes = 1,
     .source = {{OUT, 24}, {OUT, BYTES}},
     .target = {{IN, BYTES}},
     .cut = true,
     .came = 1,
     .lengths = {24}},
    {.name = "none-taken",
     .sentence = "a receiver without dopes gets the dwords only",
     .sends = 1,
     .source = {{OUT, BYTES}},
     .cut = true},
    {.name = "too-long",
     .sentence = "what does not fit is cut",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .target = {{IN, 41}},
     .cut = true,
     .came = 1,
     .lengths = {41}},
    {.name = "after-too-long",
     .sentence = "after a string that is cut no other comes",
     .sends = 2,
     .takes = 2,
     .source = {{OUT, BYTES}, {OUT, 3}},
     .target = {{IN, 41}, {IN_NEXT, BYTES}},
     .cut = true,
     .came = 1,
     .lengths = {41}},
    {.name = "dwords-cut",
     .sentence = "after dwords that are cut no string comes",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .target = {{IN, BYTES}},
     .more_dwords = 4,
     .cut = true},
    {.name = "from-kernel",
     .sentence = "nothing comes from the kernel's memory",
     .sends = 1,
     .takes = 1,
     .source = {{KERNEL, BYTES}},
     .target = {{IN, BYTES}},
     .cut = true,
     .came = 1},
    {.name = "from-user-end",
     .sentence = "a string ends where the sender's memory ends",
     .sends = 1,
     .takes = 1,
     .source = {{USER_LAST, BYTES}},
     .target = {{IN, BYTES}},
     .cut = true,
     .came = 1,
     .lengths = {LAST_BYTES}},
    {.name = "from-everywhere",
     .sentence = "a string that wraps around is cut",
     .sends = 1,
     .takes = 1,
     .source = {{0u - 16, 0x7FFFFFFF}},
     .target = {{IN, BYTES}},
     .cut = true,
     .came = 1},
    {.name = "gather-kernel",
     .sentence = "the part before one in the kernel's memory arrives",
     .sends = 2,
     .takes = 1,
     .source = {{OUT, 24}, {KERNEL, BYTES | GOES_ON}},
     .target = {{IN, BYTES}},
     .cut = true,
     .came = 1,
     .lengths = {24}},
    {.name = "into-kernel",
     .sentence = "nothing goes into the kernel's memory",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .target = {{KERNEL, BYTES}},
     .cut = true,
     .came = 1},
    {.name = "into-window",
     .sentence = "nothing goes through the window by its address",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .target = {{WINDOW_AREA, BYTES}},
     .cut = true,
     .came = 1},
    {.name = "into-user-end",
     .sentence = "a string ends where the receiver's memory ends",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .target = {{USER_LAST, BYTES}},
     .cut = true,
     .came = 1,
     .lengths = {LAST_BYTES}},
    {.name = "scatter-kernel",
     .sentence = "a string does not go on in the kernel's memory",
     .sends = 1,
     .takes = 2,
     .source = {{OUT, BYTES}},
     .target = {{IN, 24}, {KERNEL, BYTES | GOES_ON}},
     .cut = true,
     .came = 2,
     .lengths = {24}},
    {.name = "dopes-beyond-end",
     .sentence = "dopes beyond the end of the receiver's memory do not count",
     .sends = 1,
     .takes = 1,
     .source = {{OUT, BYTES}},
     .buffer = AT_SPACE_END,
     .cut = true},
    {.name = "empty",
     .sentence = "an empty string may be anywhere",
     .sends = 1,
     .takes = 1,
     .source = {{KERNEL, 0}},
     .target = {{WINDOW_AREA, 0}},
     .came = 1},
    {.name = "4-mb",
     .sentence = "4 MB arrive",
     .sends = 1,
     .takes = 1,
     .source = {{HUGE, MB_4}},
     .target = {{HUGE + 3, MB_4}},
     .came = 1,
     .lengths = {MB_4}},
    {.name = "more-than-4-mb",
     .sentence = "what a dope names beyond 4 MB is cut",
     .sends = 1,
     .takes = 1,
     .source = {{HUGE, MB_4 + 1}},
     .target = {{HUGE + 3, MB_4 + 1}},
     .cut = true,
     .came = 1,
     .lengths = {MB_4}},
};

/* Set by the root task before it starts the children. */
static const struct row *row;

/* The root task's: what both tasks have at the end of their spaces, and at each page of the huge strings. */
static uint8_t shared_page[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));

static enum fault_answer shared_hook(const struct fault *fault, uint32_t *fpage)
{
    bool end = fault->address >= USER_END - L4_PAGE_SIZE && fault->address < USER_END;
    bool huge = fault->address >= l4_page_base(HUGE) && fault->address < HUGE_END;

    *fpage = l4_fpage((uint32_t)shared_page, L4_PAGE_BITS, L4_FPAGE_WRITE);
    return end || huge ? FAULT_MAP : FAULT_DEFAULT;
}

static void out_prepare(void)
{
    l4_message_init_strings(&out_message.head, WORDS + row->more_dwords, row->sends);
    for (uint32_t i = 0; i < row->sends; i++) {
        struct l4_string *string = &l4_message_strings(&out_message.head)[i];
        *string = (struct l4_string){.send_size = row->source[i].size, .send_address = row->source[i].address};
    }
    for (uint32_t i = 0; i < BYTES; i++)
        outbox[i] = (uint8_t)(i + 1);
}

static struct l4_message *in_prepare(void)
{
    struct l4_message *message = row->buffer ? (struct l4_message *)row->buffer : &in_message.head;

    l4_message_init_strings(message, WORDS, row->takes);
    message->size_dope |= LOW_BYTE;
    message->send_dope = SEND_DOPE;
    for (uint32_t i = 0; i < row->takes && !row->buffer; i++) {
        struct l4_string *string = &l4_message_strings(message)[i];
        *string = (struct l4_string){.receive_size = row->target[i].size, .receive_address = row->target[i].address};
    }
    memset(inbox, GUARD, sizeof(inbox));
    return message;
}

static bool lengths_right(void)
{
    const struct l4_string *strings = l4_message_strings(&in_message.head);
    bool ok = true;

    for (uint32_t i = 0; i < row->came; i++) {
        uint32_t goes_on = row->target[i].size & L4_STRING_CONTINUES;
        ok = ok && strings[i].send_size == (row->lengths[i] | goes_on);
        ok = ok && strings[i].send_address == row->target[i].address;
    }
    return ok;
}

/* The first parts of the box hold what came, if it came from `outbox`; the rest is untouched. */
static bool inbox_right(void)
{
    bool ok = true;

    for (uint32_t i = 0; i < sizeof(inbox); i++) {
        bool filled = row->target[0].address == IN && row->source[0].address == OUT && i < row->lengths[0];
        bool foreign = row->source[0].address != OUT && i < row->lengths[0];
        ok = ok && (foreign || inbox[i] == (filled ? i + 1 : GUARD));
    }
    return ok;
}

/* Receives the message, then answers a question of the client: did all come as it should, and did the rest not? */
static void receiver_main(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t sender;

    (void)unused;
    uint32_t result = boss_report_and_wait(EVENT_READY, &sender, l4_long(in_prepare()), &words);
    uint32_t dope_right = l4_error(result) == (row->cut ? L4_CUT : L4_OK) && l4_strings(result) == row->came &&
                          l4_dwords(result) == WORDS;
    uint32_t contents_right =
        lengths_right() && inbox_right() && (row->buffer || in_message.head.send_dope == SEND_DOPE);
    l4_message_init(&in_message.head, 0);
    l4_ipc_wait(&sender, l4_short(&in_message.head), &words, 0);
    words = (struct l4_words){dope_right, contents_right, 0};
    l4_ipc_send(sender, l4_short(&in_message.head), &words, 0);
    thread_stop();
}

static void sender_run(l4_id_t receiver)
{
    struct l4_words words = {0};

    out_prepare();
    uint32_t result = l4_ipc_send(receiver, l4_long(&out_message.head), &words, 0);
    l4_message_init(&out_message.head, 0);
    l4_ipc_call(receiver, l4_short(&out_message.head), l4_short(&out_message.head), &words, 0);
    check(row->name, l4_error(result) == (row->cut ? L4_CUT | L4_IN_SEND : L4_OK) && words.w0, row->sentence);
    check(row->name, words.w1, "the dopes tell what came, and nothing else changed");
}

static void string_bounds_run(void)
{
    struct test test = {.run = sender_run, .helper = receiver_main, .hook = shared_hook};

    covers("too-many", "ipc.cc.cut.string-count ipc.cc.cut.send ipc.cc.cut.receive");
    covers("too-long", "ipc.cc.cut.string-size");
    covers("4-mb", "message.string-largest");
    covers("fits", "message.send-dope.not-written message.size-dope.low-byte");
    pages_touch_for_writing(shared_page, sizeof(shared_page)); /* only what the root task has can be mapped */
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        row = &rows[i];
        test.name = row->name;
        tests_run(&test, 1);
    }
}

const struct program program = {.name = "string_bounds", .run = string_bounds_run};

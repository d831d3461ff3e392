/* SPDX-License-Identifier: BSD-2-Clause */
/* Do map messages and fpage_unmap share and take back exactly what they name?
 *
 * The helper holds a window in its arena. Where nothing is mapped there, its pager gives it a page of its own, of
 * zeros: so what it reads tells whether it sees the test's page. */
#include "bench/support/selftest.h"

enum { SHARED = ARENA_START, WINDOW = ARENA_MIDDLE, WINDOW_BITS = 14, PAGE_VALUE = 0x5A6E0000 };
enum command { READ = 1, WRITE };
/* A touch of the signal page asks the root task, whose pages they all are, to take SHARED back. */
enum { SIGNAL_PAGE = SHARED + 9 * L4_PAGE_SIZE, OTHER_PAGE = SHARED + 10 * L4_PAGE_SIZE };
enum { PATIENCE_MS = 20 };

static struct l4_message box;

static volatile uint32_t *page_word(uint32_t area, uint32_t page)
{
    return (volatile uint32_t *)(area + page * L4_PAGE_SIZE);
}

/* More than three words, so that a message may have several pairs. */
static struct {
    struct l4_message head;
    uint32_t rest[5];
} long_box;

/* Obeys {command, page, value} in its window and takes in whatever is mapped there; replies the word it read, and
 * whether pages came. */
static void window_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    box.receive_fpage = l4_fpage(WINDOW, WINDOW_BITS, 0);
    uint32_t result = boss_report_and_wait(EVENT_READY, &partner, l4_map(&box), &words);
    for (;;) {
        bool pages_came = result & L4_FPAGES_RECEIVED;
        if (!pages_came && words.w0 == WRITE)
            *page_word(WINDOW, words.w1) = words.w2;
        words = (struct l4_words){0, pages_came, pages_came ? 0 : *page_word(WINDOW, words.w1)};
        result = l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_map(&box), &words, l4_timeouts(0, L4_FOREVER));
    }
}

/* The helper's answer to a command, ~0 if none came in time. */
static uint32_t told(l4_id_t helper, enum command command, uint32_t page, uint32_t value)
{
    struct l4_words words = {command, page, value};
    uint32_t result =
        l4_ipc_call(helper, l4_short(&box), l4_short(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));

    return l4_error(result) ? 0xFFFFFFFF : words.w2;
}

/* Maps `fpage` to the helper with this hot-spot; whether the helper says that pages came. */
static bool map(l4_id_t helper, uint32_t hot_spot, uint32_t fpage)
{
    struct l4_words words = {hot_spot, fpage, 0};
    uint32_t result = l4_ipc_call(helper, l4_map(&box), l4_short(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));

    return !l4_error(result) && words.w1;
}

static void pages_prepare(void)
{
    l4_message_init(&box, 0);
    for (uint32_t page = 0; page < 8; page++)
        *page_word(SHARED, page) = PAGE_VALUE + page;
}

static void map_writable(l4_id_t helper)
{
    covers("map-writable",
           "fpage.write map.window.buffer map.first-pair ipc.send.map ipc.cc.fpages message.receive-fpage");
    pages_prepare();
    check("map-writable", map(helper, 0, l4_fpage(SHARED, L4_PAGE_BITS, L4_FPAGE_WRITE)), "a page is mapped");
    check("map-writable", told(helper, READ, 0, 0) == PAGE_VALUE, "the receiver sees its contents");
    told(helper, WRITE, 0, 99);
    check("map-writable", *page_word(SHARED, 0) == 99, "and the mapper sees what the receiver writes");
}

/* A write by the helper is refused by its pager, so the helper does not answer. */
static enum fault_answer refuse_helpers_write(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    return fault->write && l4_page_base(fault->address) == WINDOW ? FAULT_REFUSE : FAULT_DEFAULT;
}

static void map_read_only(l4_id_t helper)
{
    covers("map-read-only", "fpage.write");
    pages_prepare();
    check("map-read-only", map(helper, 0, l4_fpage(SHARED, L4_PAGE_BITS, 0)), "a page is mapped read-only");
    check("map-read-only", told(helper, READ, 0, 0) == PAGE_VALUE, "the receiver can read it");
    check("map-read-only", told(helper, WRITE, 0, 99) == 0xFFFFFFFF, "a write faults");
    check("map-read-only", *page_word(SHARED, 0) == PAGE_VALUE, "and the page is unchanged");
}

static void hot_spots(l4_id_t helper)
{
    bool ok;

    covers("hot-spots",
           "map.window.descriptor ipc.receive.window map.smaller map.larger fpage.size fpage.base map.pair");
    pages_prepare();
    map(helper, 2 * L4_PAGE_SIZE, l4_fpage(SHARED + L4_PAGE_SIZE, L4_PAGE_BITS, L4_FPAGE_WRITE));
    check("hot-spots", told(helper, READ, 2, 0) == PAGE_VALUE + 1, "the hot-spot places a page in a larger window");
    map(helper, 4 * L4_PAGE_SIZE, l4_fpage(SHARED, WINDOW_BITS + 1, L4_FPAGE_WRITE));
    ok = true;
    for (uint32_t page = 0; page < 4; page++)
        ok = ok && (page == 2 || told(helper, READ, page, 0) == PAGE_VALUE + 4 + page);
    check("hot-spots", ok, "the hot-spot selects the part of a larger fpage that fills the window");
}

static void unmap(l4_id_t helper)
{
    uint32_t page = l4_fpage(SHARED, L4_PAGE_BITS, 0);

    covers("unmap", "unmap.others");
    pages_prepare();
    map(helper, 0, page | L4_FPAGE_WRITE);
    check("unmap", told(helper, READ, 0, 0) == PAGE_VALUE, "the receiver sees the page");
    l4_fpage_unmap(page, L4_UNMAP_ALL);
    check("unmap", told(helper, READ, 0, 0) == 0, "after the unmap it does not");
    check("unmap", *page_word(SHARED, 0) == PAGE_VALUE, "the mapper still does");
}

static void unmap_writes(l4_id_t helper)
{
    uint32_t page = l4_fpage(SHARED, L4_PAGE_BITS, 0);

    covers("unmap-writes", "unmap.read-only");
    pages_prepare();
    map(helper, 0, page | L4_FPAGE_WRITE);
    told(helper, WRITE, 0, 1);
    l4_fpage_unmap(page, L4_UNMAP_WRITE);
    check("unmap-writes", told(helper, READ, 0, 0) == 1, "the receiver can still read");
    check("unmap-writes", told(helper, WRITE, 0, 2) == 0xFFFFFFFF, "a write faults");
    check("unmap-writes", *page_word(SHARED, 0) == 1, "and the page is unchanged");
}

static void grant(l4_id_t helper)
{
    covers("grant", "fpage.grant");
    pages_prepare();
    check("grant", map(helper, 0, l4_fpage(SHARED, L4_PAGE_BITS, L4_FPAGE_WRITE | L4_FPAGE_GRANT)),
          "a page is granted");
    check("grant", told(helper, READ, 0, 0) == PAGE_VALUE, "the receiver has it");
    l4_fpage_unmap(l4_fpage(SHARED, L4_PAGE_BITS, 0), L4_UNMAP_ALL | L4_UNMAP_OWN);
    check("grant", told(helper, READ, 0, 0) == PAGE_VALUE, "and its giver cannot take it back");
}

/* The first fault of the test at SHARED gets its page; later ones get another, of zeros: so a read tells whether the
 * test's own page was taken, and a write to a page that can only be read goes elsewhere. */
static bool shared_seen;

static enum fault_answer losing_hook(const struct fault *fault, uint32_t *fpage)
{
    uint32_t page = l4_page_base(fault->address);
    bool of_test = l4_task_number(fault->thread) == TEST_TASK;

    if (of_test && page == SIGNAL_PAGE)
        l4_fpage_unmap(l4_fpage((uint32_t)task_frame(TEST_TASK, SHARED), L4_PAGE_BITS, 0), L4_UNMAP_ALL);
    if (of_test && page == SHARED) {
        uint32_t shown = shared_seen ? OTHER_PAGE : SHARED;
        shared_seen = true;
        *fpage = l4_fpage((uint32_t)task_frame(TEST_TASK, shown), L4_PAGE_BITS, L4_FPAGE_WRITE);
        return FAULT_MAP;
    }
    return refuse_helpers_write(fault, fpage);
}

static void flush(l4_id_t helper)
{
    uint32_t page = l4_fpage(SHARED, L4_PAGE_BITS, 0);

    covers("flush", "unmap.flush unmap.rights-ignored");
    pages_prepare();
    map(helper, 0, page | L4_FPAGE_WRITE);
    l4_fpage_unmap(page | L4_FPAGE_WRITE | L4_FPAGE_GRANT, L4_UNMAP_ALL | L4_UNMAP_OWN);
    check("flush", told(helper, READ, 0, 0) == 0, "after a flush the receiver does not see the page");
    check("flush", *page_word(SHARED, 0) == 0, "nor does the mapper; rights in the fpage mean nothing");
}

static void read_only_everywhere(l4_id_t helper)
{
    uint32_t page = l4_fpage(SHARED, L4_PAGE_BITS, 0);

    covers("read-only-everywhere", "unmap.read-only-own");
    pages_prepare();
    page_word(SHARED, 0)[1] = 1;
    map(helper, 0, page | L4_FPAGE_WRITE);
    l4_fpage_unmap(page, L4_UNMAP_WRITE | L4_UNMAP_OWN);
    check("read-only-everywhere", *page_word(SHARED, 0) == PAGE_VALUE && told(helper, READ, 0, 0) == PAGE_VALUE,
          "both can still read");
    check("read-only-everywhere", told(helper, WRITE, 0, 1) == 0xFFFFFFFF, "the receiver's write faults");
    *page_word(SHARED, 0) = 99;
    check("read-only-everywhere", page_word(SHARED, 0)[1] == 0,
          "and so does the mapper's own, which gets another page");
}

static void indirect(l4_id_t helper)
{
    covers("indirect", "unmap.indirect unmap.others");
    pages_prepare();
    map(helper, 0, l4_fpage(SHARED, L4_PAGE_BITS, L4_FPAGE_WRITE));
    (void)*page_word(SIGNAL_PAGE, 0);
    check("indirect", *page_word(SHARED, 0) == 0, "who had the page from the caller loses it");
    check("indirect", told(helper, READ, 0, 0) == 0, "and so does who had it from there");
}

static void partial(l4_id_t helper)
{
    covers("partial", "unmap.partial");
    pages_prepare();
    map(helper, 0, l4_fpage(SHARED, L4_PAGE_BITS + 1, L4_FPAGE_WRITE));
    l4_fpage_unmap(l4_fpage(SHARED + L4_PAGE_SIZE, L4_PAGE_BITS, 0), L4_UNMAP_ALL);
    check("partial", told(helper, READ, 0, 0) == PAGE_VALUE && told(helper, READ, 1, 0) == 0,
          "of two pages mapped at once the named one is taken");
}

static void pair_set(uint32_t pair, uint32_t hot_spot, uint32_t fpage)
{
    uint32_t *dwords = l4_message_dwords(&long_box.head);

    dwords[2 * pair] = hot_spot;
    dwords[2 * pair + 1] = fpage;
}

/* Of the window of buffer_helper. */
static uint32_t window_bit_0;

/* As window_helper's, but takes the message into a buffer of which the first word is the window. */
static void buffer_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&long_box.head, 8);
    l4_message_init(&box, 0);
    long_box.head.receive_fpage = l4_fpage(WINDOW, WINDOW_BITS, window_bit_0);
    uint32_t result = boss_report_and_wait(EVENT_READY, &partner, l4_long(&long_box.head), &words);
    for (;;) {
        words = (struct l4_words){words.w0, result, words.w0 == READ ? *page_word(WINDOW, words.w1) : 0};
        result = l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_long(&long_box.head), &words,
                                       l4_timeouts(0, L4_FOREVER));
    }
}

static void several_pairs(l4_id_t helper)
{
    struct l4_part send = {&long_box.head, L4_LONG | L4_MAP};
    struct l4_words words = {0, l4_fpage(SHARED, L4_PAGE_BITS, 0), L4_PAGE_SIZE};

    covers("several-pairs", "map.several map.window.buffer ipc.send.map.first-invalid ipc.send.map.end ipc.cc.fpages");
    pages_prepare();
    l4_message_init(&long_box.head, 8);
    pair_set(1, L4_PAGE_SIZE, l4_fpage(SHARED + L4_PAGE_SIZE, L4_PAGE_BITS, 0));
    pair_set(2, 0, 0);
    pair_set(3, 2 * L4_PAGE_SIZE, l4_fpage(SHARED + 2 * L4_PAGE_SIZE, L4_PAGE_BITS, 0));
    uint32_t result = l4_ipc_call(helper, send, l4_short(&box), &words, 0);
    check("several-pairs", l4_error(result) == L4_OK && l4_dwords(words.w1) == 8 && (words.w1 & L4_FPAGES_RECEIVED),
          "a message with pairs arrives with all its words, and says that pages came");
    check("several-pairs", told(helper, READ, 0, 0) == PAGE_VALUE && told(helper, READ, 1, 0) == PAGE_VALUE + 1,
          "each pair maps its page");
    check("several-pairs", told(helper, READ, 2, 0) == 0, "but none after the first invalid fpage");
    l4_message_init(&long_box.head, 5);
    words = (struct l4_words){3 * L4_PAGE_SIZE, l4_fpage(SHARED, L4_PAGE_BITS, 0), 0};
    pair_set(2, 2 * L4_PAGE_SIZE, l4_fpage(SHARED, L4_PAGE_BITS, 0));
    l4_ipc_call(helper, send, l4_short(&box), &words, 0);
    check("several-pairs", told(helper, READ, 3, 0) == PAGE_VALUE && told(helper, READ, 2, 0) == 0,
          "nor one that the message's end cuts off");
}

static void bit_0_helper(uint32_t unused)
{
    window_bit_0 = 1;
    buffer_helper(unused);
}

static void receive_bit_0(l4_id_t helper)
{
    struct l4_words words = {L4_PAGE_SIZE, l4_fpage(SHARED, L4_PAGE_BITS, 0), 0};

    covers("receive-bit-0", "fpage.receive-bit-0");
    pages_prepare();
    uint32_t result = l4_ipc_call(helper, l4_map(&box), l4_short(&box), &words, 0);
    check("receive-bit-0", l4_error(result) == L4_OK && (words.w1 & L4_FPAGES_RECEIVED),
          "a window with bit 0 set takes pages");
    check("receive-bit-0", told(helper, READ, 1, 0) == PAGE_VALUE, "where the hot spot places them");
    l4_fpage_unmap(l4_fpage(SHARED, L4_PAGE_BITS, 0), L4_UNMAP_ALL);
    check("receive-bit-0", told(helper, READ, 1, 0) == 0, "mapped, not granted");
}

/* 4 MB of main memory that the root task has from sigma0 in part: first page, one in the middle, last page. */
enum { LARGE_BITS = 22, LARGE_BYTES = 1 << LARGE_BITS, LARGE_SOURCE = 0x02800000, LARGE_TARGET = 0x10000000 };
enum { LARGE_MIDDLE = LARGE_BYTES / 2, LARGE_LAST = LARGE_BYTES - L4_PAGE_SIZE, LARGE_ABSENT = L4_PAGE_SIZE };
static uint32_t large_faults;

static enum fault_answer large_hook(const struct fault *fault, uint32_t *fpage)
{
    if (fault->address < LARGE_TARGET)
        return FAULT_DEFAULT;
    *fpage = l4_fpage(LARGE_SOURCE, LARGE_BITS, L4_FPAGE_WRITE);
    return ++large_faults == 1 ? FAULT_MAP : FAULT_REFUSE;
}

static void large_reader(uint32_t unused)
{
    volatile uint32_t *first = page_word(LARGE_TARGET, 0), *middle = page_word(LARGE_TARGET + LARGE_MIDDLE, 0);

    (void)unused;
    *middle += *first + *page_word(LARGE_TARGET + LARGE_LAST, 0);
    boss_call(EVENT_READY, *middle, 0);
    (void)*page_word(LARGE_TARGET + LARGE_ABSENT, 0);
    boss_call(EVENT_DONE, 0, 0);
}

static void superpage(void)
{
    struct event event;

    covers("superpage", "fpage.superpage");
    large_faults = 0;
    *page_word(LARGE_SOURCE, 0) = 1;
    *page_word(LARGE_SOURCE + LARGE_MIDDLE, 0) = 10;
    *page_word(LARGE_SOURCE + LARGE_LAST, 0) = 100;
    boss_set_hook(large_hook);
    l4_id_t id = task_start(TEST_TASK, large_reader, 0);
    bool came = boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    check("superpage",
          came && event.words.w1 == 111 && large_faults == 1 && *page_word(LARGE_SOURCE + LARGE_MIDDLE, 0) == 111,
          "one fpage of 4 MB maps all pages that there are within it");
    boss_reply(id, (struct l4_words){0});
    check("superpage", !boss_wait_for(EVENT_DONE, &event, PATIENCE_MS) && large_faults == 2, "and no others");
}

static volatile uint32_t noted_result, noted_word;

/* Receives pages from a thread of its own task. */
static void same_task_thread(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t from;

    (void)unused;
    l4_message_init(&long_box.head, 0);
    long_box.head.receive_fpage = l4_fpage(WINDOW, WINDOW_BITS, 0);
    noted_result = l4_ipc_wait(&from, l4_map(&long_box.head), &words, 0);
    noted_word = words.w0;
    thread_stop();
}

static void same_task(l4_id_t helper)
{
    struct l4_words words = {L4_PAGE_SIZE, l4_fpage(SHARED, L4_PAGE_BITS, 0), 0};

    (void)helper;
    covers("same-task", "map.same-task");
    pages_prepare();
    l4_id_t receiver = thread_start(1, same_task_thread, 0);
    l4_ipc_send(receiver, l4_map(&box), &words, 0);
    thread_sleep(2);
    check("same-task", l4_error(noted_result) == L4_OK && noted_word == L4_PAGE_SIZE, "within a task the words arrive");
    check("same-task", *page_word(WINDOW, 1) == 0, "and nothing is mapped");
}

static const struct test tests[] = {
    {.name = "map-writable", .run = map_writable, .helper = window_helper},
    {.name = "map-read-only", .run = map_read_only, .helper = window_helper, .hook = refuse_helpers_write},
    {.name = "hot-spots", .run = hot_spots, .helper = window_helper},
    {.name = "unmap", .run = unmap, .helper = window_helper},
    {.name = "unmap-writes", .run = unmap_writes, .helper = window_helper, .hook = refuse_helpers_write},
    {.name = "grant", .run = grant, .helper = window_helper},
    {.name = "partial", .run = partial, .helper = window_helper},
    {.name = "several-pairs", .run = several_pairs, .helper = buffer_helper},
    {.name = "receive-bit-0", .run = receive_bit_0, .helper = bit_0_helper},
    {.name = "same-task", .run = same_task},
    {.name = "flush", .run = flush, .helper = window_helper, .hook = losing_hook},
    {.name = "read-only-everywhere", .run = read_only_everywhere, .helper = window_helper, .hook = losing_hook},
    {.name = "indirect", .run = indirect, .helper = window_helper, .hook = losing_hook},
};

static const struct root_test root_tests[] = {{"superpage", superpage}};

static void mapping_run(void)
{
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
    for (uint32_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        shared_seen = false;
        tests_run(&tests[i], 1);
    }
}

const struct program program = {.name = "mapping", .run = mapping_run};

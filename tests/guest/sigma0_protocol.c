/* SPDX-License-Identifier: BSD-2-Clause */
/* Does sigma0 give each page once, to whoever asked first, and answer as the interface says? */
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum { WINDOW = 0x01000000, SOME_FRAME = 0x03000000, OTHER_FRAME = 0x03001000, VGA_FRAME = 0x000B8000 };
/* Of 64 MB, the last MB but one: the kernel takes the last eighth when it begins. */
enum { KERNELS_FRAME = 0x03E00000 };
enum { KERNEL_INFO_PAGE_MAGIC = 0x4BE6344C, SUPERPAGE_OFFSET = 0x40000000 };
/* Of the 64 MB that the machines have. */
enum { BEYOND_MEMORY = 0x08000000 };
static const uint32_t FREE_PAGE = 0xFFFFFFFC, DENIED = 0;

/* Asks with w0 and w1 for one page at WINDOW + slot pages; the answer is in *words. True if a page came. */
static bool ask(uint32_t w0, uint32_t w1, uint32_t slot, struct l4_words *words)
{
    struct l4_message message;

    l4_message_init(&message, 0);
    message.receive_fpage = l4_fpage(WINDOW + slot * L4_PAGE_SIZE, L4_PAGE_BITS, 0);
    *words = (struct l4_words){w0, w1, 0};
    uint32_t result = l4_ipc_call(L4_SIGMA0, l4_short(&message), l4_map(&message), words, 0);
    return l4_error(result) == L4_OK && (result & L4_FPAGES_RECEIVED);
}

static bool refused(uint32_t w0, uint32_t w1)
{
    struct l4_words words;

    return !ask(w0, w1, 0, &words) && words.w0 == DENIED;
}

static volatile uint32_t *slot(uint32_t number)
{
    return (volatile uint32_t *)(WINDOW + number * L4_PAGE_SIZE);
}

static void free_pages(l4_id_t helper)
{
    struct l4_words first, second;

    (void)helper;
    covers("free-pages", "sigma0.free-page sigma0.once");
    bool came = ask(FREE_PAGE, 0, 0, &first) && ask(FREE_PAGE, 0, 1, &second);
    check("free-pages", came && l4_page_base(first.w1) != l4_page_base(second.w1), "two requests give two pages");
    *slot(0) = 1;
    *slot(1) = 2;
    check("free-pages", *slot(0) == 1 && *slot(1) == 2, "both are writable and apart");
}

static void named_pages(l4_id_t helper)
{
    struct l4_words words;

    (void)helper;
    covers("named-pages", "sigma0.page sigma0.again sigma0.page.fault sigma0.dedicated");
    check("named-pages", ask(SOME_FRAME, 0, 0, &words) && l4_page_base(words.w1) == SOME_FRAME,
          "a page of main memory is given by its address");
    *slot(0) = 0x5161A000;
    check("named-pages", ask(SOME_FRAME | 2, 0, 1, &words), "the same task may ask again, as for a write fault");
    check("named-pages", *slot(1) == 0x5161A000, "and gets the same page");
    check("named-pages", ask(VGA_FRAME, 0, 2, &words), "dedicated memory is given by its address");
}

static void others_pages(l4_id_t helper)
{
    (void)helper;
    covers("others-pages", "sigma0.denied");
    check("others-pages", refused(BEYOND_MEMORY, 0), "an address at which there is no memory is refused");
    check("others-pages", refused((uint32_t)image_start, 0), "the root task's image is refused");
    check("others-pages", refused(0x00200000, 0), "sigma0's own image is refused");
    check("others-pages", refused(0x00100000, 0), "the kernel's image is refused");
    check("others-pages", refused(KERNELS_FRAME, 0), "a page that the kernel got from sigma0 is refused");
}

/* Takes a page and reports it. */
static void taking_helper(uint32_t unused)
{
    struct l4_words words;
    l4_id_t from;
    struct l4_message box;

    (void)unused;
    l4_message_init(&box, 0);
    ask(OTHER_FRAME, 0, 0, &words);
    boss_report_and_wait(EVENT_READY, &from, l4_short(&box), &words);
    thread_stop();
}

static void taken_pages(l4_id_t helper)
{
    (void)helper;
    covers("taken-pages", "sigma0.once");
    check("taken-pages", refused(OTHER_FRAME, 0), "a page that another task took first is refused");
}

static void kernel_thread(l4_id_t helper)
{
    const l4_id_t kernel = 0x00000400;
    struct l4_words words = {0};
    struct l4_message message;

    (void)helper;
    l4_message_init(&message, 0);
    covers("kernel-thread", "start.kernel-id");
    check("kernel-thread", l4_error(l4_ipc_send(kernel, l4_short(&message), &words, 0)) == L4_NOT_EXISTING,
          "the kernel's thread, which sigma0 knows, is nobody else's partner");
    check("kernel-thread", l4_thread_schedule(kernel, L4_SCHEDULE_UNCHANGED) == L4_SCHEDULE_UNCHANGED,
          "nor can it be scheduled");
}

static void superpages(l4_id_t helper)
{
    struct l4_words words;
    const uint32_t one_page = L4_PAGE_BITS << 2, frame = 0x02800000;

    (void)helper;
    covers("superpages", "sigma0.superpage sigma0.superpage.extension");
    check("superpages", ask(frame + SUPERPAGE_OFFSET, 0, 0, &words) && (words.w1 & 0xFC) == one_page,
          "a superpage request is answered with its first 4 KB");
    check("superpages", ask(frame | 1, 22 << 2, 1, &words) && (words.w1 & 0xFC) == one_page, "in either form");
}

/* Takes the kernel info page, then tells whether it came. */
static void informed_helper(uint32_t unused)
{
    struct l4_words words;
    struct l4_message box;
    l4_id_t from;

    (void)unused;
    l4_message_init(&box, 0);
    bool came = ask(1, 1, 0, &words);
    boss_report_and_wait(EVENT_READY, &from, l4_short(&box), &words);
    words.w0 = came && *slot(0) == KERNEL_INFO_PAGE_MAGIC;
    l4_ipc_send(from, l4_short(&box), &words, 0);
    thread_stop();
}

static void info_page(l4_id_t helper)
{
    struct l4_message box;
    struct l4_words words;

    covers("info-page", "sigma0.info-page sigma0.info-page.many sigma0.kernel-pages info.magic start.sigma0.eax");
    l4_message_init(&box, 0);
    bool came = ask(1, 1, 0, &words);
    check("info-page", came && *slot(0) == KERNEL_INFO_PAGE_MAGIC && !(words.w1 & L4_FPAGE_WRITE),
          "the kernel info page is mapped read-only");
    check("info-page", ask(1, 1, 1, &words) && *slot(1) == KERNEL_INFO_PAGE_MAGIC, "as often as a task asks for it");
    l4_ipc_call(helper, l4_short(&box), l4_short(&box), &words, 0);
    check("info-page", words.w0 == 1, "and to several tasks: sigma0 was told its address in EAX");
    check("info-page", refused(1, 0), "how many pages a kernel should take is told to a kernel only");
    check("info-page", refused(1, 0x77), "an unknown request is refused");
    check("info-page", refused(0xD0000000, 0), "an address beyond all requests is refused");
}

/* sigma0 answers into a page that is not there, where the words travel in memory: the fault is the asking task's,
 * though sigma0 runs. It does not wait long: the asking task's pager may itself need sigma0. */
static void absent_buffer(l4_id_t helper)
{
    struct l4_message *inbox = (struct l4_message *)(ARENA_START + L4_PAGE_SIZE - offsetof(struct l4_message, word));
    struct l4_message outbox;
    struct l4_words words = {1, 0x77, 0};

    (void)helper;
    covers("absent-buffer", "start.sigma0.faults fault.eip.copy");
    l4_message_init(inbox, 0);
    l4_message_init(&outbox, 0);
    uint32_t result = l4_ipc_call(L4_SIGMA0, l4_short(&outbox), l4_short(inbox), &words, 0);
    check("absent-buffer", l4_error(result) == L4_OK || l4_error(result) == L4_SEND_FAULT_TIMEOUT,
          "sigma0's answer arrives there, or not in time");
    check("absent-buffer", refused(1, 0x77), "and sigma0 goes on");
}

static const struct test tests[] = {
    {.name = "absent-buffer", .run = absent_buffer},
    {.name = "free-pages", .run = free_pages},
    {.name = "named-pages", .run = named_pages},
    {.name = "others-pages", .run = others_pages},
    {.name = "taken-pages", .run = taken_pages, .helper = taking_helper},
    {.name = "kernel-thread", .run = kernel_thread},
    {.name = "superpages", .run = superpages},
    {.name = "info-page", .run = info_page, .helper = informed_helper},
};

static void sigma0_protocol_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "sigma0_protocol", .run = sigma0_protocol_run};

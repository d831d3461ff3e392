/* SPDX-License-Identifier: BSD-2-Clause */
/* In which state does the root task begin, and what does the kernel info page say? This program brings its own first
 * instructions, which store every register before they go on as others do. */
#include "bench/support/info_page.h"
#include "bench/support/memory.h"
#include "bench/support/options.h"
#include "bench/support/selftest.h"

enum { MAGIC = 0x4BE6344C, INFO_VERSION = 3, STRINGS_UNIT = 16 };
enum { FLAG_DIRECTION = 1 << 10, FLAG_INTERRUPTS = 1 << 9, IOPL_SHIFT = 12, USER_MEGABYTES = 3 << 10 };
enum { HAS_MODULES = 1 << 3, MODULES = 2 };

/* In the order in which the first instructions push them. */
struct first_state {
    uint32_t ds, es, fs, gs, ss, cs, eflags, esp, ebx, eax;
};

/* Words of the kernel info page. */
enum info_word {
    INFO_MAGIC = 0,
    INFO_VERSIONS = 2,
    SIGMA0_START = 0x20 / 4,
    ROOT_START = 0x40 / 4,
    MAIN_MEMORY = 0x60 / 4,
    RESERVED_0 = 0x68 / 4,
    RESERVED_1 = 0x70 / 4,
    DEDICATED_0 = 0x78 / 4,
    DEDICATED_END = 0xA0 / 4,
    CLOCK = 0xA0 / 4,
};
enum start_word { START_ESP, START_EIP, START_BEGIN, START_END };

uint32_t first_stack[1024];
struct first_state first_state;
extern uint8_t _start[];

__asm__(".section .text.start, \"ax\"\n\t"
        ".globl _start\n"
        "_start:\n\t"
        "movl   %esp, first_state+28\n\t"
        "movl   $first_state+40, %esp\n\t"
        "pushl  %eax\n\t"
        "pushl  %ebx\n\t"
        "subl   $4, %esp\n\t"
        "pushfl\n\t"
        "pushl  %cs\n\t"
        "pushl  %ss\n\t"
        "pushl  %gs\n\t"
        "pushl  %fs\n\t"
        "pushl  %es\n\t"
        "pushl  %ds\n\t"
        "movl   $first_stack+4096, %esp\n\t"
        "pushl  %ebx\n\t"
        "pushl  %eax\n\t"
        "call   program_start\n\t"
        ".previous");
_Static_assert(offsetof(struct first_state, esp) == 28 && sizeof(struct first_state) == 40, "the first instructions");

static const uint32_t *info(void)
{
    info_page_map();
    return (const uint32_t *)INFO_PAGE;
}

static void root_registers(void)
{
    covers("root-registers", "start.root.eax start.root.ebx start.root.modules start.root.esp-eip");
    check("root-registers", first_state.eax == MULTIBOOT_MAGIC, "EAX is what a multiboot loader gives");
    const uint32_t *multiboot = (const uint32_t *)first_state.ebx;
    check("root-registers", (multiboot[0] & HAS_MODULES) && multiboot[5] == MODULES,
          "EBX leads to the multiboot information, which knows two modules");
    const uint32_t *start = info() + ROOT_START;
    check("root-registers", first_state.esp == start[START_ESP] && (uint32_t)_start == start[START_EIP],
          "ESP and EIP are those of the kernel info page");
}

/* The segment's last byte. */
static uint32_t limit_of(uint32_t selector)
{
    uint32_t limit = 0;

    __asm__("lsl %1, %0" : "+r"(limit) : "r"(selector) : "cc");
    return limit;
}

static void root_flags(void)
{
    const struct first_state *at = &first_state;

    covers("root-flags", "start.segments start.eflags start.iopl segment.flat space.user-size");
    check("root-flags", (at->eflags & FLAG_INTERRUPTS) && !(at->eflags & FLAG_DIRECTION),
          "interrupts are enabled, the direction flag is clear");
    check("root-flags", (at->eflags >> IOPL_SHIFT & 3) == 0, "no ports without an IO fpage");
    bool same = at->ds == at->es && at->es == at->fs && at->fs == at->gs && at->gs == at->ss;
    check("root-flags",
          same && limit_of(at->ds) >> 20 >= USER_MEGABYTES - 1 && limit_of(at->cs) >> 20 >= USER_MEGABYTES - 1,
          "segments are flat over 3 GB at least");
    check("root-flags", *(const volatile uint32_t *)&first_state == at->ds, "and begin at 0, as the image is linked");
}

static void first_ids(void)
{
    struct l4_message message;
    struct l4_words words = {1, 0x77, 0};

    covers("first-ids", "start.root.id start.sigma0.id start.root.pager id.well-known id.task-id");
    check("first-ids", l4_myself() == 0x04040001, "the root task's lthread 0 is 04040001");
    l4_message_init(&message, 0);
    check("first-ids", l4_error(l4_ipc_call(0x04020001, l4_short(&message), l4_short(&message), &words, 0)) == L4_OK,
          "sigma0 answers at 04020001");
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED, pager = L4_INVALID_ID, preempter = L4_INVALID_ID, lthread = 0;
    __asm__ volatile("int $0x35"
                     : "+a"(lthread), "+b"(preempter), "+c"(esp), "+d"(eip), "+S"(pager)
                     :
                     : "edi", "ebp", "memory");
    check("first-ids", pager == 0x04020001, "sigma0 is the root task's pager");
}

static bool region_fits(const uint32_t *region)
{
    return region[0] % L4_PAGE_SIZE == 0 && region[1] % L4_PAGE_SIZE == 0 && (region[1] == 0 || region[0] < region[1]);
}

static bool within(const uint32_t *inner, const uint32_t *outer)
{
    return inner[0] >= outer[0] && inner[1] <= outer[1] && inner[0] < inner[1];
}

static void info_page_contents(void)
{
    const uint32_t *page = info();
    bool fit = true;

    covers("info-page-contents", "info.magic info.version info.regions info.start start.sigma0.stack");
    check("info-page-contents", page[INFO_MAGIC] == MAGIC, "the magic word");
    const uint8_t *strings = (const uint8_t *)page + (page[INFO_VERSIONS] & 0xFF) * STRINGS_UNIT;
    check("info-page-contents",
          (page[INFO_VERSIONS] >> 8 & 0xFF) == INFO_VERSION && strings[0] == 'L' && strings[1] == '4',
          "its version, and where the strings are");
    for (uint32_t i = MAIN_MEMORY; i < DEDICATED_END; i += 2)
        fit = fit && region_fits(page + i);
    check("info-page-contents", fit, "regions are of whole pages, low before high");
    check("info-page-contents",
          within(page + RESERVED_0, page + MAIN_MEMORY) && within(page + RESERVED_1, page + MAIN_MEMORY) &&
              page[DEDICATED_0] == 0xA0000 && page[DEDICATED_0 + 1] == 0x100000,
          "the kernel's memory is main memory; 640 KB to 1 MB is dedicated");
    const uint32_t *root = page + ROOT_START, *sigma0 = page + SIGMA0_START;
    check("info-page-contents",
          root[START_BEGIN] == (uint32_t)image_start && root[START_EIP] >= root[START_BEGIN] &&
              root[START_EIP] < root[START_END],
          "the root task's image");
    check("info-page-contents",
          sigma0[START_BEGIN] < sigma0[START_END] && within(sigma0 + START_BEGIN, page + MAIN_MEMORY) &&
              sigma0[START_ESP] < page[MAIN_MEMORY + 1],
          "sigma0's image and stack are in main memory");
}

/* Interrupts go on, so the clock does. */
static void clock_runs(void)
{
    covers("clock", "info.clock");
    const volatile uint32_t *clock = info() + CLOCK;
    uint32_t before = *clock;
    thread_sleep(20);
    uint32_t elapsed = *clock - before;
    check("clock", elapsed >= 19000 && elapsed <= 40000, "the clock tells microseconds");
}

static void write_info_page(uint32_t unused)
{
    (void)unused;
    (void)*(const volatile uint32_t *)INFO_PAGE;
    boss_call(EVENT_READY, 0, 0);
    *(volatile uint32_t *)INFO_PAGE = 0;
    boss_call(EVENT_DONE, 0, 0);
}

static enum fault_answer refuse_writes(const struct fault *fault, uint32_t *fpage)
{
    (void)fpage;
    return fault->write && l4_page_base(fault->address) == INFO_PAGE ? FAULT_REFUSE : FAULT_DEFAULT;
}

static void read_only(void)
{
    struct event event;

    covers("read-only", "info.read-only");
    boss_set_hook(refuse_writes);
    l4_id_t id = task_start(FIRST_TASK, write_info_page, 0);
    check("read-only", boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS), "a task reads the page");
    boss_reply(id, (struct l4_words){0});
    check("read-only", !boss_wait_for(EVENT_DONE, &event, 20) && info()[0] == MAGIC, "and cannot write it");
}

static const struct root_test tests[] = {
    {"root-registers", root_registers},         {"root-flags", root_flags}, {"first-ids", first_ids},
    {"info-page-contents", info_page_contents}, {"clock", clock_runs},      {"read-only", read_only}};

static void start_conditions_run(void)
{
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "start_conditions", .run = start_conditions_run};

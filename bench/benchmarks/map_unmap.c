/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to map pages to another task, and to take them back?
 *
 *   map-N           a call with one fpage of N pages, mapped writable, and its short answer: one operation
 *   unmap-N         fpage_unmap of those pages by the task that mapped them: one operation
 *   map-chain-D     one page through D tasks, each of which maps it to the next: D operations
 *   unmap-chain-D   the first one takes it back from all D: one operation
 *
 * The mapping task is the root task, whose pages come from sigma0; all others are in large spaces. Page tables, mapping
 * nodes and control blocks are there from the warm-ups on. warm: after 2 warm-ups (of N pages, or through D tasks),
 * n = 4. The pages are taken back before each map, and mapped before each unmap. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/roles.h"

enum { MOST_PAGES_BITS = 10, MOST_DEPTH = 16, FEW_WARMUPS = 2, FEW_SAMPLES = 4 };
enum { SOURCE = 0x01000000, WINDOW = 0x10000000, WINDOW_BITS = L4_PAGE_BITS + MOST_PAGES_BITS };

static const uint32_t pages_bits[] = {0, 2, 4, 6, 8, MOST_PAGES_BITS};
static const uint32_t depths[] = {1, 2, 4, 8, 16};

/* The next task of the chain; nil for the last. */
static l4_id_t next;
static struct l4_message box;

/* Takes pages into its window and hands the first on to the next task before it answers. Word 2 counts the tasks on the
 * way there, word 0 brings it back. */
static void member_main(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner, successor = next; /* now: the root task changes its own for the task before */

    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    box.receive_fpage = l4_fpage(WINDOW, WINDOW_BITS, 0);
    boss_report_and_wait(EVENT_READY, &partner, l4_map(&box), &words);
    for (;;) {
        if (successor != L4_NIL_ID) {
            words = (struct l4_words){WINDOW, l4_fpage(WINDOW, L4_PAGE_BITS, L4_FPAGE_WRITE), words.w2 + 1};
            l4_ipc_call(successor, l4_map(&box), l4_short(&box), &words, 0);
        } else {
            words.w0 = words.w2 + 1;
        }
        l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_map(&box), &words, 0);
    }
}

/* Of the root task: what it maps, and how many tasks said that they have it. */
static l4_id_t first;
static uint32_t fpage;
static volatile uint32_t reached, result;

static void fpage_map(uint32_t index)
{
    struct l4_words words = {0, fpage, 0};

    (void)index;
    result = l4_ipc_call(first, l4_map(&box), l4_short(&box), &words, 0);
    reached = words.w0;
}

static void fpage_take_back(uint32_t index)
{
    (void)index;
    l4_fpage_unmap(fpage, L4_UNMAP_ALL);
}

/* Gets the pages from sigma0. */
static void source_touch(uint32_t bits)
{
    for (uint32_t page = 0; page < 1u << bits; page++)
        *(volatile uint32_t *)(SOURCE + page * L4_PAGE_SIZE) = page;
}

static void chain_start(uint32_t depth)
{
    next = L4_NIL_ID;
    for (uint32_t place = depth; place; place--)
        next = server_start(FIRST_TASK + place - 1, member_main, 0);
    first = next;
}

static void case_measure(measured_action *before, measured_action *action, uint32_t depth)
{
    measurement.warmups = FEW_WARMUPS;
    measurement.samples = FEW_SAMPLES;
    if (!case_selected(measurement.name))
        return;
    chain_start(depth);
    measure_prepare();
    l4_message_init(&box, 0);
    measure(before, action);
    measure_report();
    check(measurement.name, l4_error(result) == L4_OK && reached == depth, "the last task of the chain got the page");
    tasks_delete();
}

static void pages_cases(uint32_t bits)
{
    uint32_t pages = 1u << bits;

    source_touch(bits);
    fpage = l4_fpage(SOURCE, L4_PAGE_BITS + bits, L4_FPAGE_WRITE);
    measurement_set("map-%u", pages);
    text_format(measurement.facts, FACTS_SIZE, "pages=%u", pages);
    case_measure(fpage_take_back, fpage_map, 1);
    measurement_set("unmap-%u", pages);
    text_format(measurement.facts, FACTS_SIZE, "pages=%u", pages);
    case_measure(fpage_map, fpage_take_back, 1);
}

static void chain_cases(uint32_t depth)
{
    fpage = l4_fpage(SOURCE, L4_PAGE_BITS, L4_FPAGE_WRITE);
    measurement_set("map-chain-%u", depth);
    measurement.operations = depth;
    text_format(measurement.facts, FACTS_SIZE, "depth=%u", depth);
    case_measure(fpage_take_back, fpage_map, depth);
    measurement_set("unmap-chain-%u", depth);
    text_format(measurement.facts, FACTS_SIZE, "depth=%u", depth);
    case_measure(fpage_map, fpage_take_back, depth);
}

static void map_unmap_run(void)
{
    _Static_assert(FIRST_TASK + MOST_DEPTH - 1 <= LAST_TASK, "every member of the chain has a task");
    for (uint32_t i = 0; i < sizeof(pages_bits) / sizeof(pages_bits[0]); i++)
        pages_cases(pages_bits[i]);
    for (uint32_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++)
        chain_cases(depths[i]);
}

const struct program program = {.name = "map_unmap", .run = map_unmap_run};

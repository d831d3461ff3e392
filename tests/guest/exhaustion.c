/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens when the kernel's memory is used up, sigma0 giving no more, and does it come back with the tasks that
 * took it?
 *
 * The helpers receive pages anywhere in their spaces. A page of the root task, mapped once in every 4 MB of a helper,
 * takes a page table each time; each helper has a page of its own, since who has a page is a list to be walked. What
 * the kernel itself says of its memory is for tests/images/test_kernel_memory.py to see. */
#include "bench/support/driver.h"
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum { HELPERS = 35, OTHER_TASKS = FIRST_TASK + HELPERS, SMALL_HELPER = LAST_TASK - 1, PROBER = LAST_TASK };
enum { REGIONS = 700, FEW_REGIONS = 10, FIRST_REGION = 8, REGION_BITS = 22 };
enum {
    FIRST_NEW_LTHREAD = 2,
    LTHREADS = 64,
    EXCEPTION_NO_FPU = 7,
    FNINIT_BYTES = 2,
    UNUSED_PORT = 0x80,
    SIGMA0S_FRAME = 0x00800000
};
#define KERNEL_SHOWS(text) __asm__ volatile("int3; jmp 1f; .ascii \"" text "\"; 1:" : : : "memory")
/* Long enough for a helper that runs; its code has been touched before. */
enum { PATIENCE_MS = 20 };

struct toll {
    uint32_t mapped;         /* regions mapped before the first failure */
    uint32_t sent, received; /* results of the failure; 0: there was none */
};

static uint8_t pages[HELPERS][L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));
static struct l4_message box;

/* Takes whatever is mapped and answers with the result of that. */
static void taking_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    box.receive_fpage = l4_fpage(0, 32, 0);
    uint32_t result = boss_report_and_wait(EVENT_READY, &partner, l4_map(&box), &words);
    for (;;) {
        words = (struct l4_words){result, 0, 0};
        result = l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_map(&box), &words, 0);
    }
}

/* Maps the page to each region in turn until a map fails. */
static void regions_take(l4_id_t helper, uint8_t *page, uint32_t regions, struct toll *toll)
{
    page[0] = 1;
    for (uint32_t i = 0; i < regions && !toll->sent; i++) {
        struct l4_words words = {(FIRST_REGION + i) << REGION_BITS, l4_fpage((uint32_t)page, L4_PAGE_BITS, 0), 0};
        uint32_t result = l4_ipc_send(helper, l4_map(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));
        uint32_t error = l4_error(result);
        l4_ipc_receive(helper, l4_short(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));
        toll->mapped += error == L4_OK;
        toll->sent = error;
        toll->received = l4_error(words.w0);
    }
}

/* By the tasks from the given one on. */
static struct toll all_memory_taken(uint32_t first_task)
{
    struct toll toll = {0};
    struct event event;

    l4_message_init(&box, 0);
    for (uint32_t i = 0; i < HELPERS && !toll.sent; i++) {
        l4_id_t helper = task_start(first_task + i, taking_helper, 0);
        if (helper != L4_NIL_ID && boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS))
            regions_take(helper, pages[i], REGIONS, &toll);
    }
    return toll;
}

/* Whether a task can be made at all. */
static bool task_possible(uint32_t number)
{
    struct event event;
    bool made = task_start(number, taking_helper, 0) != L4_NIL_ID;

    return made && boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
}

/* Taking all memory is long: so what is refused without it is tried along the way. */
static void page_tables(void)
{
    covers("page-tables",
           "ipc.cc.map-failed.send ipc.cc.map-failed.receive ipc.cc.both task.delete.memory fpage.whole-space");
    covers("page-tables", "task.refused");
    KERNEL_SHOWS("begun");
    struct toll first = all_memory_taken(FIRST_TASK);
    check("page-tables", first.sent == (L4_MAP_FAILED | L4_IN_SEND), "the sender is told that the map failed");
    check("page-tables", first.received == L4_MAP_FAILED, "and the receiver");
    KERNEL_SHOWS("full");
    tasks_delete();
    KERNEL_SHOWS("deleted");
    struct toll second = all_memory_taken(OTHER_TASKS);
    uint32_t number = l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | 200 << L4_TASK_SHIFT;
    bool refused = l4_task_new(number, 255, 0, 0, L4_ROOT) == L4_NIL_ID;
    tasks_delete();
    KERNEL_SHOWS("deleted");
    check("page-tables", second.mapped == first.mapped, "deleted tasks give back all that they took");
    check("page-tables", refused, "without memory a task is refused");
    check("page-tables", task_possible(FIRST_TASK), "once others are deleted it is not");
}

enum probe { PROBE_THREADS, PROBE_FPU, PROBE_V86 };
static const uint32_t V86 = 0x80000000;
static uint32_t fpu_refusals;

/* Every thread from the first new one on that can be had, up to the first that cannot. */
static uint32_t threads_made(void)
{
    uint32_t lthread = FIRST_NEW_LTHREAD;
    bool made = true;

    while (made && lthread < LTHREADS) {
        uint32_t esp = (uint32_t)small_stacks[lthread] + SMALL_STACK_SIZE, eip = (uint32_t)thread_stop;
        made = l4_lthread_ex_regs(lthread, &esp, &eip, L4_INVALID_ID) != 0;
        lthread += made;
    }
    return lthread - FIRST_NEW_LTHREAD;
}

static uint32_t v86_possible(void)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    return l4_lthread_ex_regs(V86, &esp, &eip, L4_INVALID_ID) != 0;
}

static void skip_fninit(struct exception *exception)
{
    fpu_refusals += exception->vector == EXCEPTION_NO_FPU;
    exception->eip += FNINIT_BYTES;
}

static uint32_t fpu_possible(void)
{
    fpu_refusals = 0;
    __asm__ volatile("fninit" : : : "memory");
    return fpu_refusals == 0;
}

static uint32_t probe(enum probe what)
{
    return what == PROBE_THREADS ? threads_made() : what == PROBE_FPU ? fpu_possible() : v86_possible();
}

/* Has everything it touches before memory is scarce; takes ports. */
static void probing_helper(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    exceptions_handle(skip_fninit);
    image_touch();
    pages_touch_for_writing(image_private, (uint32_t)image_private_end - (uint32_t)image_private);
    l4_message_init(&box, 0);
    box.receive_fpage = l4_port_fpage(0, L4_PORT_BITS_ALL);
    uint32_t result = boss_report_and_wait(EVENT_READY, &partner, l4_map(&box), &words);
    for (;;) {
        bool asked = !l4_error(result) && !(result & L4_FPAGES_RECEIVED);
        uint32_t answer = asked ? probe(words.w0) : 0;
        words = (struct l4_words){answer, 0, 0};
        result = l4_ipc_reply_and_wait(&partner, l4_short(&box), l4_map(&box), &words, 0);
    }
}

static uint32_t probed(l4_id_t prober, enum probe what)
{
    struct l4_words words = {what, 0, 0};

    l4_ipc_call(prober, l4_short(&box), l4_short(&box), &words, l4_timeouts(TEST_LIMIT_MS, TEST_LIMIT_MS));
    return words.w0;
}

/* The result of mapping a port to the prober. */
static uint32_t port_given(l4_id_t prober)
{
    struct l4_words words = {0, l4_port_fpage(UNUSED_PORT, L4_PORT_BITS_MIN), 0}, answer = {0};
    uint32_t error = l4_error(l4_ipc_send(prober, l4_map(&box), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS)));

    l4_ipc_receive(prober, l4_short(&box), &answer, l4_timeouts(PATIENCE_MS, PATIENCE_MS));
    return error;
}

static l4_id_t helper_started(uint32_t number, thread_entry *entry)
{
    struct event event;
    l4_id_t helper = task_start(number, entry, 0);

    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    return helper;
}

static void helper_deleted(l4_id_t helper)
{
    l4_task_new(helper, L4_ROOT, 0, 0, L4_NIL_ID);
}

/* The result of a request to sigma0 for a page where neither has touched anything yet. */
static uint32_t sigma0_asked(void)
{
    struct l4_words words = {SIGMA0S_FRAME, 0, 0};

    box.receive_fpage = l4_fpage(SIGMA0S_FRAME, L4_PAGE_BITS, 0);
    uint32_t result = l4_ipc_call(L4_SIGMA0, l4_short(&box), l4_map(&box), &words, 0);
    return l4_error(result) | (result & L4_FPAGES_RECEIVED);
}

static void refusals(void)
{
    struct toll few = {0};

    covers("refusals", "ipc.cc.map-failed.send sigma0.page.no-table task.delete.memory");
    port_read(UNUSED_PORT); /* it comes from sigma0 */
    l4_id_t prober = helper_started(PROBER, probing_helper), small = helper_started(SMALL_HELPER, taking_helper);
    regions_take(small, pages[0], FEW_REGIONS, &few);
    all_memory_taken(FIRST_TASK);
    check("refusals", probed(prober, PROBE_THREADS) == 0, "without memory a thread is refused");
    check("refusals", probed(prober, PROBE_FPU) == 0, "the FPU is as if there were none");
    check("refusals", probed(prober, PROBE_V86) == 0, "V86 mode is refused");
    check("refusals", port_given(prober) == (L4_MAP_FAILED | L4_IN_SEND), "ports cannot be mapped");
    check("refusals", sigma0_asked() == L4_MAP_FAILED, "a map by sigma0 fails like anybody's");
    helper_deleted(small);
    check("refusals", sigma0_asked() == L4_FPAGES_RECEIVED, "and comes about later, for sigma0 goes on");
    check("refusals", port_given(prober) == L4_OK, "a deleted task's memory serves for ports");
    check("refusals", probed(prober, PROBE_FPU) && probed(prober, PROBE_V86), "for the FPU and V86 mode");
    uint32_t threads = probed(prober, PROBE_THREADS);
    check("refusals", threads > 0 && threads < LTHREADS - FIRST_NEW_LTHREAD, "and for some threads");
    helper_deleted(prober);
    tasks_delete();
    KERNEL_SHOWS("deleted");
    prober = helper_started(PROBER, probing_helper);
    check("refusals", probed(prober, PROBE_THREADS) == LTHREADS - FIRST_NEW_LTHREAD, "at last all threads are there");
}

static const struct root_test tests[] = {{"page-tables", page_tables}, {"refusals", refusals}};

static void exhaustion_run(void)
{
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "exhaustion", .run = exhaustion_run};

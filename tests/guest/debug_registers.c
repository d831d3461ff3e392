/* SPDX-License-Identifier: BSD-2-Clause */
/* Has each thread debug registers of its own, that see what it does at user level and nobody else's doing? */
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "variant_choices.h"

enum {
    LOCAL_0 = 1,
    ALL_LOCAL = 0x55,
    GLOBAL_0 = 2,
    EXACT = 0x100,
    GLOBAL_DETECT = 0x2000,
    EXECUTE_0 = 0,
    WRITE_0 = 0xD0000, /* four bytes */
    ACCESS_0 = 0xF0000,
    CONTROL_FIXED = 0x400,
    FLAG_RESUME = 0x10000,
    ROUNDS = 20,
};
static const uint32_t KERNEL_ADDRESS = 0xF0100000, KERNEL_CODE = 0xF0101000, STATUS_NONE = 0xFFFF0FF0;

#define DEBUG_WRITE(number, value) __asm__ volatile("movl %0, %%db" #number : : "r"(value))
#define DEBUG_READ(number)                                                                                             \
    ({                                                                                                                 \
        uint32_t value_;                                                                                               \
        __asm__ volatile("movl %%db" #number ", %0" : "=r"(value_));                                                   \
        value_;                                                                                                        \
    })

static volatile uint32_t hits, hit_eip, hit_status;
static volatile uint32_t watched;

static void record(struct exception *exception)
{
    if (exception->vector != EXCEPTION_DEBUG)
        thread_stop();
    hits++;
    hit_eip = exception->eip;
    hit_status = DEBUG_READ(6);
    DEBUG_WRITE(6, 0);
    exception->eflags |= FLAG_RESUME; /* past a breakpoint at this instruction */
}

/* The instruction at `marked_at` is followed by a return. */
void marked(void);
extern const uint8_t marked_at[];
__asm__("marked:\n\tnop\nmarked_at:\n\tnop\n\tret");

static void values(l4_id_t helper)
{
    (void)helper;
    covers("values", "emulate.debug-registers exception.debug-registers.local");
    check("values", DEBUG_READ(7) == CONTROL_FIXED && DEBUG_READ(6) == STATUS_NONE, "at first nothing is set");
    DEBUG_WRITE(0, 0x1000);
    DEBUG_WRITE(1, 0x2000);
    DEBUG_WRITE(2, 0x3000);
    DEBUG_WRITE(3, KERNEL_ADDRESS);
    check("values",
          DEBUG_READ(0) == 0x1000 && DEBUG_READ(1) == 0x2000 && DEBUG_READ(2) == 0x3000 &&
              DEBUG_READ(3) == KERNEL_ADDRESS,
          "addresses read back as written");
    DEBUG_WRITE(7, WRITE_0 | GLOBAL_DETECT | GLOBAL_0 | LOCAL_0 | EXACT);
    check("values", DEBUG_READ(7) == (WRITE_0 | LOCAL_0 | EXACT | CONTROL_FIXED), "global breakpoints are not set");
    DEBUG_WRITE(7, 0);
}

static void breakpoint_set(const void *address, uint32_t control)
{
    DEBUG_WRITE(0, address);
    DEBUG_WRITE(7, control | EXACT | LOCAL_0);
}

static void execution(l4_id_t helper)
{
    (void)helper;
    covers("execution", "exception.debug-registers emulate.debug-registers");
    exceptions_handle(record);
    breakpoint_set(marked_at, EXECUTE_0);
    marked();
    check("execution", hits == 1 && hit_eip == (uint32_t)marked_at, "a breakpoint on an instruction comes before it");
    check("execution", hit_status == (STATUS_NONE | 1) && DEBUG_READ(6) == STATUS_NONE,
          "DR6 says which, until it is cleared");
    DEBUG_WRITE(7, 0);
    marked();
    check("execution", hits == 1, "and none once it is disabled");
}

static void data(l4_id_t helper)
{
    (void)helper;
    covers("data", "exception.debug-registers");
    exceptions_handle(record);
    watched = 0;
    breakpoint_set((const void *)&watched, WRITE_0);
    (void)watched;
    check("data", hits == 0, "reading is not writing");
    watched = 1;
    check("data", hits == 1, "a breakpoint on data comes with the write");
}

/* Reads, writes and executes what the other thread watches, in answer to every call. */
static void neighbour_main(uint32_t unused)
{
    struct l4_message inbox;
    struct l4_words words = {0};
    l4_id_t caller;

    (void)unused;
    exceptions_handle(record);
    l4_message_init(&inbox, 0);
    uint32_t result = l4_ipc_wait(&caller, l4_short(&inbox), &words, 0);
    while (l4_error(result) == L4_OK) {
        watched++;
        marked();
        words.w0 = DEBUG_READ(7);
        result = l4_ipc_reply_and_wait(&caller, l4_short(&inbox), l4_short(&inbox), &words, 0);
    }
    thread_stop();
}

static void per_thread(l4_id_t helper)
{
    struct l4_message box;
    struct l4_words words = {0};
    uint32_t expected = 0, wrong = 0;

    (void)helper;
    covers("per-thread", "exception.debug-registers");
    l4_id_t neighbour = thread_start(1, neighbour_main, 0);
    thread_sleep(2);
    exceptions_handle(record);
    l4_message_init(&box, 0);
    breakpoint_set((const void *)&watched, WRITE_0);
    DEBUG_WRITE(1, marked_at);
    DEBUG_WRITE(7, WRITE_0 | LOCAL_0 | LOCAL_0 << 2);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        l4_ipc_call(neighbour, l4_short(&box), l4_short(&box), &words, 0);
        wrong += words.w0 != CONTROL_FIXED || hits != expected;
        watched++;
        marked();
        expected += 2;
    }
    check("per-thread", wrong == 0, "a neighbour that does the same has no breakpoints, and its own registers");
    check("per-thread", hits == 2 * ROUNDS, "the thread keeps its breakpoints over IPC");
    thread_sleep(5);
    watched++;
    check("per-thread", hits == 2 * ROUNDS + 1, "and over sleep");
}

/* The kernel's code: a breakpoint on its way into the exception would come again and again. And what the kernel does
 * with watched memory. */
static void kernel(l4_id_t helper)
{
    static const char text[] __attribute__((aligned(4))) = "@note watched\n";

    (void)helper;
    covers("kernel", "exception.debug-registers.local");
    exceptions_handle(record);
    for (uint32_t address = KERNEL_CODE; address < KERNEL_CODE + L4_PAGE_SIZE; address += 4) {
        DEBUG_WRITE(7, 0);
        DEBUG_WRITE(0, address);
        DEBUG_WRITE(1, address + 1);
        DEBUG_WRITE(2, address + 2);
        DEBUG_WRITE(3, address + 3);
        DEBUG_WRITE(7, EXECUTE_0 | ALL_LOCAL);
    }
    check("kernel", hits == 0, "breakpoints on the kernel's way in and out are not set");
    DEBUG_WRITE(7, 0);
    breakpoint_set(text, ACCESS_0);
    __asm__ volatile("int3\n\tcmpb $2, %%al" : : "a"(text));
    check("kernel", hits == 0, "what the kernel reads for the thread is not the thread's doing");
    (void)*(const volatile uint32_t *)text;
    check("kernel", hits == 1, "what the thread reads is");
}

/* A breakpoint on data, since QEMU 7.2 ends in a crash at one on an instruction whose segment has a base. */
static void small_main(uint32_t unused)
{
    (void)unused;
    exceptions_handle(record);
    watched = 0;
    breakpoint_set((const void *)&watched, WRITE_0);
    boss_call(EVENT_READY, 0, 0);
    uint32_t small = space_is_small();
    watched = 1;
    boss_call(EVENT_DONE, hits == 1, small == VARIANT_SPACE_SMALL);
    thread_stop();
}

static void small_space(void)
{
    struct event event;
    l4_id_t id = task_start(TEST_TASK, small_main, 0);

    covers("small-space", "exception.debug-registers");
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    task_make_small(id, 1);
    boss_reply(id, (struct l4_words){0});
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("small-space", ended && event.words.w1 && event.words.w2, "a breakpoint moves with its space");
}

static const struct test tests[] = {
    {.name = "values", .run = values}, {.name = "execution", .run = execution},   {.name = "data", .run = data},
    {.name = "kernel", .run = kernel}, {.name = "per-thread", .run = per_thread},
};
static const struct root_test root_tests[] = {{.name = "small-space", .run = small_space}};

static void debug_registers_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "debug_registers", .run = debug_registers_run};

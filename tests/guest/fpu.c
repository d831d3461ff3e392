/* SPDX-License-Identifier: BSD-2-Clause */
/* Has each thread FPU registers of its own, clean at first, whoever else uses the FPU and however they take turns? */
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum {
    IMAGE_WORDS = 27,
    CONTROL = 0,
    STATUS = 1,
    TAGS = 2,
    FIRST_REGISTER = 7,
    CONTROL_INITIAL = 0x037F,
    TAGS_EMPTY = 0xFFFF,
    REGISTERS = 8,
    ROUNDS = 20,
};
/* Some five time slices. */
static const uint32_t SPINS = 400000;

static uint32_t saved[IMAGE_WORDS];

static void registers_fill(int32_t base)
{
    for (int32_t i = 0; i < REGISTERS; i++) {
        int32_t value = base + i;
        __asm__ volatile("fildl %0" : : "m"(value));
    }
}

/* Takes the registers off their stack again; how many are not what registers_fill(base) put there. */
static uint32_t registers_wrong(int32_t base)
{
    uint32_t wrong = 0;

    for (int32_t i = REGISTERS; i-- > 0;) {
        int32_t value;
        __asm__ volatile("fistpl %0" : "=m"(value));
        wrong += value != base + i;
    }
    return wrong;
}

static bool registers_clean(void)
{
    uint32_t data = 0;

    __asm__ volatile("fnsave %0" : "=m"(saved));
    for (uint32_t i = FIRST_REGISTER; i < IMAGE_WORDS; i++)
        data |= saved[i];
    return data == 0 && (saved[CONTROL] & 0xFFFF) == CONTROL_INITIAL && (saved[STATUS] & 0xFFFF) == 0 &&
           (saved[TAGS] & 0xFFFF) == TAGS_EMPTY;
}

/* Answers every call, its own values in the registers between. */
static void partner_main(uint32_t unused)
{
    struct l4_message inbox;
    struct l4_words words = {0};
    l4_id_t caller;
    int32_t base = 1000;

    (void)unused;
    l4_message_init(&inbox, 0);
    registers_fill(base);
    boss_report_and_wait(EVENT_READY, &caller, l4_short(&inbox), &words);
    for (;;) {
        words.w0 = registers_wrong(base);
        base++;
        registers_fill(base);
        l4_ipc_reply_and_wait(&caller, l4_short(&inbox), l4_short(&inbox), &words, 0);
    }
}

static void short_ipc(l4_id_t helper)
{
    struct l4_message box;
    uint32_t wrong = 0;

    covers("short-ipc", "fpu.own");
    l4_message_init(&box, 0);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct l4_words words = {0};
        registers_fill((int32_t)round);
        l4_ipc_call(helper, l4_short(&box), l4_short(&box), &words, 0);
        wrong += words.w0 + registers_wrong((int32_t)round);
    }
    check("short-ipc", wrong == 0, "registers of both partners outlive the partner's use of the FPU");
}

static volatile uint32_t spinners_done, spinners_wrong;

static void spinner_main(uint32_t base)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < SPINS / 20; i++) {
        registers_fill((int32_t)base);
        wrong += registers_wrong((int32_t)base);
    }
    spinners_wrong += wrong;
    spinners_done++;
    thread_stop();
}

static void time_slices(l4_id_t helper)
{
    (void)helper;
    covers("time-slices", "fpu.own");
    for (uint32_t lthread = 1; lthread <= 3; lthread++)
        thread_start(lthread, spinner_main, lthread * 100);
    while (spinners_done < 3)
        thread_sleep(1);
    check("time-slices", spinners_wrong == 0, "three threads that lose the processor at any instruction compute right");
}

static void first_use(l4_id_t helper)
{
    covers("first-use", "fpu.own");
    check("first-use", helper != L4_NIL_ID && registers_clean(), "a thread that never used the FPU finds it clean");
}

static void dirty_main(uint32_t base)
{
    registers_fill((int32_t)base);
    boss_call(EVENT_READY, 0, 0);
    thread_stop();
}

static void clean_main(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_DONE, registers_clean(), 0);
    thread_stop();
}

/* Its last owner is deleted while its values, and an error of its, are in the FPU. */
static void faulty_main(uint32_t base)
{
    uint16_t all_errors = 0x0340;

    registers_fill((int32_t)base);
    __asm__ volatile("fldcw %0\n\tfld1" : : "m"(all_errors)); /* the ninth register: an error, pending */
    boss_call(EVENT_READY, 0, 0);
    thread_stop();
}

static void dead_owner(void)
{
    static thread_entry *const owners[] = {dirty_main, faulty_main};
    struct event event;

    covers("dead-owner", "fpu.own");
    for (uint32_t i = 0; i < 2; i++) {
        task_start(TEST_TASK, owners[i], 7);
        boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
        task_start(TEST_TASK, clean_main, 0);
        bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
        check("dead-owner", ended && event.words.w1,
              "nothing of a deleted thread is left in its successor's registers");
        task_start(TEST_TASK, owners[i], 7);
        boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
        tasks_delete();
        task_start(HELPER_TASK, clean_main, 0);
        ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
        check("dead-owner", ended && event.words.w1, "nor in those of another task");
    }
}

static volatile uint32_t errors, error_eip;

static void clear_error(struct exception *exception)
{
    errors += exception->vector == EXCEPTION_FPU;
    error_eip = exception->eip;
    __asm__ volatile("fnclex");
}

/* The error of one thread is pending while another computes. */
static void error(l4_id_t helper)
{
    static const uint16_t unmasked_division = 0x037B;
    static volatile uint32_t one = 1;
    uint32_t at;

    covers("error", "exception.mirrored fpu.own");
    exceptions_handle(clear_error);
    __asm__ volatile("fldcw %0\n\tfildl %1\n\tfldz\n\tfdivrp %%st, %%st(1)" : : "m"(unmasked_division), "m"(one));
    struct l4_message box;
    struct l4_words words = {0};
    l4_message_init(&box, 0);
    l4_ipc_call(helper, l4_short(&box), l4_short(&box), &words, 0);
    check("error", errors == 0 && words.w0 == 0, "an error is not another thread's");
    __asm__ volatile("movl $1f, %0\n1:\tfwait" : "=r"(at));
    check("error", errors == 1 && error_eip == at,
          "it comes as exception 16 at the next FPU instruction of its thread");
}

static const struct test tests[] = {
    {.name = "short-ipc", .run = short_ipc, .helper = partner_main},
    {.name = "time-slices", .run = time_slices},
    {.name = "first-use", .run = first_use, .helper = dirty_main},
    {.name = "error", .run = error, .helper = partner_main},
};
static const struct root_test root_tests[] = {{.name = "dead-owner", .run = dead_owner}};

static void fpu_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "fpu", .run = fpu_run};

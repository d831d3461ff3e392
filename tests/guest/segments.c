/* SPDX-License-Identifier: BSD-2-Clause */
/* Are the segments flat, and does the kernel keep them so whatever a thread loads into its segment registers? */
#include "bench/support/selftest.h"

enum { NULL_SELECTOR = 0, BAD_SELECTOR = 0xFFF8, KERNEL_SELECTOR = 0x08, CODE_SELECTOR = 0x1B, OFFSET = 0x12345678 };

static volatile uint32_t word __asm__("word") __attribute__((used));

/* A far pointer with a selector that cannot be loaded. */
static const struct __attribute__((packed)) {
    uint32_t offset;
    uint16_t selector;
} pointer __asm__("pointer") __attribute__((used)) = {OFFSET, BAD_SELECTOR};

/* Stores `value` through the segment register. */
#define STORE(segment, value) __asm__ volatile("movl %0, %%" #segment ":word" : : "r"((uint32_t)(value)) : "memory")
#define LOAD(segment, value)  __asm__ volatile("movl %0, %%" #segment : : "r"((uint32_t)(value)) : "memory")

/* How many of the five segment registers do not lead to `word`. */
static uint32_t segments_wrong(void)
{
    uint32_t wrong = 0;

    STORE(ds, 1);
    wrong += word != 1;
    STORE(es, 2);
    wrong += word != 2;
    STORE(fs, 3);
    wrong += word != 3;
    STORE(gs, 4);
    wrong += word != 4;
    STORE(ss, 5);
    return wrong + (word != 5);
}

static void flat(l4_id_t helper)
{
    (void)helper;
    covers("flat", "segment.flat start.segments");
    check("flat", segments_wrong() == 0, "all segments are one");
}

static void segments_load(uint32_t selector)
{
    LOAD(fs, selector);
    LOAD(gs, selector);
    LOAD(es, selector);
    LOAD(ds, selector);
}

static void repair(l4_id_t helper)
{
    static const uint16_t selectors[] = {NULL_SELECTOR, NULL_SELECTOR + 3, CODE_SELECTOR, CODE_SELECTOR & ~3};

    (void)helper;
    covers("repair", "segment.repair");
    for (uint32_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
        segments_load(selectors[i]);
        check("repair", segments_wrong() == 0, "segment registers that are of no use are repaired when they are used");
        segments_load(selectors[i]);
        check("repair", l4_task_number(l4_myself()) == TEST_TASK, "and a system call with them is made");
    }
}

static void sleeper_main(uint32_t unused)
{
    (void)unused;
    thread_sleep(2);
    word = segments_wrong();
    boss_call(EVENT_READY, word, 0);
    thread_stop();
}

/* FS and GS are not saved for each thread, so one finds what another loaded. */
static void neighbour(l4_id_t helper)
{
    (void)helper;
    covers("neighbour", "segment.repair");
    thread_start(1, sleeper_main, 0);
    thread_sleep(1);
    word = 1;
    LOAD(fs, NULL_SELECTOR);
    LOAD(gs, NULL_SELECTOR);
    thread_sleep(5);
    check("neighbour", word == 0, "a thread finds usable segments though another has loaded useless ones");
}

static void bad_selectors(l4_id_t helper)
{
    static const uint16_t selectors[] = {BAD_SELECTOR, KERNEL_SELECTOR, 0x28, 0x30, 0x3F, 0x14};

    (void)helper;
    covers("bad-selectors", "emulate.segment-load");
    for (uint32_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
        segments_load(selectors[i]);
        LOAD(ss, selectors[i]);
        check("bad-selectors", segments_wrong() == 0, "a selector that cannot be loaded leaves the segment as it was");
    }
    LOAD(ss, NULL_SELECTOR);
    check("bad-selectors", segments_wrong() == 0, "nor does a null stack segment");
}

/* Pushes a bad selector and pops it; the stack pointer's change in all, 0 if right. */
#define POP_CHANGE(pop, prefix)                                                                                        \
    ({                                                                                                                 \
        uint32_t change_ = 0;                                                                                          \
        __asm__ volatile("movl %%esp, %0\n\tpush" prefix " $-8\n\t" pop "\n\tsubl %%esp, %0\n\taddl %0, %%esp"         \
                         : "+&r"(change_)                                                                              \
                         :                                                                                             \
                         : "memory", "cc");                                                                            \
        change_;                                                                                                       \
    })

static void pops(l4_id_t helper)
{
    uint32_t wrong = 0;

    (void)helper;
    covers("pops", "emulate.segment-load");
    wrong += POP_CHANGE("popl %%ds", "l") | POP_CHANGE("popl %%es", "l") | POP_CHANGE("popl %%fs", "l");
    wrong += POP_CHANGE("popl %%gs", "l") | POP_CHANGE("popl %%ss", "l");
    wrong += POP_CHANGE("popw %%ds", "w") | POP_CHANGE("popw %%gs", "w");
    check("pops", wrong == 0 && segments_wrong() == 0, "POP of one takes it off the stack");
}

#define POINTER_LOAD(instruction)                                                                                      \
    ({                                                                                                                 \
        uint32_t offset_ = 0;                                                                                          \
        __asm__ volatile(instruction : "+a"(offset_) : "c"((uint32_t)&pointer - 8), "d"(2) : "memory");                \
        offset_ == OFFSET;                                                                                             \
    })

static void pointers(l4_id_t helper)
{
    (void)helper;
    covers("pointers", "emulate.segment-load");
    check("pointers", POINTER_LOAD("ldsl pointer, %%eax") && POINTER_LOAD("lesl 8(%%ecx), %%eax"),
          "LDS and LES load the offset");
    check("pointers", POINTER_LOAD("lfsl (%%ecx,%%edx,4), %%eax") && POINTER_LOAD("lgsl pointer-8(,%%edx,4), %%eax"),
          "LFS and LGS do");
    check("pointers", POINTER_LOAD("lssl %%es:pointer, %%eax"), "LSS does");
    __asm__ volatile("movw pointer+4, %%ds\n\tmovw 12(%%ecx), %%fs" : : "c"((uint32_t)&pointer - 8) : "memory");
    check("pointers", segments_wrong() == 0, "and a selector in memory leaves the segment as it was");
}

static const struct test tests[] = {
    {.name = "flat", .run = flat},           {.name = "repair", .run = repair},
    {.name = "neighbour", .run = neighbour}, {.name = "bad-selectors", .run = bad_selectors},
    {.name = "pops", .run = pops},           {.name = "pointers", .run = pointers},
};

static void segments_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "segments", .run = segments_run};

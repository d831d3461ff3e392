/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a choice of the space axis keep its contract?  Tasks with and without a small-space byte, switched to in random
   order: does the processor then see the right memory, and do the two translations of addresses fit each other? */
#include "tests/host/host.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"

#include "variant.h"

enum { TASKS_HERE = 6, STEPS = 2000 };

static struct tcb *threads[TASKS_HERE];

static void make_threads(void)
{
    static const uint8_t bytes[TASKS_HERE] = {0, 0x03, 0x05, 0, 0x07, 0xFF};
    host_reset();
    for (uint32_t i = 0; i < TASKS_HERE; i++) {
        struct task *task = host_task(5 + i);
        threads[i] = host_thread(task, 0);
        if (bytes[i]) {
            space_assign(task, bytes[i]);
        }
    }
}

static void check_addresses(const struct tcb *thread)
{
    uint32_t limit = space_limit(thread);
    uint32_t addresses[] = {0, 1, limit / 2, limit - 1, random_below(limit)};
    for (uint32_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        uint32_t linear = space_linear(thread, addresses[i]);
        EQUAL(space_user_address(thread, linear), addresses[i]);
        EQUAL(linear - space_linear(thread, 0), addresses[i]);
        TRUE(space_everywhere(thread) ? linear >= SMALL_AREA && linear < SMALL_AREA_END : linear < USER_END);
    }
}

static void check_apart(const struct tcb *a, const struct tcb *b)
{
    uint32_t first_a = space_linear(a, 0), first_b = space_linear(b, 0);
    bool shared = space_everywhere(a) && space_everywhere(b);
    TRUE(!shared || first_a + space_limit(a) <= first_b || first_b + space_limit(b) <= first_a);
}

/* CR3 is the task's own, or any if the task is seen everywhere; it is loaded only to change it. */
static void check_switch(struct tcb *thread)
{
    uint32_t before = hot.loaded_page_directory, loads = fake_cpu.cr3_loads;
    space_switch(thread);
    uint32_t expected = space_everywhere(thread) ? before : thread->task->page_directory;
    EQUAL(hot.loaded_page_directory, expected);
    EQUAL(fake_cpu.cr3_loads - loads, expected != before);
    EQUAL(hot.loaded_page_directory, fake_cpu.cr3);
    loads = fake_cpu.cr3_loads;
    space_switch(thread);
    EQUAL(fake_cpu.cr3_loads, loads);
}

void tests(void)
{
    make_threads();
    for (uint32_t i = 0; i < TASKS_HERE; i++) {
        check_addresses(threads[i]);
        for (uint32_t other = 0; other < i; other++) {
            check_apart(threads[i], threads[other]);
        }
    }
    for (int i = 0; i < STEPS; i++) {
        check_switch(threads[random_below(TASKS_HERE)]);
    }
    for (uint32_t i = 0; i < TASKS_HERE; i++) {
        space_release(threads[i]->task);
        EQUAL(space_limit(threads[i]), USER_END);
        EQUAL(space_linear(threads[i], 0), 0);
        TRUE(!space_everywhere(threads[i]));
    }
}

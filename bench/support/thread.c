/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/thread.h"

#include "bench/support/ipc.h"

#include "placement.h"

uint8_t main_stack[STACK_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));
uint8_t lthread_stacks[4][STACK_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));
uint8_t small_stacks[SMALL_STACKS][SMALL_STACK_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));

uint32_t stack_with_argument(uint8_t *stack, uint32_t size, uint32_t argument)
{
    uint32_t *top = (uint32_t *)(stack + size);

    top[-1] = argument;
    top[-2] = 0; /* where the entry's return address would be */
    return (uint32_t)&top[-2];
}

l4_id_t thread_start_on(uint8_t *stack, uint32_t size, uint32_t lthread, thread_entry *entry, uint32_t argument)
{
    uint32_t esp = stack_with_argument(stack, size, argument), eip = (uint32_t)entry;

    l4_lthread_ex_regs(lthread, &esp, &eip, L4_ROOT);
    return l4_thread_of(l4_myself(), lthread);
}

l4_id_t thread_start(uint32_t lthread, thread_entry *entry, uint32_t argument)
{
    uint32_t size = STACK_SIZE - LAYOUT_STACK_SHIFT(lthread);

    return thread_start_on(lthread_stacks[lthread - 1], size, lthread, entry, argument);
}

static void sleep_until(uint32_t timeouts)
{
    struct l4_message inbox;
    struct l4_words words = {0};

    l4_message_init(&inbox, 0);
    l4_ipc_receive(L4_NIL_ID, l4_short(&inbox), &words, timeouts);
}

void thread_stop(void)
{
    for (;;)
        sleep_until(l4_timeouts(L4_FOREVER, L4_FOREVER));
}

void thread_sleep(uint32_t ms)
{
    sleep_until(l4_timeouts(L4_FOREVER, ms));
}

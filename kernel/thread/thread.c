/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, starting and ending threads. */
#include "kernel/thread/thread.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/processor.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/page_table.h"

#include "variant_queue.h"
#include "variant_space.h"

enum { STACK_PAINT = 0x5A5AA5A5 };

/* 39 * 4^(15-11) microseconds, as thread_schedule would be told. */
enum { DEFAULT_TIMESLICE = 10 };
#define DEFAULT_TIMESLICE_WORD (39u << 24 | 11u << 20)

static uint32_t *block_entry(const struct tcb *thread)
{
    return page_table_entry(&tasks[KERNEL_TASK], (uint32_t)(uintptr_t)thread);
}

static void paint_stack(struct tcb *thread)
{
    for (uint32_t *word = tcb_stack_bottom(thread); word < (uint32_t *)thread; word++) {
        *word = STACK_PAINT;
    }
}

/* Gives a pair of blocks its own frame instead of the shared zeros, with both stacks painted. */
static bool make_block(struct tcb *thread)
{
    uint32_t *entry = block_entry(thread);
    if (*entry & PAGE_WRITABLE) {
        return true;
    }
    uint32_t frame = frame_take();
    if (!frame) {
        return false;
    }
    *entry = frame | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY;
    cpu_invalidate_page((uint32_t)(uintptr_t)thread);
    struct tcb *first = tcb_of_stack((const void *)((uintptr_t)thread & ~(uintptr_t)(PAGE_SIZE - 1)));
    struct tcb *second = (struct tcb *)((uintptr_t)first + TCB_SIZE);
    paint_stack(first);
    paint_stack(second);
    *first = *second = (struct tcb){.id = ID_NIL};
    return true;
}

bool thread_create(struct task *task, uint32_t id)
{
    struct tcb *thread = tcb_of_id(id);
    if (!make_block(thread)) {
        return false;
    }
    *thread = (struct tcb){
        .id = id,
        .receive_from = RECEIVE_NONE,
        .message = &tcb_user_frame(thread)->registers,
        .blocked = BLOCKED_INACTIVE,
        .timeslice = DEFAULT_TIMESLICE,
        .timeslice_word = DEFAULT_TIMESLICE_WORD,
        .pager = ID_INVALID,
        .internal_preempter = ID_INVALID,
        .external_preempter = ID_INVALID,
        .task = task,
    };
    if (task) {
        thread->mcp = task->mcp;
        space_init_thread(thread);
    }
    return true;
}

void thread_start(struct tcb *thread, uint32_t eip, uint32_t esp, uint32_t eflags)
{
    struct user_frame *frame = tcb_user_frame(thread);
    *frame = (struct user_frame){
        .eip = eip,
        .cs = SELECTOR_USER_CODE,
        .eflags = eflags,
        .esp = esp,
        .ss = SELECTOR_USER_DATA,
    };
    uint32_t *stack = (uint32_t *)frame;
    *--stack = (uint32_t)(uintptr_t)(thread->processor ? ipc_leave_special : ipc_leave);
    thread->esp = (uint32_t)(uintptr_t)stack;
    thread->message = &frame->registers;
    thread->blocked = BLOCKED_NOT;
    thread_wake(thread);
}

void thread_start_kernel(struct tcb *thread, void (*function)(void))
{
    uint32_t *stack = (uint32_t *)tcb_user_frame(thread);
    *--stack = (uint32_t)(uintptr_t)function;
    thread->esp = (uint32_t)(uintptr_t)stack;
    thread->blocked = BLOCKED_NOT;
    thread_wake(thread);
}

void thread_kill(struct tcb *thread)
{
    interrupt_detach(thread);
    ipc_forget(thread);
    processor_forget(thread);
    if (ready_contains(thread)) {
        ready_remove(thread);
    }
    thread->id = ID_NIL; /* as in a block never made: no id of this block equals it */
    thread->blocked = BLOCKED_INACTIVE;
}

/* Bytes of its stack that no thread of this block has used, as far as the block is made; the smaller of the two. */
static uint32_t less_untouched(const struct tcb *thread, uint32_t least)
{
    const uint32_t *word = tcb_stack_bottom(thread);
    if (!(*block_entry(thread) & PAGE_WRITABLE) || !thread->message) {
        return least;
    }
    while (word < (const uint32_t *)thread && *word == STACK_PAINT) {
        word++;
    }
    uint32_t untouched = (uint32_t)((uintptr_t)word - (uintptr_t)tcb_stack_bottom(thread));
    return untouched < least ? untouched : least;
}

/* The same of all blocks that are gone. */
static uint32_t untouched_before = TCB_OFFSET;

static void unmake_block(struct tcb *thread)
{
    uint32_t *entry = block_entry(thread);
    frame_free(*entry & ~PAGE_FLAGS);
    *entry = tcb_entry_of_none();
    cpu_invalidate_page((uint32_t)(uintptr_t)thread);
}

void thread_release_blocks(const struct task *task)
{
    for (uint32_t lthread = 0; lthread < LTHREADS; lthread += PAGE_SIZE / TCB_SIZE) {
        struct tcb *first = tcb_of_id((uint32_t)task->number << ID_TASK_SHIFT | lthread << ID_LTHREAD_SHIFT);
        if (*block_entry(first) & PAGE_WRITABLE) {
            const struct tcb *second = (const struct tcb *)((uintptr_t)first + TCB_SIZE);
            untouched_before = less_untouched(second, less_untouched(first, untouched_before));
            unmake_block(first);
        }
    }
}

uint32_t thread_stack_untouched(void)
{
    uint32_t least = untouched_before;
    for (uint32_t number = 0; number < TASKS * LTHREADS; number++) {
        least = less_untouched(tcb_of_id(number << ID_LTHREAD_SHIFT), least);
    }
    return least;
}

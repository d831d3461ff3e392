/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, starting and ending threads. */
#include "kernel/thread/thread.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/processor.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/page_table.h"

#include "variant.h"

enum { STACK_PAINT = 0x5A5AA5A5 };

/* 39 * 4^(15-11) microseconds, as thread_schedule would be told. */
enum { DEFAULT_TIMESLICE = 10 };
#define DEFAULT_TIMESLICE_WORD (39u << 24 | 11u << 20)

static uint32_t *block_entry(const struct tcb *thread)
{
    uint32_t address = (uint32_t)(uintptr_t)thread;
    uint32_t *table = physical_alias(boot_page_directory[address / PAGE_TABLE_SPAN] & ~PAGE_FLAGS);
    return &table[address % PAGE_TABLE_SPAN / PAGE_SIZE];
}

static void paint_stack(struct tcb *thread)
{
    for (uint32_t *word = tcb_stack_bottom(thread); word < (uint32_t *)thread; word++) {
        *word = STACK_PAINT;
    }
}

/* Gives a pair of blocks its own frame instead of the shared zeros, with both stacks painted: a later thread of the
   same number keeps the paint, so what was once used shows for good. */
static bool make_block(struct tcb *thread)
{
    uint32_t *entry = block_entry(thread);
    if (*entry & PAGE_WRITABLE) {
        return true;
    }
    uint32_t frame = frame_allocate();
    if (!frame) {
        return false;
    }
    *entry = frame | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY;
    cpu_invalidate_page((uint32_t)(uintptr_t)thread);
    struct tcb *first = tcb_of_stack((const void *)((uintptr_t)thread & ~(uintptr_t)(PAGE_SIZE - 1)));
    paint_stack(first);
    paint_stack((struct tcb *)((uintptr_t)first + TCB_SIZE));
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

/* Blocks never made show zeros, not paint, and are skipped by their page-table entry. */
uint32_t thread_stack_untouched(void)
{
    uint32_t least = TCB_OFFSET;
    for (uint32_t number = 0; number < TASKS * LTHREADS; number++) {
        const struct tcb *thread = tcb_of_id(number << ID_LTHREAD_SHIFT);
        const uint32_t *word = tcb_stack_bottom(thread);
        if (!(*block_entry(thread) & PAGE_WRITABLE) || !thread->message) {
            continue;
        }
        while (word < (const uint32_t *)thread && *word == STACK_PAINT) {
            word++;
        }
        uint32_t untouched = (uint32_t)((uintptr_t)word - (uintptr_t)tcb_stack_bottom(thread));
        least = untouched < least ? untouched : least;
    }
    return least;
}

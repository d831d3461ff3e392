/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/ipc.h"
#include "kernel/memory/frames.h"
#include "kernel/thread/thread.h"

#include "variant_space.h"

enum {
    SMALL_SLOTS = (SMALL_AREA_END - SMALL_AREA) / PAGE_TABLE_SPAN,
    SMALL_FIRST_ENTRY = SMALL_AREA / PAGE_TABLE_SPAN
};

/* Who owns each 4 MB of the area; NULL: nobody. */
static struct task *owners[SMALL_SLOTS];

/* The size of all small spaces at present, 4 MB << size_class. */
static uint32_t size_class;

static uint32_t slots_per_space(void)
{
    return 1u << size_class;
}

/* Number of a small task's space, from 1; its byte is kept as thread_schedule got it. */
static uint32_t number_of(const struct task *task)
{
    return task->small_byte >> (size_class + 1);
}

static struct space_state state_of(const struct task *task)
{
    uint32_t base = task->small_byte ? SMALL_AREA + number_of(task) * slots_per_space() * PAGE_TABLE_SPAN : 0;
    uint32_t limit = task->small_byte ? slots_per_space() * PAGE_TABLE_SPAN : USER_END;
    uint32_t pages = limit / PAGE_SIZE;
    return (struct space_state){
        .page_directory = task->small_byte ? 0 : task->page_directory,
        .segment_low = descriptor_low(base, pages),
        .segment_high = descriptor_high(base, pages, TYPE_USER_DATA),
        .base = base,
        .limit = limit,
    };
}

void small_init_thread(struct tcb *thread)
{
    thread->space = state_of(thread->task);
}

/* The task's addresses change for the kernel, so a transfer from or to it cannot go on. */
static void update_threads(struct task *task)
{
    for (uint32_t lthread = 0; lthread < LTHREADS; lthread++) {
        struct tcb *thread = tcb_of_id((uint32_t)task->number << ID_TASK_SHIFT | lthread << ID_LTHREAD_SHIFT);
        if (thread->task == task) {
            ipc_abort_transfers(thread);
            small_init_thread(thread);
        }
    }
}

/* Takes a space's entries out of every directory that has used them. */
static void forget_entries(uint32_t first)
{
    for (int i = 0; i < TASKS; i++) {
        if (tasks[i].page_directory) {
            uint32_t *directory = physical_alias(tasks[i].page_directory);
            for (uint32_t slot = first; slot < first + slots_per_space(); slot++) {
                directory[SMALL_FIRST_ENTRY + slot] = 0;
            }
        }
    }
    for (uint32_t slot = first; slot < first + slots_per_space(); slot++) {
        boot_page_directory[SMALL_FIRST_ENTRY + slot] = 0;
        owners[slot] = NULL;
    }
    page_directory_load(hot.loaded_page_directory);
}

void small_set_large(struct task *task)
{
    if (task->small_byte) {
        forget_entries(number_of(task) * slots_per_space());
        task->small_byte = 0;
        update_threads(task);
    }
}

static void set_size_class(uint32_t wanted)
{
    if (wanted != size_class) {
        for (int i = 0; i < TASKS; i++) {
            small_set_large(&tasks[i]);
        }
        size_class = wanted;
    }
}

/* The byte's lowest set bit is the size class, the bits above it the number (interface section 8).  Number 0 is never
   used: it is a firewall, and stands for "large" here.  Who had the place before becomes large. */
void small_assign(struct task *task, uint32_t byte)
{
    uint32_t wanted = (uint32_t)__builtin_ctz(byte);
    uint32_t number = byte >> (wanted + 1);
    small_set_large(task);
    if (number == 0 || (number + 1) << wanted > SMALL_SLOTS) {
        return;
    }
    set_size_class(wanted);
    uint32_t first = number * slots_per_space();
    if (owners[first]) {
        small_set_large(owners[first]);
    }
    for (uint32_t slot = first; slot < first + slots_per_space(); slot++) {
        owners[slot] = task;
    }
    task->small_byte = (uint8_t)byte;
    update_threads(task);
}

static bool may_look_up(const struct tcb *thread, const struct task *owner)
{
    return owner == thread->task || (thread->transfer.partner && owner == thread->transfer.partner->task);
}

/* Copies the owner's entry into the directory that is loaded; false if it is there already or the owner has none. */
static bool look_up(const struct task *owner, uint32_t linear)
{
    uint32_t slot = (linear - SMALL_AREA) / PAGE_TABLE_SPAN;
    uint32_t offset = slot % slots_per_space() * PAGE_TABLE_SPAN;
    uint32_t entry = *page_directory_entry(owner, offset);
    uint32_t *directory = physical_alias(hot.loaded_page_directory);
    uint32_t *target = &directory[linear / PAGE_TABLE_SPAN];
    if (!(entry & PAGE_PRESENT) || *target & PAGE_PRESENT) {
        return false;
    }
    *target = entry;
    return true;
}

bool small_resolve_fault(struct tcb *thread, uint32_t linear)
{
    if (linear >= SMALL_AREA && linear < SMALL_AREA_END) {
        const struct task *owner = owners[(linear - SMALL_AREA) / PAGE_TABLE_SPAN];
        if (owner && may_look_up(thread, owner)) {
            return look_up(owner, linear);
        }
    }
    bool own = linear - thread->space.base < thread->space.limit;
    return !own && thread->transfer.phase == TRANSFER_NONE && small_grow(thread);
}

/* The thread needs more than its small space: the task becomes large. */
bool small_grow(struct tcb *thread)
{
    if (!thread->task->small_byte) {
        return false;
    }
    small_set_large(thread->task);
    space_switch(thread);
    return true;
}

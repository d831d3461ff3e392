/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/task.h"

#include "bench/support/memory.h"

#include "placement.h"

enum { IMAGE_PAGES_MAX = 256, ARENA_PAGES = (ARENA_END - ARENA_START) / L4_PAGE_SIZE };

struct task {
    l4_id_t id; /* of the newest task of this number */
    bool running;
    uint16_t image_frame[IMAGE_PAGES_MAX]; /* 1 + index into the pool, 0 = not yet made */
    uint16_t arena_frame[ARENA_PAGES];
};

/* Both only the root task's, so no child gets a copy. */
static uint8_t pool[POOL_PAGES][L4_PAGE_SIZE] __attribute__((section(".sbss.pool"), aligned(L4_PAGE_SIZE)));
static struct task tasks[CROWD_TASK - FIRST_TASK + 1] __attribute__((section(".sbss.tasks")));
static uint32_t pool_used;

static uint32_t pool_take(void)
{
    if (pool_used == POOL_PAGES)
        __builtin_trap(); /* a benchmark needs more memory than the pool has: stop loudly */
    return pool_used++;
}

/* Where the index of the frame behind `page` is kept; null if a child has no private page there. */
static uint16_t *frame_slot(struct task *task, uint32_t page)
{
    if (page >= (uint32_t)image_private && page < (uint32_t)image_private_end)
        return &task->image_frame[(page - (uint32_t)image_private) / L4_PAGE_SIZE];
    if (page >= ARENA_START && page < ARENA_END)
        return &task->arena_frame[(page - ARENA_START) / L4_PAGE_SIZE];
    return NULL;
}

/* Those of the crowd are one as to their memory. */
static struct task *task_of(uint32_t number)
{
    return number < CROWD_TASK ? &tasks[number - FIRST_TASK] : &tasks[CROWD_TASK - FIRST_TASK];
}

uint8_t *task_frame(uint32_t number, uint32_t address)
{
    struct task *task = task_of(number);
    uint16_t *frame = frame_slot(task, l4_page_base(address));

    if (!frame)
        return NULL;
    if (*frame == 0) {
        *frame = (uint16_t)(pool_take() + 1);
        if (frame >= task->arena_frame)
            memset(pool[*frame - 1], 0, L4_PAGE_SIZE);
        else
            memcpy(pool[*frame - 1], (const void *)l4_page_base(address), L4_PAGE_SIZE);
    }
    return pool[*frame - 1];
}

/* The right to create task `number`; one never created is known by chief and number alone. */
static l4_id_t task_right(uint32_t number)
{
    l4_id_t id = task_of(number)->id;

    return l4_task_number(id) == number ? id : l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | number << L4_TASK_SHIFT;
}

l4_id_t task_start(uint32_t number, thread_entry *entry, uint32_t argument)
{
    struct task *task = task_of(number);
    uint32_t esp = stack_with_argument(main_stack, sizeof(main_stack) - LAYOUT_STACK_SHIFT(number), argument);
    l4_id_t id = l4_task_new(task_right(number), 255, esp, (uint32_t)entry, L4_ROOT);

    if (number <= CROWD_TASK) {
        memset(task->image_frame, 0, sizeof(task->image_frame));
        memset(task->arena_frame, 0, sizeof(task->arena_frame));
    }
    task->running = id != L4_NIL_ID;
    if (task->running)
        task->id = id;
    return id;
}

void tasks_delete(void)
{
    for (uint32_t number = FIRST_TASK; number <= LAST_TASK; number++) {
        struct task *task = &tasks[number - FIRST_TASK];

        if (!task->running)
            continue;
        l4_id_t id = l4_task_new(task->id, L4_ROOT, 0, 0, L4_NIL_ID);
        if (id != L4_NIL_ID)
            task->id = id;
        task->running = false;
    }
    pool_used = 0;
}

/* Old priority and time slice, the state and small-space fields cleared. */
static uint32_t schedule_parameters(l4_id_t id)
{
    return l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED) & 0xFFF000FF;
}

void task_make_small(l4_id_t id, uint32_t index)
{
    uint32_t size_class = 1; /* 4 MB << 1; its bit is the lowest set one, the index stands above it */

    l4_thread_schedule(id, schedule_parameters(id) | ((index << 1 | 1) << size_class) << 8);
}

uint32_t space_limit(void)
{
    uint32_t limit;

    __asm__ volatile("movl %%ds, %0\n\tlsll %0, %0" : "=r"(limit));
    return limit;
}

bool space_is_small(void)
{
    return space_limit() < 1u << 30;
}

void thread_set_priority(l4_id_t id, uint32_t priority)
{
    l4_thread_schedule(id, (schedule_parameters(id) & ~0xFFu) | priority);
}

uint32_t thread_get_priority(l4_id_t id)
{
    return l4_priority(l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED));
}

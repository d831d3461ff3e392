/* SPDX-License-Identifier: BSD-2-Clause */
/* task_new (interface section 10): deletes the task of a number, if there is one, and creates its successor. */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/clan.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/mapping.h"
#include "kernel/memory/ports.h"
#include "kernel/thread/thread.h"

#include "variant_space.h"

enum { FIRST_FREE_TASK = ROOT_TASK + 1 };

static struct tcb *thread_of_task(uint32_t number, uint32_t lthread)
{
    return tcb_of_id(number << ID_TASK_SHIFT | lthread << ID_LTHREAD_SHIFT);
}

static bool belongs_to(const struct tcb *thread, const struct task *task)
{
    return thread->task == task && thread->id != ID_NIL;
}

/* Its time is charged to the deleter. */
static void delete_task(struct tcb *self, struct task *task)
{
    for (uint32_t lthread = 0; lthread < LTHREADS; lthread++) {
        struct tcb *thread = thread_of_task(task->number, lthread);
        if (belongs_to(thread, task)) {
            self->ticks += thread->ticks;
            thread_kill(thread);
        }
    }
    space_release(task);
    if (hot.loaded_page_directory == task->page_directory) {
        page_directory_load(tasks[KERNEL_TASK].page_directory);
    }
    mapping_revoke_region(task, 0, USER_END - 1, REVOKE_ALL | REVOKE_OWN);
    ports_release(task);
    page_directory_destroy(task);
    thread_release_blocks(task);
}

static bool has_lost_chief(uint32_t number)
{
    return !tasks[tasks[number].chief].page_directory;
}

/* Nothing can come any more from a thread that has ceased to exist: who waits for it alone gets an error. */
static void end_vain_waits(const struct task *task)
{
    for (uint32_t lthread = 0; lthread < LTHREADS; lthread++) {
        struct tcb *thread = thread_of_task(task->number, lthread);
        uint32_t from = thread->receive_from;
        bool for_thread = from >> ID_TASK_SHIFT != 0 && from != RECEIVE_NONE && from != RECEIVE_NOBODY;
        if (belongs_to(thread, task) && for_thread && !clan_existing(from)) {
            ipc_fail(thread, RESULT_NOT_EXISTENT);
        }
    }
}

/* A task and its clan: whoever has lost its chief goes too, until nobody has.  The rights to task numbers that they had
   are the deleter's afterwards. */
static void delete_clan(struct tcb *self, struct task *task)
{
    bool orphans = true;
    delete_task(self, task);
    while (orphans) {
        orphans = false;
        for (uint32_t number = FIRST_FREE_TASK; number < TASKS; number++) {
            if (tasks[number].page_directory && has_lost_chief(number)) {
                delete_task(self, &tasks[number]);
                orphans = true;
            }
        }
    }
    for (uint32_t number = FIRST_FREE_TASK; number < TASKS; number++) {
        if (has_lost_chief(number)) {
            tasks[number].chief = self->task->number;
        }
    }
    for (uint32_t number = SIGMA0_TASK; number < TASKS; number++) {
        if (tasks[number].page_directory) {
            end_vain_waits(&tasks[number]);
        }
    }
}

/* May the caller create or replace this task?  It is its chief's, whether it exists or not; all begin as the root
   task's.  An active task must be named by its present id: an old one names nobody. */
static bool permitted(const struct tcb *self, const struct task *task, uint32_t id)
{
    uint32_t number = id >> ID_TASK_SHIFT & (TASKS - 1);
    if (number < FIRST_FREE_TASK || number == self->task->number || task->chief != self->task->number) {
        return false;
    }
    return !task->page_directory || (id & ID_VERSION_MASK) == task->version;
}

static uint32_t next_version(uint32_t version)
{
    return version >= ID_VERSION_MASK ? 1 : version + 1;
}

/* The new task's first thread; NULL: no memory, and then the task does not exist. */
static struct tcb *create_task(struct tcb *self, struct task *task, uint32_t number, uint32_t mcp)
{
    *task = (struct task){
        .version = next_version(task->version),
        .number = (uint8_t)number,
        .chief = self->task->number,
        .mcp = (uint8_t)(mcp < self->mcp ? mcp : self->mcp),
    };
    uint32_t id = task_id(task);
    if (!page_directory_create(task)) {
        return NULL;
    }
    if (!thread_create(task, id)) {
        page_directory_destroy(task);
        return NULL;
    }
    return tcb_of_id(id);
}

/* An inactive task is nothing but the right to create it, which is the named chief's from now on, unless that went with
   the old task.  Returns its id. */
static uint32_t make_inactive(const struct tcb *self, struct task *task, const struct tcb *chief)
{
    task->chief = chief->id == ID_NIL ? self->task->number : chief->task->number;
    return task_id(task);
}

static uint32_t make_active(struct tcb *self, struct task *task, const struct trap_frame *frame)
{
    struct tcb *thread = create_task(self, task, task->number, frame->eax & 0xFF);
    if (!thread) {
        return ID_NIL;
    }
    thread->priority = self->priority;
    thread->pager = frame->ebx;
    thread_start(thread, frame->edx, frame->ecx, EFLAGS_RESERVED | EFLAGS_INTERRUPTS);
    return thread->id;
}

void call_task_new(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct task *task = &tasks[frame->esi >> ID_TASK_SHIFT & (TASKS - 1)];
    bool active = frame->ebx != ID_NIL;
    const struct tcb *chief = active ? self : clan_existing(frame->eax);
    bool possible = permitted(self, task, frame->esi) && chief && clan_depth(chief->task) < CLAN_DEPTH_MAX;
    frame->esi = ID_NIL;
    if (!possible) {
        return;
    }
    if (task->page_directory) {
        delete_clan(self, task);
    }
    frame->esi = active ? make_active(self, task, frame) : make_inactive(self, task, chief);
}

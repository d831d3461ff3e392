/* SPDX-License-Identifier: BSD-2-Clause */
/* task_new (l4-abi 10): deletes the task of a number, if there is one, and creates its successor. */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/init/info_page.h"
#include "kernel/memory/mapping.h"
#include "kernel/thread/thread.h"

#include "variant.h"

enum { FIRST_FREE_TASK = ROOT_TASK + 1 };

static struct tcb *thread_of_task(uint32_t number, uint32_t lthread)
{
    return tcb_of_id(number << ID_TASK_SHIFT | lthread << ID_LTHREAD_SHIFT);
}

static bool belongs_to(const struct tcb *thread, const struct task *task)
{
    return thread->task == task && thread->id != ID_NIL;
}

static void delete_task(struct task *task)
{
    for (uint32_t lthread = 0; lthread < LTHREADS; lthread++) {
        struct tcb *thread = thread_of_task(task->number, lthread);
        if (belongs_to(thread, task)) {
            thread_kill(thread);
        }
    }
    space_release(task);
    if (hot.loaded_page_directory == task->page_directory) {
        page_directory_load((uint32_t)(uintptr_t)boot_page_directory - PHYSICAL_ALIAS);
    }
    mapping_revoke_region(task, 0, USER_END - 1, REVOKE_ALL | REVOKE_OWN);
    page_directory_destroy(task);
}

/* A task and its clan: whoever has lost its chief goes too, until nobody has.  A loop, since clans may be nested deeper
   than a kernel stack. */
static void delete_clan(struct task *task)
{
    bool orphans = true;
    delete_task(task);
    while (orphans) {
        orphans = false;
        for (uint32_t number = FIRST_FREE_TASK; number < TASKS; number++) {
            if (tasks[number].page_directory && !tasks[tasks[number].chief].page_directory) {
                delete_task(&tasks[number]);
                orphans = true;
            }
        }
    }
}

/* May the caller create or replace this task?  It is its chief's, whether it exists or not; all begin as the root
 * task's. */
static bool permitted(const struct tcb *self, const struct task *task, uint32_t number)
{
    if (number < FIRST_FREE_TASK || number == self->task->number) {
        return false;
    }
    return task->chief == self->task->number;
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
    uint32_t id = (uint32_t)task->chief << ID_CHIEF_SHIFT | number << ID_TASK_SHIFT | task->version;
    if (!page_directory_create(task)) {
        return NULL;
    }
    if (!thread_create(task, id)) {
        page_directory_destroy(task);
        return NULL;
    }
    return tcb_of_id(id);
}

void call_task_new(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    uint32_t number = frame->esi >> ID_TASK_SHIFT & 0xFF;
    uint32_t pager = frame->ebx;
    struct task *task = &tasks[number];
    frame->esi = ID_NIL;
    if (!permitted(self, task, number)) {
        return;
    }
    if (task->page_directory) {
        delete_clan(task);
    }
    if (pager == ID_NIL) { /* inactive: the number stays, its right goes to the named chief */
        task->chief = (uint8_t)(frame->eax >> ID_TASK_SHIFT);
        frame->esi = (uint32_t)task->chief << ID_CHIEF_SHIFT | number << ID_TASK_SHIFT | task->version;
        return;
    }
    struct tcb *thread = create_task(self, task, number, frame->eax & 0xFF);
    if (thread) {
        thread->priority = self->priority;
        thread->pager = pager;
        thread_start(thread, frame->edx, frame->ecx, EFLAGS_RESERVED | EFLAGS_INTERRUPTS);
        frame->esi = thread->id;
    }
}

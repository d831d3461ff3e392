/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host_fuzz/world.h"

#include "tests/host_fuzz/fuzz.h"
#include "tests/host_fuzz/machine.h"
#include "tests/host_fuzz/rules.h"

#include "tests/host/host.h"

#include "kernel/arch/pic.h"
#include "kernel/init/info_page.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/mapping.h"

#include <sys/mman.h>

enum { STRUCTURE_BYTES = 0x1E00, PRIORITIES_HERE = 3 };

struct tcb *actors[ACTORS];
struct task *user_tasks[USER_TASKS], *pager_task;
bool line_open[LINES];
static uint32_t frames[USER_TASKS][USER_PAGES];

void pic_mask(uint32_t line)
{
    line_open[line] = false;
}

void pic_unmask(uint32_t line)
{
    line_open[line] = true;
}

void pic_end_of_interrupt(uint32_t line)
{
    REQUIRE(!line_open[line]);
}

bool pic_spurious(uint32_t line)
{
    REQUIRE(line_open[line]);
    return false;
}

uint32_t info_page_physical(void)
{
    return 0;
}

bool info_page_takes_back(uint32_t frame)
{
    (void)frame;
    return false;
}

bool info_page_gives_away(uint32_t frame)
{
    (void)frame;
    return false;
}

uint32_t pager_address(uint32_t task, uint32_t page)
{
    return PAGER_FIRST + (task * USER_PAGES + page) * PAGE_SIZE;
}

uint32_t user_address(uint32_t page)
{
    return USER_FIRST + page * PAGE_SIZE;
}

static uint32_t page_entry(uint32_t frame)
{
    return frame | PAGE_PRESENT | PAGE_USER | PAGE_WRITABLE;
}

/* The pager has each page from sigma0, the task from the pager. */
static void give_pages(struct task *sigma0, uint32_t task)
{
    for (uint32_t page = 0; page < USER_PAGES; page++) {
        uint32_t frame = frame_allocate(), entry = page_entry(frame);
        frames[task][page] = frame;
        struct place source = {sigma0, frame}, pager = {pager_task, pager_address(task, page)};
        REQUIRE(mapping_map(source, pager, entry));
        REQUIRE(mapping_map(pager, (struct place){user_tasks[task], user_address(page)}, entry));
    }
}

struct tcb *make_thread(struct task *task, uint32_t lthread)
{
    struct tcb *thread = host_thread(task, lthread);
    thread->pager = task == pager_task ? ID_INVALID : task_id(pager_task);
    thread->internal_preempter = thread->external_preempter = ID_INVALID;
    thread->priority = (uint8_t)(10 + input_below(PRIORITIES_HERE));
    tcb_user_frame(thread)->esp = USER_FIRST;
    return thread;
}

static struct task *make_task(uint32_t number, uint32_t chief)
{
    struct task *task = host_task(number);
    task->chief = (uint8_t)chief;
    task->version = 1;
    return task;
}

void make_world(void)
{
    void *area = mmap((void *)AREA_FIRST, AREA_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(area == (void *)AREA_FIRST);
    struct task *sigma0 = make_task(SIGMA0_TASK, CHIEF_OF_FIRST_TASKS);
    make_task(ROOT_TASK, CHIEF_OF_FIRST_TASKS);
    pager_task = make_task(PAGER_TASK, CHIEF_OF_FIRST_TASKS);
    user_tasks[0] = make_task(5, CHIEF_OF_FIRST_TASKS);
    user_tasks[1] = make_task(6, CHIEF_OF_FIRST_TASKS);
    user_tasks[2] = make_task(7, 6);
    for (uint32_t i = 0; i < USER_TASKS; i++) {
        give_pages(sigma0, i);
        actors[2 * i] = make_thread(user_tasks[i], 0);
        actors[2 * i + 1] = make_thread(user_tasks[i], 1);
    }
    actors[PAGER] = make_thread(pager_task, 0);
    actors[PAGER + 1] = make_thread(pager_task, 1);
    struct tcb *idle = tcb_of_id(ID_NIL);
    *idle = (struct tcb){.receive_from = RECEIVE_NONE, .message = &tcb_user_frame(idle)->registers};
    machine_begin();
}

/* Word of a page of a task, by the alias; pages of others than the user tasks are none. */
uint32_t *alias(const struct task *task, uint32_t address)
{
    for (uint32_t i = 0; i < USER_TASKS; i++) {
        if (user_tasks[i] == task && address - USER_FIRST < USER_BYTES) {
            uint32_t offset = address - USER_FIRST;
            return physical_alias(frames[i][offset / PAGE_SIZE] + offset % PAGE_SIZE);
        }
    }
    uint32_t page = (address - PAGER_FIRST) / PAGE_SIZE;
    if (task == pager_task && page < USER_TASKS * USER_PAGES) {
        return physical_alias(frames[page / USER_PAGES][page % USER_PAGES] + address % PAGE_SIZE);
    }
    return NULL;
}

uint32_t structure_of(const struct tcb *thread)
{
    uint32_t lthread = thread->id >> ID_LTHREAD_SHIFT & (LTHREADS - 1);
    uint32_t first = thread->task == pager_task ? PAGER_FIRST : USER_FIRST;
    return first + 0x100 + lthread * STRUCTURE_BYTES;
}

void write_word(const struct task *task, uint32_t address, uint32_t word)
{
    uint32_t *place = alias(task, address);
    if (place) {
        *place = word;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/host.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/frames.h"

#include "variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the kernel's tables name and the host never enters. */
extern void (*const trap_vectors[])(void);
void (*const trap_vectors[1])(void) = {NULL};

void trap_unused(void)
{
}

void kernel_load_segments(void)
{
}

struct fake_cpu fake_cpu;
struct info_page info_page;
uint32_t boot_page_directory[PAGE_SIZE / sizeof(uint32_t)];

uint32_t host_aborted;

/* Weak: a program with the kernel's own has that. */
__attribute__((weak)) void ipc_abort_transfers(struct tcb *thread)
{
    (void)thread;
    host_aborted++;
}

static uint32_t random_state = 0x4C345542;

/* Xorshift (Marsaglia 2003); the bias of the remainder does not matter here. */
uint32_t random_below(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

__attribute__((weak)) void fake_translations_end(void)
{
}

/* Fresh zeros at a fixed address, where nothing else may be; `flags` say whose they are. */
static void map_zeros(uint32_t address, uint32_t size, int flags, int file)
{
    void *wanted = (void *)(uintptr_t)address;
    munmap(wanted, size);
    if (mmap(wanted, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, file, 0) != wanted) {
        perror("the kernel's addresses are not free on this host");
        exit(EXIT_FAILURE);
    }
}

int host_memory(void)
{
    static int file = -1;
    if (file < 0) {
        file = memfd_create("physical memory", 0);
    }
    return file;
}

static bool clear_memory(void)
{
    return ftruncate(host_memory(), 0) == 0 && ftruncate(host_memory(), HOST_FRAMES * PAGE_SIZE) == 0;
}

/* What the kernel's files keep for themselves about tasks and frames ends with these. */
static void forget_all(void)
{
    for (uint32_t i = 0; i < TASKS; i++) {
        if (tasks[i].page_directory) {
            space_release(&tasks[i]);
        }
    }
    while (frame_allocate()) {
    }
}

void host_reset(void)
{
    forget_all();
    if (!clear_memory()) {
        perror("no memory for the kernel's");
        exit(EXIT_FAILURE);
    }
    map_zeros(TCB_AREA, TCB_AREA_SIZE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
    map_zeros(PHYSICAL_ALIAS, HOST_FRAMES * PAGE_SIZE, MAP_SHARED, host_memory());
    memset(&hot, 0, sizeof(hot));
    memset(tasks, 0, sizeof(struct task) * TASKS);
    memset(&fake_cpu, 0, sizeof(fake_cpu));
    host_aborted = 0;
    info_page.clock = 0;
    frames_init(PAGE_SIZE, HOST_FRAMES * PAGE_SIZE);
}

struct task *host_task(uint32_t number)
{
    struct task *task = &tasks[number];
    task->number = (uint8_t)number;
    task->chief = CHIEF_OF_FIRST_TASKS;
    page_directory_create(task);
    return task;
}

struct tcb *host_thread(struct task *task, uint32_t lthread)
{
    uint32_t id = (uint32_t)task->chief << ID_CHIEF_SHIFT | (uint32_t)task->number << ID_TASK_SHIFT |
                  lthread << ID_LTHREAD_SHIFT | 1;
    struct tcb *thread = tcb_of_id(id);
    *thread = (struct tcb){.id = id};
    thread->task = task;
    thread->receive_from = RECEIVE_NONE;
    thread->blocked = BLOCKED_NOT;
    thread->timeslice = 10;
    thread->message = &tcb_user_frame(thread)->registers;
    space_init_thread(thread);
    return thread;
}

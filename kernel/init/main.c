/* SPDX-License-Identifier: BSD-2-Clause */
/* From the first C instruction to the first user instruction. */
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/pic.h"
#include "kernel/arch/tables.h"
#include "kernel/console/console.h"
#include "kernel/init/info_page.h"
#include "kernel/init/modules.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/supply.h"
#include "kernel/thread/thread.h"

#include "variant_choices.h"

enum {
    MEMORY_MINIMUM = 0x800000,
    /* What the kernel sets aside to come up with, besides sigma0's page tables; the rest is sigma0's to give. */
    FRAMES_TO_START = 32,
    LOW_MEMORY_END = 0xA0000,
    FIRST_TASK_PRIORITY = 128,
    FIRST_TASK_MCP = 255,
    KERNEL_THREAD_PRIORITY = 255,
};

/* The hash of the kernel's text, written into the image after linking (boot/image/patch_hash.py); zeros in an unpatched
   image.  volatile: the compiler must not fold what is patched later. */
__attribute__((section(".banner"), used)) static const volatile char text_hash[20] = "0000000000000000";

extern char kernel_end[];
static uint32_t multiboot_information; /* physical address */
void kernel_main(uint32_t magic, uint32_t multiboot);

static uint32_t physical(const void *object)
{
    return (uint32_t)(uintptr_t)object - PHYSICAL_ALIAS;
}

/* End of the memory that begins below the kernel and holds it, by the loader's map of regions; 0: there is no map. */
static uint64_t end_of_memory(const struct multiboot_info *multiboot)
{
    uint64_t end = 0;
    uint32_t entry = multiboot->flags & MULTIBOOT_HAS_MAP ? multiboot->map : 0;
    uint32_t map_end = entry ? entry + multiboot->map_bytes : 0;
    while (entry < map_end) {
        const struct multiboot_region *region = physical_alias(entry);
        bool holds_kernel = region->base <= KERNEL_PHYSICAL && region->base + region->length > KERNEL_PHYSICAL;
        if (region->type == MULTIBOOT_REGION_MEMORY && holds_kernel) {
            end = region->base + region->length;
        }
        entry += region->bytes_that_follow + sizeof(region->bytes_that_follow);
    }
    return end;
}

/* The kernel keeps its image and a little at the top of memory; 640 KB to 1 MB is dedicated (devices, ROM). */
static void divide_memory(const struct multiboot_info *multiboot)
{
    uint64_t end = end_of_memory(multiboot);
    uint32_t high =
        end < PHYSICAL_ALIAS_SIZE ? (uint32_t)end & ~(uint32_t)(PAGE_SIZE - 1) : (uint32_t)PHYSICAL_ALIAS_SIZE;
    uint32_t share = (FRAMES_TO_START + high / PAGE_TABLE_SPAN) * PAGE_SIZE;
    if (high < MEMORY_MINIMUM) {
        panic(NULL, "too little memory, or the loader gives no map of it");
    }
    info_page.main_memory = (struct memory_region){0, high};
    info_page.reserved[0] = (struct memory_region){KERNEL_PHYSICAL, physical(kernel_end)};
    info_page.reserved[1] = (struct memory_region){high - share, high};
    info_page.dedicated[0] = (struct memory_region){LOW_MEMORY_END, KERNEL_PHYSICAL};
    frames_init(high - share, high);
}

static void create_idle(void)
{
    if (!thread_create(NULL, ID_NIL)) {
        panic(NULL, "no memory for the idle thread");
    }
    tcb_of_id(ID_NIL)->id = ID_INVALID; /* so that nil names nobody */
}

static void create_first_task(uint32_t number, uint32_t id, uint32_t pager, const struct start_conditions *start,
                              uint32_t eax, uint32_t ebx)
{
    struct task *task = &tasks[number];
    *task =
        (struct task){.number = (uint8_t)number, .chief = CHIEF_OF_FIRST_TASKS, .version = 1, .mcp = FIRST_TASK_MCP};
    struct tcb *thread = tcb_of_id(id);
    if (!page_directory_create(task) || !thread_create(task, id)) {
        panic(NULL, "no memory for the first tasks");
    }
    thread->priority = FIRST_TASK_PRIORITY;
    thread->pager = pager;
    thread_start(thread, start->eip, start->esp, EFLAGS_RESERVED | EFLAGS_INTERRUPTS);
    tcb_user_frame(thread)->registers.send = eax;
    tcb_user_frame(thread)->registers.word[1] = ebx;
}

/* sigma0 must go on when kernel memory is used up: it has all its page tables from the beginning. */
static void make_tables_of_sigma0(void)
{
    for (uint32_t address = 0; address < info_page.main_memory.high; address += PAGE_TABLE_SPAN) {
        if (!page_table_entry_made(&tasks[SIGMA0_TASK], address)) {
            panic(NULL, "no memory for the page tables of sigma0");
        }
    }
}

/* The root task begins when the kernel has its memory. */
static _Noreturn void kernel_thread(void)
{
    supply_first();
    create_first_task(ROOT_TASK, ID_ROOT, ID_SIGMA0, &info_page.root, MULTIBOOT_LOADED, multiboot_information);
    supply_loop();
}

/* Its task has the kernel's own address space. */
static void create_kernel_thread(void)
{
    struct tcb *thread = tcb_of_id(ID_KERNEL);
    tasks[KERNEL_TASK].chief = CHIEF_OF_FIRST_TASKS;
    if (!thread_create(&tasks[KERNEL_TASK], ID_KERNEL)) {
        panic(NULL, "no memory for the kernel thread");
    }
    thread->priority = KERNEL_THREAD_PRIORITY;
    thread_start_kernel(thread, kernel_thread);
}

static void give_tasks_to_root(void)
{
    for (uint32_t number = ROOT_TASK + 1; number < TASKS; number++) {
        tasks[number].number = (uint8_t)number;
        tasks[number].chief = ROOT_TASK;
    }
}

/* Leaves the boot stack for the idle thread's, which never returns. */
static _Noreturn void become_idle(void)
{
    __asm__ volatile("mov %0, %%esp\n\tjmp idle_loop" : : "r"(tcb_stack_top(tcb_of_id(ID_NIL)) - 16) : "memory");
    __builtin_unreachable();
}

void kernel_main(uint32_t magic, uint32_t multiboot)
{
    const struct multiboot_info *information = physical_alias(multiboot);
    multiboot_information = multiboot;
    serial_init();
    print("l4lab: variant=%s text=%s\n", VARIANT_NAME, (const char *)(uintptr_t)text_hash);
    tables_init();
    if (magic != MULTIBOOT_LOADED) {
        panic(NULL, "not started by a multiboot 1 loader");
    }
    divide_memory(information);
    page_table_init();
    modules_load(information);
    create_idle();
    create_first_task(SIGMA0_TASK, ID_SIGMA0, ID_INVALID, &info_page.sigma0, info_page_physical(), 0);
    make_tables_of_sigma0();
    create_kernel_thread();
    give_tasks_to_root();
    pic_init();
    timer_init();
    become_idle();
}

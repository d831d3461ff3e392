/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the kernel go on, whatever instruction a task executes and whatever state it enters the kernel in? */
#include "bench/support/misdeed.h"
#include "kernel/memory/layout.h"

static const uint32_t KERNEL_ADDRESS = 0xF0100000;
enum { UNREACHED = 0 };

static uint32_t call_no_vector(void)
{
    __asm__ volatile("int $0x37" : : : "memory");
    return UNREACHED;
}

static uint32_t call_page_fault_vector(void)
{
    __asm__ volatile("int $14" : : : "memory");
    return UNREACHED;
}

static uint32_t call_timer_vector(void)
{
    __asm__ volatile("int $32" : : : "memory");
    return UNREACHED;
}

/* Loads are at ring 3, so the selector may be null until it is used; the kernel repairs it then. */
static uint32_t null_segments(void)
{
    static volatile uint32_t word;

    word = 5;
    __asm__ volatile("movl %0, %%ds\n\tmovl %0, %%es\n\tmovl %0, %%fs\n\tmovl %0, %%gs" : : "r"(0) : "memory");
    word++;
    return word == 6;
}

static uint32_t bad_segment(void)
{
    __asm__ volatile("movl %0, %%es" : : "r"(0xFFF8) : "memory");
    return 1;
}

static uint32_t null_stack(void)
{
    __asm__ volatile("movl %0, %%ss" : : "r"(0) : "memory");
    return 1;
}

static uint32_t kernel_data_segment(void)
{
    __asm__ volatile("movl %0, %%ds" : : "r"(SELECTOR_KERNEL_DATA) : "memory");
    return 1;
}

static uint32_t kernel_code_segment(void)
{
    __asm__ volatile("movl %0, %%gs" : : "r"(SELECTOR_KERNEL_CODE) : "memory");
    return 1;
}

static uint32_t task_state_segment(void)
{
    __asm__ volatile("ljmp %0, $0" : : "i"(SELECTOR_TSS) : "memory");
    return UNREACHED;
}

static uint32_t floating_point(void)
{
    __asm__ volatile("fldz");
    return 1;
}

/* A kernel that leaves with IRET while NT is set would switch tasks. */
static uint32_t nested_task_flag(void)
{
    __asm__ volatile("pushfl\n\torl $0x4000, (%%esp)\n\tpopfl" : : : "memory", "cc");
    return l4_task_number(l4_myself()) == TEST_TASK;
}

static uint32_t trap_flag(void)
{
    __asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\tint $0x31"
                     :
                     : "S"(0)
                     : "memory", "cc", "eax", "ebx", "ecx", "edx", "edi", "ebp");
    return 1;
}

/* A system call must not need the caller's stack. */
static uint32_t wild_stack(void)
{
    static uint32_t stack;

    __asm__ volatile("movl %%esp, %0\n\tmovl $0xF0000000, %%esp\n\tint $0x31\n\tmovl %0, %%esp"
                     : "=m"(stack)
                     : "S"(0)
                     : "memory", "eax", "ebx", "ecx", "edx", "edi", "ebp");
    return 1;
}

static uint32_t read_kernel(void)
{
    (void)*(volatile uint32_t *)KERNEL_ADDRESS;
    return UNREACHED;
}

static uint32_t write_kernel(void)
{
    *(volatile uint32_t *)KERNEL_ADDRESS = 0;
    return UNREACHED;
}

static uint32_t jump_to_kernel(void)
{
    ((void (*)(void))KERNEL_ADDRESS)();
    return UNREACHED;
}

static uint32_t disable_interrupts(void)
{
    __asm__ volatile("cli" : : : "memory");
    return UNREACHED;
}

static uint32_t halt(void)
{
    __asm__ volatile("hlt" : : : "eax", "memory");
    return 1;
}

static uint32_t load_descriptor_table(void)
{
    static const uint16_t table[3];

    __asm__ volatile("lgdt %0" : : "m"(table));
    return UNREACHED;
}

static uint32_t write_cr0(void)
{
    __asm__ volatile("movl %0, %%cr0" : : "r"(0) : "memory");
    return UNREACHED;
}

static uint32_t write_port(void)
{
    __asm__ volatile("outb %%al, $0x64" : : "a"(0xFE));
    return UNREACHED;
}

static uint32_t undefined_instruction(void)
{
    __asm__ volatile("ud2");
    return UNREACHED;
}

static uint32_t divide_by_zero(void)
{
    uint32_t quotient = 1;

    __asm__ volatile("divl %1" : "+a"(quotient) : "r"(0), "d"(0));
    return UNREACHED & quotient;
}

static const struct misdeed rows[] = {
    {"no-vector", call_no_vector, STOPS},
    {"page-fault-vector", call_page_fault_vector, STOPS},
    {"timer-vector", call_timer_vector, STOPS},
    {"null-segments", null_segments, GOES_ON},
    {"bad-segment", bad_segment, GOES_ON},
    {"null-stack", null_stack, GOES_ON},
    {"kernel-data-segment", kernel_data_segment, GOES_ON},
    {"kernel-code-segment", kernel_code_segment, GOES_ON},
    {"task-state-segment", task_state_segment, STOPS},
    {"floating-point", floating_point, GOES_ON},
    {"nested-task-flag", nested_task_flag, GOES_ON},
    {"trap-flag", trap_flag, EITHER},
    {"wild-stack", wild_stack, GOES_ON},
    {"read-kernel", read_kernel, STOPS},
    {"write-kernel", write_kernel, STOPS},
    {"jump-to-kernel", jump_to_kernel, STOPS},
    {"cli", disable_interrupts, STOPS},
    {"hlt", halt, EITHER},
    {"lgdt", load_descriptor_table, STOPS},
    {"write-cr0", write_cr0, STOPS},
    {"write-port", write_port, STOPS},
    {"undefined-instruction", undefined_instruction, STOPS},
    {"divide-by-zero", divide_by_zero, STOPS},
};

static void exceptions_run(void)
{
    covers("null-segments", "segment.repair");
    covers("wild-stack", "call.stack-preserved");
    misdeeds_run(rows, sizeof(rows) / sizeof(rows[0]));
}

const struct program program = {.name = "exceptions", .run = exceptions_run};

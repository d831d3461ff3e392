/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a thread that has loaded an interrupt table of its own get its exceptions, with the frame that the processor
 * would push, wherever table and stack are? What becomes of one whose handler is of no use? */
#include "bench/support/console.h"
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "variant_choices.h"

enum {
    CODE_SELECTOR = 0x1B,
    FLAGS_TRAP_AND_NESTED = 0x4100,
    ERROR_OF_INT_40 = 8 * 0x40 + 2,
    ERROR_USER_WRITE = 6,
    VERSION = 0x00010000,
    STATE_DEAD = 0xF,
    FAR = ARENA_START + 2 * L4_PAGE_SIZE,
    PAST_TABLE = L4_PAGE_SIZE - 8 * EXCEPTION_OPCODE - 4, /* a table here has the gate for #UD across a page's end */
};
static const uint32_t KERNEL_ADDRESS = 0xF0100000;
static const l4_id_t NOBODY = 0x04F00401;

/* What the handler saw, and where it lets the program go on: 0 for the EIP that it found. */
static struct exception seen;
static volatile uint32_t seen_esp, count, go_on __asm__("go_on") __attribute__((used));

static void record(struct exception *exception)
{
    count++;
    seen_esp = (uint32_t)&exception->esp;
    memcpy(&seen, exception, offsetof(struct exception, esp));
    exception->eip = go_on ? go_on : exception->eip;
    exception->eflags &= ~(uint32_t)FLAGS_TRAP_AND_NESTED;
}

static volatile uint32_t expected_esp __asm__("expected_esp");
static const int32_t bounds[2] __asm__("bounds") __attribute__((used)) = {5, 6};

/* A function whose instruction NAME_at raises an exception, with NAME_after behind it. */
#define FAULT(name, before, instruction)                                                                               \
    void name(void);                                                                                                   \
    extern const uint8_t name##_at[], name##_after[];                                                                  \
    __asm__(#name ":\n\tpushl %ebp\n\tmovl %esp, %ebp\n\t" before "\n\tmovl %esp, expected_esp\n" #name                \
                  "_at:\n\t" instruction "\n" #name "_after:\n\tleave\n\tret")

FAULT(divide, "xorl %eax, %eax\n\txorl %edx, %edx", "divl %eax");
FAULT(step, "pushfl\n\torl $0x100, (%esp)\n\tpopfl", "nop");
FAULT(breakpoint, "", "int3");
FAULT(overflow, "movb $0x7F, %al\n\taddb $1, %al", "into");
FAULT(bound, "movl $7, %eax\n\tmovl $bounds, %ecx", "bound %eax, (%ecx)");
FAULT(opcode, "", "ud2");
FAULT(nested, "pushfl\n\torl $0x4000, (%esp)\n\tpopfl", "iret");
FAULT(no_vector, "", "int $0x40");
FAULT(privileged, "", "clts");
FAULT(iret_to_kernel, "pushfl\n\tpushl $0x20\n\tpushl $0x100", "iret");
FAULT(iret_to_nowhere, "pushfl\n\tpushl $0x1000\n\tpushl $0x100", "iret");
FAULT(time_stamp, "", "rdtsc");
FAULT(read_msr, "xorl %ecx, %ecx", "rdmsr");
FAULT(write_msr, "xorl %ecx, %ecx", "wrmsr");
FAULT(page, "movl $0x00BE2000, %ecx", "movl %eax, (%ecx)");

static const struct {
    const char *name;
    void (*raise)(void);
    const uint8_t *at, *after;
    uint32_t vector, error;
    bool trap; /* EIP is behind the instruction */
} rows[] = {
    {"divide", divide, divide_at, divide_after, EXCEPTION_DIVIDE, 0, false},
    {"single-step", step, step_at, step_after, EXCEPTION_DEBUG, 0, false}, /* behind the MOV */
    {"breakpoint", breakpoint, breakpoint_at, breakpoint_after, EXCEPTION_BREAKPOINT, 0, true},
    {"overflow", overflow, overflow_at, overflow_after, EXCEPTION_OVERFLOW, 0, true},
    {"bound", bound, bound_at, bound_after, EXCEPTION_BOUND, 0, false},
    {"opcode", opcode, opcode_at, opcode_after, EXCEPTION_OPCODE, 0, false},
    {"nested-task", nested, nested_at, nested_after, EXCEPTION_INVALID_TSS, 0, false},
    {"no-vector", no_vector, no_vector_at, no_vector_after, EXCEPTION_PROTECTION, ERROR_OF_INT_40, false},
    {"iret-to-kernel", iret_to_kernel, iret_to_kernel_at, iret_to_kernel_after, EXCEPTION_PROTECTION, 0x20, false},
    {"iret-to-nowhere", iret_to_nowhere, iret_to_nowhere_at, iret_to_nowhere_after, EXCEPTION_PROTECTION, 0x1000,
     false},
    {"privileged", privileged, privileged_at, privileged_after, EXCEPTION_PROTECTION, 0, false},
};

static void every_vector(l4_id_t helper)
{
    (void)helper;
    covers("every-vector", "exception.mirrored exception.frame");
    exceptions_handle(record);
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        count = 0;
        go_on = (uint32_t)rows[i].after;
        rows[i].raise();
        check("every-vector", count == 1 && seen.vector == rows[i].vector && seen.error == rows[i].error, rows[i].name);
        check("every-vector", seen.eip == (uint32_t)(rows[i].trap ? rows[i].after : rows[i].at),
              "the frame has the EIP that the processor would push");
        check("every-vector", seen_esp == expected_esp && seen.cs == CODE_SELECTOR, "it is on the thread's stack");
    }
}

/* The selector of a gate means nothing. */
static void gates(l4_id_t helper)
{
    (void)helper;
    covers("gates", "exception.trap-gates");
    exceptions_handle(record);
    exception_table[EXCEPTION_OPCODE][0] |= 0xFFFF0000;
    go_on = (uint32_t)opcode_after;
    opcode();
    check("gates", count == 1 && seen.cs == CODE_SELECTOR, "a gate with any selector leads to the handler");
}

/* Runs opcode() with its stack pointer at `esp`. */
static void opcode_on(uint32_t esp)
{
    uint32_t saved;

    __asm__ volatile("movl %%esp, %0\n\tmovl %1, %%esp\n\tmovl $1f, go_on\n\tud2\n1:\tmovl %0, %%esp"
                     : "=&b"(saved)
                     : "r"(esp)
                     : "memory");
}

/* Frame and table on pages that the thread has not touched. */
static void absent_pages(l4_id_t helper)
{
    (void)helper;
    covers("absent-pages", "exception.mirrored");
    exceptions_handle(record);
    opcode_on(FAR + L4_PAGE_SIZE);
    check("absent-pages", count == 1 && seen_esp == FAR + L4_PAGE_SIZE, "a frame on an absent page is put there");
    opcode_on(FAR + 4 * L4_PAGE_SIZE + 8);
    check("absent-pages", count == 2, "and one across two absent pages");
    uint8_t *table = (uint8_t *)(FAR + 8 * L4_PAGE_SIZE + PAST_TABLE);
    memcpy(table, exception_table, sizeof(exception_table));
    exception_table_load(table);
    l4_fpage_unmap(l4_fpage(FAR + 8 * L4_PAGE_SIZE, L4_PAGE_BITS + 1, 0), L4_UNMAP_ALL | L4_UNMAP_OWN);
    go_on = (uint32_t)opcode_after;
    opcode();
    check("absent-pages", count == 3, "a gate across two absent pages is found");
}

/* A page fault whose pager does not exist. */
static void unpaged(uint32_t unused)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    (void)unused;
    image_touch();
    exceptions_handle(record);
    go_on = (uint32_t)opcode_after;
    opcode(); /* touches all that the handler does */
    count = 0;
    l4_lthread_ex_regs(1, &esp, &eip, NOBODY);
    go_on = (uint32_t)page_after;
    page();
    l4_lthread_ex_regs(1, &esp, &eip, L4_ROOT);
    thread_stop();
}

static void page_fault(l4_id_t helper)
{
    (void)helper;
    covers("page-fault", "fault.error");
    pages_touch_for_writing(lthread_stacks[0], STACK_SIZE);
    thread_start(1, unpaged, 0);
    thread_sleep(5);
    check("page-fault", count == 1 && seen.vector == EXCEPTION_PAGE_FAULT && seen.eip == (uint32_t)page_at,
          "a page fault whose pager does not exist goes to the handler");
    check("page-fault", seen.error == ERROR_USER_WRITE, "with the processor's error code");
}

/* A neighbour thread of the same task that has loaded no table. */
static volatile uint32_t neighbour_came_through;

static void dividing_thread(uint32_t unused)
{
    (void)unused;
    divide();
    neighbour_came_through = 1;
    thread_stop();
}

static void table_per_thread(l4_id_t helper)
{
    (void)helper;
    covers("table-per-thread", "exception.table emulate.lidt");
    exceptions_handle(record);
    thread_start(1, dividing_thread, 0);
    thread_sleep(5);
    check("table-per-thread", !neighbour_came_through && count == 0,
          "another thread of the task does not use the table");
    go_on = (uint32_t)divide_after;
    divide();
    check("table-per-thread", count == 1, "its own thread does");
}

/* Every form of address that LIDT may have. */
static void table_forms(l4_id_t helper)
{
    static struct __attribute__((packed)) {
        uint16_t limit;
        uint32_t base;
    } descriptor __asm__("descriptor") __attribute__((used)) = {sizeof(exception_table) - 1, (uint32_t)exception_table};

    (void)helper;
    covers("table-forms", "emulate.lidt");
    exceptions_handle(record);
    go_on = (uint32_t)opcode_after;
#define LOAD(address, at)                                                                                              \
    exception_table_load((const void *)KERNEL_ADDRESS);                                                                \
    __asm__ volatile("lidt " address : : "a"(at), "c"((uint32_t)1) : "memory");                                        \
    opcode()
    LOAD("descriptor", 0);
    LOAD("(%%eax)", &descriptor);
    LOAD("-4(%%eax)", (uint32_t)&descriptor + 4);
    LOAD("0x1000(%%eax)", (uint32_t)&descriptor - 0x1000);
    LOAD("8(%%eax,%%ecx,4)", (uint32_t)&descriptor - 12);
    LOAD("descriptor-8(,%%ecx,8)", 0);
    LOAD("%%gs:descriptor", 0);
    check("table-forms", count == 7, "LIDT with every form of address loads the table that it names");
}

static void bad_handler_thread(uint32_t unused)
{
    (void)unused;
    exception_table_load(exception_table);
    opcode();
    neighbour_came_through = 1;
    thread_stop();
}

static void bad_table_thread(uint32_t unused)
{
    (void)unused;
    exception_table_load((const void *)KERNEL_ADDRESS);
    opcode();
    neighbour_came_through = 1;
    thread_stop();
}

/* Its stack pointer is where no stack can be. */
static void bad_stack_thread(uint32_t unused)
{
    (void)unused;
    exception_table_load(exception_table);
    opcode_on(KERNEL_ADDRESS);
    neighbour_came_through = 1;
    thread_stop();
}

static void expect_stopped(thread_entry *entry, const char *sentence)
{
    thread_start(1, entry, 0);
    thread_sleep(5);
    bool dead = l4_state(l4_thread_schedule(l4_thread_of(l4_myself(), 1), L4_SCHEDULE_UNCHANGED)) == STATE_DEAD;
    check("bad-handler", dead && count == 0 && !neighbour_came_through, sentence);
}

static void bad_handler(l4_id_t helper)
{
    (void)helper;
    covers("bad-handler", "exception.bad-handler");
    pages_touch_for_writing(lthread_stacks[0], STACK_SIZE);
    exceptions_handle(record);
    expect_stopped(bad_table_thread, "a thread whose table is the kernel's is stopped");
    expect_stopped(bad_stack_thread, "and one whose frame would be the kernel's");
    exception_table[EXCEPTION_OPCODE][1] &= 0xFFFF0000;
    expect_stopped(bad_handler_thread, "and one whose gate is absent");
    exception_table[EXCEPTION_OPCODE][1] = KERNEL_ADDRESS | 0xEF00;
    expect_stopped(bad_handler_thread, "and one whose handler is in the kernel");
}

/* In a small space, where addresses are relative to it, and with a stack beyond its end. */
static void small_main(uint32_t unused)
{
    (void)unused;
    exceptions_handle(record);
    boss_call(EVENT_READY, 0, 0);
    uint32_t small = space_is_small();
    go_on = (uint32_t)opcode_after;
    opcode();
    uint32_t right = count == 1 && seen.eip == (uint32_t)opcode_at && seen_esp == expected_esp;
    uint32_t still_small = space_is_small();
    opcode_on(FAR + L4_PAGE_SIZE);
    boss_call(EVENT_DONE, right + (count == 2), small == VARIANT_SPACE_SMALL && still_small == small);
    thread_stop();
}

static void small_space(void)
{
    struct event event;
    l4_id_t id = task_start(TEST_TASK, small_main, 0);

    covers("small-space", "exception.frame");
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    task_make_small(id, 1);
    boss_reply(id, (struct l4_words){0});
    bool ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("small-space", ended && event.words.w1 == 2, "in a small space the frame has the space's own addresses");
    check("small-space", event.words.w2 == 1, "which it keeps until a frame lies beyond its end");
}

static void halt(l4_id_t helper)
{
    uint32_t version = 0;

    (void)helper;
    covers("halt", "emulate.hlt");
    __asm__ volatile("hlt" : "+a"(version));
    check("halt", version == VERSION, "HLT tells the kernel's version and goes on");
}

/* Unknown or forbidden to users, by the processor: these are not executed for them. */
static bool is_left_to_user(void (*raise)(void), const uint8_t *at, const uint8_t *after)
{
    count = 0;
    go_on = (uint32_t)after;
    raise();
    return count == 1 && (seen.vector == EXCEPTION_OPCODE || seen.vector == EXCEPTION_PROTECTION) &&
           seen.eip == (uint32_t)at;
}

static void machine_registers(l4_id_t helper)
{
    (void)helper;
    covers("machine-registers", "exception.rdtsc");
    exceptions_handle(record);
    check("machine-registers", is_left_to_user(read_msr, read_msr_at, read_msr_after), "RDMSR reaches the handler");
    check("machine-registers", is_left_to_user(write_msr, write_msr_at, write_msr_after), "and so does WRMSR");
    bool refused = is_left_to_user(time_stamp, time_stamp_at, time_stamp_after);
    check("machine-registers", refused || count == 0, "and RDTSC, unless the machine has it");
}

static const struct test tests[] = {
    {.name = "every-vector", .run = every_vector},
    {.name = "gates", .run = gates},
    {.name = "absent-pages", .run = absent_pages},
    {.name = "page-fault", .run = page_fault},
    {.name = "table-per-thread", .run = table_per_thread},
    {.name = "table-forms", .run = table_forms},
    {.name = "bad-handler", .run = bad_handler},
    {.name = "halt", .run = halt},
    {.name = "machine-registers", .run = machine_registers},
};
static const struct root_test root_tests[] = {{.name = "small-space", .run = small_space}};

static void user_exceptions_run(void)
{
    console_print("@note exceptions=expected\n");
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "user_exceptions", .run = user_exceptions_run};

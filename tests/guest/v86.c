/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a thread run 16-bit code in V86 mode, do its faults and software interrupts reach its own handler, which is
 * 32-bit code of the same task, and do its page faults reach its pager? */
#include "bench/support/console.h"
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum {
    SEGMENT = 0x1000, /* of the program, as DOS would load a .COM file */
    LINEAR = SEGMENT << 4,
    ORIGIN = 0x100,
    STACK = 0xFFFE,
    STACK_PAGE = LINEAR + 0xF000,
    ENTRY = SEGMENT << 16 | ORIGIN,
    TOP = SEGMENT << 16 | STACK,
    FAULT_LOG = LINEAR + 0x80, /* where the pager says what it was asked for */
    FLAG_CARRY = 1,
    FLAG_INTERRUPTS = 1 << 9,
    FLAG_IOPL = 3 << 12,
    FLAG_V86 = 1 << 17,
    EXIT_CODE = 42,
    STATE_DEAD = 0xF,
    PRINTED_MAXIMUM = 64,
};
static const uint32_t EX_REGS_V86 = 0x80000000;

/* The program, and one that loops. */
extern const uint8_t com_start[], com_after_int_30_ip[], com_end[], loop_start[], loop_end[];
__asm__("        .section .rodata\n"
        "        .code16\n"
        "com_start:\n"
        "        pushw   %cs\n"
        "        popw    %ds\n"
        "        movw    $(com_text - com_start + 0x100), %dx\n"
        "        movb    $9, %ah\n"
        "        int     $0x21\n" /* print the text */
        "        pushfw\n"        /* bit 9: interrupts are on */
        "        popw    %bx\n"
        "        cli\n"
        "        pushfw\n" /* bit 9: they are off */
        "        popw    %cx\n"
        "        sti\n"
        "        movw    $0x60, %dx\n"
        "        inb     %dx, %al\n"
        "        outb    %al, %dx\n"
        "        int     $0x30\n" /* no IPC */
        "        .set    com_after_int_30_ip, . - com_start + 0x100\n"
        "        int3\n"
        "        pushfw\n"
        "        pushw   %cs\n"
        "        pushw   $(com_back - com_start + 0x100)\n"
        "        iretw\n"
        "        hlt\n"
        "com_back:\n"
        "        stc\n"
        "        movw    %cs, %ax\n"
        "        movw    %ax, %es\n"
        "        movw    $0x1234, %ax\n"
        "        movw    %ax, %gs\n"
        "        movb    %cs:0x3000, %cl\n" /* a page fault, which leaves the segments alone */
        "        movw    $0x4C2A, %ax\n"
        "        int     $0x21\n" /* end, with a code of 42 */
        "        hlt\n"
        "com_text:\n"
        "        .ascii  \"sixteen bits$\"\n"
        "com_end:\n"
        "loop_start:\n"
        "        movw    %ds, %ax\n"
        "        movw    %ax, %cs:0x90\n"
        "        jmp     loop_start\n"
        "loop_end:\n"
        "        .code32\n"
        "        .previous\n");

/* The frames of the program's first 4 KB and of the rest, with its stack, in the root task. */
static uint8_t program_page[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));
static uint8_t stack_page[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));

struct fault_log {
    uint32_t count, address, eip;
};

static enum fault_answer program_pager(const struct fault *fault, uint32_t *fpage)
{
    struct fault_log *log = (struct fault_log *)&program_page[FAULT_LOG - LINEAR];
    uint32_t page = l4_page_base(fault->address);

    if (page < LINEAR || page > STACK_PAGE)
        return FAULT_DEFAULT;
    if (log->count++ == 0)
        *log = (struct fault_log){1, fault->address, fault->eip};
    *fpage = l4_fpage((uint32_t)(page == LINEAR ? program_page : stack_page), L4_PAGE_BITS, L4_FPAGE_WRITE);
    return FAULT_MAP;
}

static void program_load(const uint8_t *start, const uint8_t *end)
{
    memset(stack_page, 0, sizeof(stack_page));
    memset(program_page, 0, sizeof(program_page));
    memcpy(program_page + ORIGIN, start, (size_t)(end - start));
}

/* What the monitor has seen of the program. */
static struct {
    char printed[PRINTED_MAXIMUM];
    uint32_t length, interrupt_30, breakpoints, ports, flags_on, flags_off;
    bool interrupts; /* the program's */
    bool iopl;       /* ever other than 0 */
    volatile bool ended;
    struct exception last;
} seen;

static uint16_t *stack_of(const struct exception *state)
{
    return (uint16_t *)((state->ss << 4) + (state->esp & 0xFFFF));
}

static void push(struct exception *state, uint32_t word)
{
    state->esp = (state->esp - 2) & 0xFFFF;
    *stack_of(state) = (uint16_t)word;
}

static uint32_t pop(struct exception *state)
{
    uint32_t word = *stack_of(state);

    state->esp = (state->esp + 2) & 0xFFFF;
    return word;
}

static uint32_t flags_of(const struct exception *state)
{
    return (state->eflags & ~(uint32_t)FLAG_INTERRUPTS) | (seen.interrupts ? FLAG_INTERRUPTS : 0);
}

static void flags_set(struct exception *state, uint32_t flags)
{
    seen.interrupts = flags & FLAG_INTERRUPTS;
    state->eflags = (state->eflags & 0xFFFF0000) | (flags & 0xFFFF);
}

static void dos_call(struct exception *state)
{
    if (state->eax >> 8 == 9) {
        const char *text = (const char *)((state->ds << 4) + (state->edx & 0xFFFF));
        while (*text != '$' && seen.length < PRINTED_MAXIMUM - 1)
            seen.printed[seen.length++] = *text++;
        return;
    }
    seen.last = *state;
    seen.ended = true;
    thread_stop();
}

static void software_interrupt(struct exception *state, uint32_t number)
{
    state->eip += 2;
    if (number == 0x21)
        dos_call(state);
    else
        seen.interrupt_30 += number == 0x30 && state->eip == (uint32_t)com_after_int_30_ip;
}

/* The instructions that raise #GP in V86 mode with I/O privilege level 0. */
static void instruction_emulate(struct exception *state)
{
    const uint8_t *instruction = (const uint8_t *)((state->cs << 4) + state->eip);

    if (*instruction == 0xCD) {
        software_interrupt(state, instruction[1]);
        return;
    }
    state->eip++;
    switch (*instruction) {
    case 0x9C: /* PUSHF */
        push(state, flags_of(state));
        break;
    case 0x9D: /* POPF */
        flags_set(state, pop(state));
        break;
    case 0xCF: /* IRET */
        state->eip = pop(state);
        state->cs = pop(state);
        flags_set(state, pop(state));
        break;
    case 0xFA: /* CLI */
    case 0xFB: /* STI */
        seen.interrupts = *instruction == 0xFB;
        break;
    case 0xEC: /* IN AL, DX */
        state->eax = (state->eax & 0xFFFFFF00) | 0x5A;
        break;
    case 0xEE: /* OUT DX, AL */
        seen.ports += (state->edx & 0xFFFF) == 0x60 && (state->eax & 0xFF) == 0x5A;
        break;
    default:
        thread_stop();
    }
}

static void monitor(struct exception *state)
{
    if (!(state->eflags & FLAG_V86))
        thread_stop();
    seen.iopl |= (state->eflags & FLAG_IOPL) != 0;
    if (state->vector == EXCEPTION_BREAKPOINT)
        seen.breakpoints++;
    else
        instruction_emulate(state);
}

static void ex_regs_v86(uint32_t lthread, uint32_t *esp, uint32_t *eip)
{
    l4_lthread_ex_regs(lthread | EX_REGS_V86, esp, eip, L4_INVALID_ID);
}

/* Puts itself into V86 mode, with the monitor as its handler. */
static void program_main(uint32_t unused)
{
    uint32_t esp = TOP, eip = ENTRY;

    (void)unused;
    seen.interrupts = true;
    exceptions_handle(monitor);
    ex_regs_v86(1, &esp, &eip);
}

static void program_run(void)
{
    image_touch();
    thread_start(1, program_main, 0);
    for (uint32_t i = 0; i < 20 && !seen.ended; i++)
        thread_sleep(1);
}

static bool printed(const char *text)
{
    for (uint32_t i = 0; i <= seen.length; i++)
        if (seen.printed[i] != text[i])
            return false;
    return true;
}

static void com_program(l4_id_t helper)
{
    const struct fault_log *log = (const struct fault_log *)FAULT_LOG;

    (void)helper;
    covers("com-program", "v86.run v86.faults exregs.v86");
    program_run();
    check("com-program", printed("sixteen bits"), "INT 21h reaches the handler, which prints the program's text");
    check("com-program", seen.ended && (seen.last.eax & 0xFF) == EXIT_CODE,
          "and ends the program, which told it its code");
    check("com-program", seen.ports == 1, "IN and OUT reach it");
    check("com-program", (seen.last.ebx & FLAG_INTERRUPTS) && !(seen.last.ecx & FLAG_INTERRUPTS),
          "PUSHF, POPF, CLI and STI do");
    check("com-program", seen.last.eflags & FLAG_CARRY, "IRET does, and the program goes on where it leads");
    check("com-program", seen.interrupt_30 == 1, "INT 30h is no IPC, but an interrupt like others");
    check("com-program", seen.breakpoints == 1, "INT 3 is exception 3");
    check("com-program", seen.last.es == SEGMENT && seen.last.gs == 0x1234 && seen.last.ss == SEGMENT,
          "the frame has the program's segments");
    check("com-program", !seen.iopl, "its I/O privilege level is 0");
    check("com-program", log->count == 3 && log->address == LINEAR + ORIGIN && log->eip == ENTRY,
          "its page faults go to the pager, with linear addresses and CS:IP as EIP");
}

static volatile bool came_back;

/* Where the loop stores DS. */
static volatile uint16_t *const loop_segment = (volatile uint16_t *)(LINEAR + 0x90);

static void back_main(uint32_t unused)
{
    (void)unused;
    came_back = true;
    thread_stop();
}

static void expect_loop(const char *name, const char *sentence)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    *loop_segment = SEGMENT;
    thread_sleep(3);
    uint32_t eflags = l4_lthread_ex_regs(1, &esp, &eip, L4_INVALID_ID);
    check(name, (eflags & FLAG_V86) && esp == TOP && eip >> 16 == SEGMENT && (eip & 0xFFFF) - ORIGIN < 8, sentence);
    check(name, *loop_segment == 0, "its data segments are as it left them, 0 at first");
}

/* In and out of V86 mode from outside. */
static void redirected(l4_id_t helper)
{
    uint32_t esp = TOP, eip = ENTRY;

    (void)helper;
    covers("redirected", "exregs.v86 exregs.eip exregs.esp exregs.eflags");
    ex_regs_v86(1, &esp, &eip);
    expect_loop("redirected", "a new thread starts in V86 mode");
    thread_start(1, back_main, 0);
    thread_sleep(2);
    check("redirected", came_back, "it leaves it for 32-bit code");
    esp = TOP;
    eip = ENTRY;
    ex_regs_v86(1, &esp, &eip);
    expect_loop("redirected", "a thread that waits in IPC enters it");
    esp = L4_UNCHANGED;
    eip = ENTRY + 2;
    l4_lthread_ex_regs(1, &esp, &eip, L4_INVALID_ID);
    expect_loop("redirected", "and gets a new CS:IP alone in the same form");
}

static void no_handler(l4_id_t helper)
{
    uint32_t esp = TOP, eip = ENTRY;

    (void)helper;
    covers("no-handler", "exception.bad-handler");
    ex_regs_v86(1, &esp, &eip);
    thread_sleep(3);
    check("no-handler", l4_state(l4_thread_schedule(l4_thread_of(l4_myself(), 1), L4_SCHEDULE_UNCHANGED)) == STATE_DEAD,
          "a thread without an interrupt table is stopped at the program's first interrupt");
    thread_start(1, back_main, 0);
    thread_sleep(2);
    check("no-handler", came_back, "and can be started again");
}

/* V86 addresses are linear, so its task cannot be in a small space. */
static void small_main(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_READY, 0, 0);
    program_run();
    boss_call(EVENT_READY, seen.ended && printed("sixteen bits"), space_is_small());
    program_run();
    boss_call(EVENT_DONE, seen.ended, space_is_small());
    thread_stop();
}

static void small_space(void)
{
    struct event event;

    covers("small-space", "v86.run");
    program_load(com_start, com_end);
    boss_set_hook(program_pager);
    l4_id_t id = task_start(TEST_TASK, small_main, 0);
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    task_make_small(id, 1);
    boss_reply(id, (struct l4_words){0});
    bool ended = boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    check("small-space", ended && event.words.w1 && !event.words.w2, "V86 mode makes a small task large");
    task_make_small(id, 1);
    boss_reply(id, (struct l4_words){0});
    ended = boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS);
    check("small-space", ended && event.words.w1 && !event.words.w2, "and it stays large");
}

static const struct test com_tests[] = {
    {.name = "com-program", .run = com_program, .hook = program_pager},
    {.name = "no-handler", .run = no_handler, .hook = program_pager},
};
static const struct test loop_tests[] = {{.name = "redirected", .run = redirected, .hook = program_pager}};
static const struct root_test root_tests[] = {{.name = "small-space", .run = small_space}};

static void v86_run(void)
{
    console_print("@note exceptions=expected\n");
    program_load(com_start, com_end);
    tests_run(com_tests, sizeof(com_tests) / sizeof(com_tests[0]));
    program_load(loop_start, loop_end);
    tests_run(loop_tests, sizeof(loop_tests) / sizeof(loop_tests[0]));
    root_tests_run(root_tests, sizeof(root_tests) / sizeof(root_tests[0]));
}

const struct program program = {.name = "v86", .run = v86_run};

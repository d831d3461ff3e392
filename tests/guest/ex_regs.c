/* SPDX-License-Identifier: BSD-2-Clause */
/* What does lthread_ex_regs set, and what does it tell? */
#include "bench/support/selftest.h"

enum { LAST_LTHREAD = 63, REGISTERS = 7, FLAG_INTERRUPTS = 1 << 9, SOME_ID = 0x04050801, OTHER_ID = 0x04060801 };

/* All that a call takes and gives. */
struct registers {
    uint32_t eax, ebx, ecx, edx, esi;
};

static struct registers ex_regs(struct registers in)
{
    __asm__ volatile("int $0x35"
                     : "+a"(in.eax), "+b"(in.ebx), "+c"(in.ecx), "+d"(in.edx), "+S"(in.esi)
                     :
                     : "edi", "ebp", "memory");
    return in;
}

static struct registers unchanged(uint32_t lthread)
{
    return ex_regs((struct registers){lthread, L4_INVALID_ID, L4_UNCHANGED, L4_UNCHANGED, L4_INVALID_ID});
}

/* What a fresh thread finds in its registers; it stores them in its first instructions and sleeps for good. */
uint32_t first_registers[REGISTERS];
void store_registers(void);
__asm__("store_registers:\n\t"
        "movl   %eax, first_registers\n\t"
        "movl   %ebx, first_registers+4\n\t"
        "movl   %ecx, first_registers+8\n\t"
        "movl   %edx, first_registers+12\n\t"
        "movl   %esi, first_registers+16\n\t"
        "movl   %edi, first_registers+20\n\t"
        "movl   %ebp, first_registers+24\n\t"
        "call   thread_stop");

static void first_state(l4_id_t helper)
{
    bool zero = true;

    (void)helper;
    covers("first-state", "exregs.start exregs.start.registers exregs.own-task");
    for (uint32_t i = 0; i < REGISTERS; i++)
        first_registers[i] = 1;
    l4_id_t id = thread_start(1, (thread_entry *)store_registers, 0);
    thread_sleep(2);
    for (uint32_t i = 0; i < REGISTERS; i++)
        zero = zero && first_registers[i] == 0;
    check("first-state", zero, "a fresh thread's general registers are 0");
    check("first-state",
          l4_task_number(id) == l4_task_number(l4_myself()) &&
              l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED) != L4_UNCHANGED,
          "it is a thread of the caller's task");
}

static void both_needed(l4_id_t helper)
{
    l4_id_t id = l4_thread_of(l4_myself(), 2);

    (void)helper;
    covers("both-needed", "exregs.start.both");
    ex_regs((struct registers){2, L4_INVALID_ID, L4_UNCHANGED, (uint32_t)store_registers, L4_ROOT});
    check("both-needed", l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED) == L4_UNCHANGED, "EIP alone starts no thread");
    ex_regs((struct registers){2, L4_INVALID_ID, (uint32_t)lthread_stacks[2], L4_UNCHANGED, L4_ROOT});
    check("both-needed", l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED) == L4_UNCHANGED, "nor does ESP");
}

static void stopping_thread(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

static void ids(l4_id_t helper)
{
    (void)helper;
    covers("ids", "exregs.pager exregs.preempter exregs.unchanged exregs.eflags");
    thread_start(1, stopping_thread, 0);
    thread_sleep(2);
    struct registers old = ex_regs((struct registers){1, SOME_ID, L4_UNCHANGED, L4_UNCHANGED, OTHER_ID});
    check("ids", old.esi == L4_ROOT, "the old pager is told");
    check("ids", old.eax & FLAG_INTERRUPTS, "and EFLAGS");
    struct registers next = unchanged(1);
    check("ids", next.ebx == SOME_ID && next.esi == OTHER_ID, "pager and internal preempter are set");
    check("ids", unchanged(1).ebx == SOME_ID && unchanged(1).esi == OTHER_ID, "and stay when nothing is given");
}

static volatile uint32_t counter;

static void counting_thread(uint32_t unused)
{
    (void)unused;
    counter++;
    thread_stop();
}

static void last_lthread(l4_id_t helper)
{
    (void)helper;
    covers("last-lthread", "exregs.all-lthreads id.lthread");
    for (uint32_t lthread = 1; lthread <= LAST_LTHREAD; lthread++) {
        thread_start_on(small_stacks[lthread], SMALL_STACK_SIZE, lthread, counting_thread, 0);
        thread_sleep(1);
    }
    check("last-lthread", counter == LAST_LTHREAD, "63 threads besides the first can be started");
}

void redirected(void);
__asm__("redirected: movl $1, redirection\n\tjmp redirection_back");
uint32_t redirection;

static void myself(l4_id_t helper)
{
    uint32_t esp = L4_UNCHANGED, eip = (uint32_t)redirected, lthread = 0, id = L4_INVALID_ID, preempter = L4_INVALID_ID;

    (void)helper;
    covers("myself", "exregs.myself exregs.eip");
    __asm__ volatile("int $0x35\n"
                     "0:\tjmp 0b\n"
                     "redirection_back:"
                     : "+a"(lthread), "+b"(preempter), "+c"(esp), "+d"(eip), "+S"(id)
                     :
                     : "edi", "ebp", "memory");
    check("myself", redirection == 1, "a thread sends itself elsewhere");
}

static const struct test tests[] = {
    {.name = "first-state", .run = first_state},
    {.name = "both-needed", .run = both_needed},
    {.name = "ids", .run = ids},
    {.name = "last-lthread", .run = last_lthread},
    {.name = "myself", .run = myself},
};

static void ex_regs_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "ex_regs", .run = ex_regs_run};

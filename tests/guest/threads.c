/* SPDX-License-Identifier: BSD-2-Clause */
/* Do the calls that handle threads do what the interface says: id_nearest, thread_switch, thread_schedule,
 * lthread_ex_regs? */
#include "bench/support/console.h"
#include "bench/support/selftest.h"

enum { UNUSED_TASK = 200, LTHREADS = 64 };

static volatile uint32_t counts[2];

/* Counts for ever and never gives the processor up. */
static void counting_thread(uint32_t index)
{
    for (;;)
        counts[index]++;
}

static void id_nearest(l4_id_t helper)
{
    (void)helper;
    covers("id-nearest", "nearest.myself id.task id.lthread id.chief");
    l4_id_t id = l4_myself();

    check("id-nearest", l4_task_number(id) == TEST_TASK && l4_lthread(id) == 0, "id_nearest of nil is the caller's id");
    check("id-nearest", id >> L4_CHIEF_SHIFT == l4_task_number(L4_ROOT), "its chief is the task that created it");
}

static void sleeping_thread(uint32_t unused)
{
    (void)unused;
    thread_stop();
}

/* The counting thread has a lower priority: it runs in donated time only. */
static void thread_switch(l4_id_t helper)
{
    (void)helper;
    covers("thread-switch", "switch.donate switch.not-ready switch.nil");
    l4_id_t counter = thread_start(1, counting_thread, 0), waiting = thread_start(2, sleeping_thread, 0);

    thread_set_priority(counter, thread_get_priority(l4_myself()) - 1);
    thread_sleep(20);
    uint32_t before = counts[0];
    l4_thread_switch(L4_NIL_ID);
    check("thread-switch", before > 0 && counts[0] == before, "thread_switch to nobody leaves it to the priorities");
    l4_thread_switch(waiting);
    l4_thread_switch(counter ^ 3);
    check("thread-switch", counts[0] == before, "so does one to a thread that waits, or does not exist");
    l4_thread_switch(counter);
    check("thread-switch", counts[0] > before, "a ready one runs at once");
    thread_set_priority(counter, thread_get_priority(l4_myself()));
    before = counts[0];
    l4_thread_switch(L4_NIL_ID);
    check("thread-switch", counts[0] > before, "thread_switch to nobody lets others of the same priority run");
}

static void round_robin(l4_id_t helper)
{
    (void)helper;
    thread_start(1, counting_thread, 0);
    thread_start(2, counting_thread, 1);
    thread_sleep(100);
    uint32_t first = counts[0], second = counts[1];
    check("round-robin", first > 0 && second > 0, "two threads that never block both advance");
    check("round-robin", first < 2 * second && second < 2 * first, "and about as far");
}

static void priority(l4_id_t helper)
{
    (void)helper;
    covers("priority", "schedule.priority schedule.priority.old");
    uint32_t own = thread_get_priority(l4_myself());
    l4_id_t low = thread_start(1, counting_thread, 0);

    thread_set_priority(low, own - 1);
    check("priority", thread_get_priority(low) == own - 1, "thread_schedule tells the priority it set");
    thread_start(2, counting_thread, 1);
    thread_sleep(30);
    uint32_t before = counts[0];
    thread_sleep(30);
    check("priority", counts[0] == before && counts[1] > 0,
          "a thread does not run beside a ready one of higher priority");
}

static void ex_regs(l4_id_t helper)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    (void)helper;
    covers("ex-regs", "exregs.start exregs.eip exregs.esp");
    thread_start(1, counting_thread, 0);
    thread_sleep(30);
    l4_lthread_ex_regs(1, &esp, &eip, L4_INVALID_ID);
    check("ex-regs", esp > (uint32_t)lthread_stacks[0] && esp < (uint32_t)lthread_stacks[1],
          "it tells the stack pointer");
    check("ex-regs", eip - (uint32_t)counting_thread < 64, "it tells the instruction pointer");
    thread_start(1, counting_thread, 1);
    thread_sleep(30);
    uint32_t first = counts[0], second = counts[1];
    thread_sleep(30);
    check("ex-regs", counts[0] == first && counts[1] > second, "it sends a running thread elsewhere");
}

/* An instruction that stops the thread, and its address. */
void stop_here(void);
__asm__("stop_here: ud2");

static void ex_regs_stopped(l4_id_t helper)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    (void)helper;
    covers("ex-regs-stopped", "exregs.unchanged");
    thread_start(1, (thread_entry *)stop_here, 0);
    thread_sleep(5);
    l4_lthread_ex_regs(1, &esp, &eip, L4_INVALID_ID);
    check("ex-regs-stopped", eip == (uint32_t)stop_here, "a stopped thread tells where it stopped");
    thread_sleep(5);
    esp = L4_UNCHANGED;
    eip = L4_UNCHANGED;
    l4_lthread_ex_regs(1, &esp, &eip, L4_INVALID_ID);
    check("ex-regs-stopped", eip == (uint32_t)stop_here, "and stays there while nothing changes");
    thread_start(1, counting_thread, 0);
    thread_sleep(30);
    check("ex-regs-stopped", counts[0] > 0, "until it is sent elsewhere");
}

static volatile uint32_t started[LTHREADS];

/* Notes which lthread it is. */
static void noting_thread(uint32_t argument)
{
    started[l4_lthread(l4_myself())] = argument;
    thread_stop();
}

static void all_lthreads(l4_id_t helper)
{
    uint32_t right = 0;

    (void)helper;
    covers("all-lthreads", "exregs.all-lthreads exregs.start id.lthread");
    for (uint32_t lthread = 1; lthread < LTHREADS; lthread++)
        thread_start_on(small_stacks[lthread], SMALL_STACK_SIZE, lthread, noting_thread, lthread + 100);
    thread_sleep(30);
    for (uint32_t lthread = 1; lthread < LTHREADS; lthread++)
        right += started[lthread] == lthread + 100;
    check("all-lthreads", right == LTHREADS - 1, "63 threads beside lthread 0 run with their own stacks");
}

/* Runs with the carry flag and the direction flag set. */
void flags_set(void);
__asm__("flags_set: std\n\tstc\n0: jmp 0b");

static struct l4_thread_registers unchanged(void)
{
    return (struct l4_thread_registers){0, L4_UNCHANGED, L4_UNCHANGED, L4_INVALID_ID, L4_INVALID_ID};
}

static void exchanged(l4_id_t helper)
{
    enum { CARRY = 1 << 0, INTERRUPTS = 1 << 9, DIRECTION = 1 << 10 };
    enum { EXPECTED = CARRY | INTERRUPTS | DIRECTION };

    (void)helper;
    covers("exchanged", "exregs.eflags exregs.pager exregs.unchanged exregs.start.both");
    struct l4_thread_registers values = unchanged();
    values.eip = (uint32_t)counting_thread;
    l4_exchange(1, values);
    check("exchanged", l4_thread_schedule(l4_thread_of(l4_myself(), 1), L4_SCHEDULE_UNCHANGED) == 0xFFFFFFFF,
          "a new thread needs ESP and EIP");
    thread_start(1, (thread_entry *)flags_set, 0);
    thread_sleep(5);
    check("exchanged", (l4_exchange(1, unchanged()).eflags & EXPECTED) == EXPECTED, "lthread_ex_regs tells EFLAGS");
    values = unchanged();
    values.pager = l4_myself();
    check("exchanged", l4_exchange(1, values).pager == L4_ROOT, "it sets a pager and tells the old one");
    check("exchanged", l4_exchange(1, unchanged()).pager == l4_myself(), "which the invalid id leaves");
}

/* The right to a task number is its chief's: all numbers begin as the root task's. */
static void task_right(l4_id_t helper)
{
    (void)helper;
    covers("task-right", "task.refused");
    l4_id_t wanted = l4_task_number(l4_myself()) << L4_CHIEF_SHIFT | UNUSED_TASK << L4_TASK_SHIFT;
    l4_id_t made = l4_task_new(wanted, 255, (uint32_t)&lthread_stacks[1], (uint32_t)counting_thread, l4_myself());

    check("task-right", made == L4_NIL_ID, "task_new of a number that is not the caller's to give fails");
}

static const struct test tests[] = {
    {.name = "id-nearest", .run = id_nearest},
    {.name = "thread-switch", .run = thread_switch},
    {.name = "round-robin", .run = round_robin},
    {.name = "priority", .run = priority},
    {.name = "ex-regs", .run = ex_regs},
    {.name = "task-right", .run = task_right},
    {.name = "all-lthreads", .run = all_lthreads},
    {.name = "exchanged", .run = exchanged},
    {.name = "ex-regs-stopped", .run = ex_regs_stopped},
};

static void threads_run(void)
{
    console_print("@note exceptions=expected\n");
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "threads", .run = threads_run};

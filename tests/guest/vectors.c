/* SPDX-License-Identifier: BSD-2-Clause */
/* What does `int n` do for each n? The kernel's seven calls are made here by their numbers, without the wrappers that
 * all other programs use. */
#include "bench/support/console.h"
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum { VECTORS = 256, IPC = 0x30, ID_NEAREST, FPAGE_UNMAP, THREAD_SWITCH, THREAD_SCHEDULE, LTHREAD_EX_REGS, TASK_NEW };
enum { OPCODE_INT = 0xCD, OPCODE_RET = 0xC3, INT_BYTES = 2, FLAG_INTERRUPTS = 1 << 9, WORKER = 1 };
static const uint32_t UNCHANGED = 0xFFFFFFFF;

/* `int n` and a return; and what EBP, which C keeps to itself, is before and after it. */
static volatile uint8_t code[] __asm__("vector_code") = {OPCODE_INT, 0, OPCODE_RET};
static volatile uint32_t ebp __asm__("vector_ebp");

struct registers {
    uint32_t eax, ecx, edx, ebx, esi, edi, ebp;
};

static struct registers interrupt(uint32_t vector, struct registers at)
{
    code[1] = (uint8_t)vector;
    ebp = at.ebp;
    __asm__ volatile("pushl %%ebp\n\t"
                     "movl vector_ebp, %%ebp\n\t"
                     "call vector_code\n\t"
                     "movl %%ebp, vector_ebp\n\t"
                     "popl %%ebp"
                     : "+a"(at.eax), "+c"(at.ecx), "+d"(at.edx), "+b"(at.ebx), "+S"(at.esi), "+D"(at.edi)
                     :
                     : "memory", "cc");
    at.ebp = ebp;
    return at;
}

static volatile uint32_t worker_ran;

static void worker(uint32_t unused)
{
    (void)unused;
    worker_ran = 1;
    thread_stop();
}

/* The first fault at UNMAPPED gets its page, later ones another. */
enum { UNMAPPED = ARENA_START, OTHER = ARENA_START + L4_PAGE_SIZE };
static uint32_t faults_there;

static enum fault_answer other_page_then(const struct fault *fault, uint32_t *fpage)
{
    if (l4_page_base(fault->address) != UNMAPPED)
        return FAULT_DEFAULT;
    uint8_t *frame = task_frame(l4_task_number(fault->thread), faults_there++ ? OTHER : UNMAPPED);
    *fpage = l4_fpage((uint32_t)frame, L4_PAGE_BITS, L4_FPAGE_WRITE);
    return FAULT_MAP;
}

static bool unmaps(void)
{
    volatile uint32_t *word = (volatile uint32_t *)UNMAPPED;

    *word = 7;
    interrupt(FPAGE_UNMAP, (struct registers){.eax = l4_fpage(UNMAPPED, L4_PAGE_BITS, 0), .ecx = 0x80000002});
    return *word == 0;
}

/* To a thread that is ready and has a lower priority, which says that `switch` means that one. */
static bool switches(l4_id_t id)
{
    bool waited = !worker_ran;

    interrupt(THREAD_SWITCH, (struct registers){.esi = id});
    return waited && worker_ran;
}

static bool sleeps(void)
{
    static struct l4_message box;

    l4_message_init(&box, 0);
    struct registers sleep = {.eax = UNCHANGED, .ecx = l4_timeouts(0, 1), .ebp = (uint32_t)&box};
    return l4_error(interrupt(IPC, sleep).eax) == L4_TIMEOUT;
}

static void calls(l4_id_t helper)
{
    l4_id_t myself = interrupt(ID_NEAREST, (struct registers){0}).esi;
    l4_id_t id = l4_thread_of(myself, WORKER);
    uint32_t priority = 100, stack = stack_with_argument(lthread_stacks[0], STACK_SIZE, 0);

    (void)helper;
    covers("calls", "call.vectors");
    check("calls", sleeps(), "30 is ipc: a receive from nil times out");
    check("calls", l4_task_number(myself) == TEST_TASK && l4_lthread(myself) == 0, "31 is id_nearest: the own id");
    check("calls", unmaps(), "32 is fpage_unmap: a page is gone");
    struct registers start = {WORKER, stack, (uint32_t)worker, L4_INVALID_ID, L4_ROOT, 0, 0};
    interrupt(LTHREAD_EX_REGS, start);
    interrupt(THREAD_SCHEDULE, (struct registers){.eax = priority, .ebx = L4_INVALID_ID, .esi = id});
    struct registers asked = interrupt(THREAD_SCHEDULE, (struct registers){UNCHANGED, 0, 0, L4_INVALID_ID, id, 0, 0});
    check("calls", l4_priority(asked.eax) == priority, "34 is thread_schedule: a priority is set, and told");
    check("calls", switches(id), "33 is thread_switch: the thread runs");
    struct registers old = interrupt(
        LTHREAD_EX_REGS, (struct registers){WORKER, UNCHANGED, UNCHANGED, L4_INVALID_ID, L4_INVALID_ID, 0, 0});
    check("calls", old.esi == L4_ROOT && (old.eax & FLAG_INTERRUPTS), "35 is lthread_ex_regs: a pager and flags");
    check("calls", interrupt(TASK_NEW, (struct registers){.ebx = L4_ROOT, .esi = L4_SIGMA0}).esi == L4_NIL_ID,
          "36 is task_new: sigma0 is not the caller's");
}

static struct exception seen;
static uint32_t count;

static void record(struct exception *exception)
{
    count++;
    memcpy(&seen, exception, offsetof(struct exception, esp));
    exception->eip = (uint32_t)code + INT_BYTES;
}

static bool raises(uint32_t vector, enum exception_vector exception, uint32_t error, uint32_t eip)
{
    count = 0;
    interrupt(vector, (struct registers){0});
    return count == 1 && seen.vector == exception && seen.error == error && seen.eip == eip;
}

static void other_vectors(l4_id_t helper)
{
    uint32_t at = (uint32_t)code, wrong = 0;

    (void)helper;
    covers("other-vectors", "call.other-vectors");
    exceptions_handle(record);
    for (uint32_t vector = 0; vector < VECTORS; vector++) {
        bool trap = vector == EXCEPTION_BREAKPOINT || vector == EXCEPTION_OVERFLOW;
        bool call = vector >= IPC && vector <= TASK_NEW;
        wrong += !trap && !call && !raises(vector, EXCEPTION_PROTECTION, 8 * vector + 2, at);
    }
    check("other-vectors", wrong == 0, "any other number is a protection fault that tells it");
    check("other-vectors",
          raises(EXCEPTION_BREAKPOINT, EXCEPTION_BREAKPOINT, 0, at + INT_BYTES) &&
              raises(EXCEPTION_OVERFLOW, EXCEPTION_OVERFLOW, 0, at + INT_BYTES),
          "but 3 and 4, which are the exceptions of these numbers");
}

static const struct test tests[] = {
    {.name = "calls", .run = calls, .hook = other_page_then},
    {.name = "other-vectors", .run = other_vectors},
};

static void vectors_run(void)
{
    tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "vectors", .run = vectors_run};

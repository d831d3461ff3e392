/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a hostile thread ask of the kernel? Random calls whose arguments are drawn from values that mean something:
 * limits, overlaps, the kernel's own addresses, ids of the living and the dead. */
#include "bench/support/exception.h"
#include "bench/support/memory.h"
#include "bench/support/thread.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/trapping.h"

enum { CANARY_DWORDS = 1024, CALLS_FOR_AN_INSTRUCTION = 16 };
static const uint32_t NIL_DESCRIPTOR = 0xFFFFFFFF;

/* One instruction, so that no other thread of the processor comes between. */
static void count(volatile uint32_t *counter)
{
    __asm__ volatile("incl %0" : "+m"(*counter) : : "cc");
}

static void ipc_fill(struct hostile *self, struct raw_registers *r)
{
    uint32_t sends = below(self, 4);

    r->eax = sends == 0 ? NIL_DESCRIPTOR : sends == 1 ? below(self, 4) : any_structure(self) & ~3u;
    if (sends > 1)
        r->eax |= one_in(self, 2) ? 2 : below(self, 4);
    switch (below(self, 5)) {
    case 0:
        r->ebp = NIL_DESCRIPTOR;
        break;
    case 1:
        r->ebp = below(self, 2);
        break;
    case 2:
        r->ebp = any_window(self) | 2 | below(self, 2);
        break;
    default:
        r->ebp = (any_structure(self) & ~3u) | below(self, 2);
    }
    r->ecx = any_timeouts(self);
    r->esi = any_id(self);
    r->edx = one_in(self, 2) ? any_address(self) : next(self);
    r->ebx = any_fpage(self);
    r->edi = next(self);
    r->top = any_id(self);
}

/* What the root task does is not for others to do: they would print in its name. */
static uint32_t outside_image(uint32_t address)
{
    return address - (uint32_t)image_start < (uint32_t)image_private_end - (uint32_t)image_start ? 0 : address;
}

static void ex_regs_fill(struct hostile *self, struct raw_registers *r)
{
    uint32_t lthread = 1 + below(self, HOSTILE_THREADS - 1);

    r->eax = one_in(self, 8) ? next(self) : lthread;
    r->ecx = r->edx = 0xFFFFFFFF;
    if (one_in(self, 2)) {
        r->edx = (uint32_t)hostile_main;
        r->ecx = stack_with_argument(lthread_stacks[lthread - 1], STACK_SIZE, lthread);
    }
    if (one_in(self, 16)) {
        r->eax = HOSTILE_THREADS + below(self, 58); /* threads that only fault */
        r->edx = outside_image(any_address(self));
        r->ecx = any_address(self);
    }
    r->ebx = one_in(self, 2) ? 0xFFFFFFFF : any_id(self);
    /* A thread with a bad pager does not live long. */
    r->esi = one_in(self, 64) ? any_id(self) : one_in(self, 2) ? L4_ROOT : 0xFFFFFFFF;
}

/* Sub-tasks of its own, and tasks that are not. */
static void task_new_fill(struct hostile *self, struct raw_registers *r)
{
    uint32_t given = 16 + 4 * (l4_task_number(own_task) - FIRST_TASK) + below(self, 4);

    r->eax = one_in(self, 2) ? 100 : any_id(self);
    r->ecx = any_address(self);
    r->edx = any_address(self);
    r->ebx = one_in(self, 4) ? 0 : one_in(self, 2) ? any_id(self) : (own_task | self->lthread << L4_LTHREAD_SHIFT);
    r->esi = one_in(self, 2) ? given << L4_TASK_SHIFT : any_id(self);
}

static enum call any_call(struct hostile *self)
{
    static const uint8_t often[] = {IPC,
                                    IPC,
                                    IPC,
                                    IPC,
                                    IPC,
                                    IPC,
                                    IPC,
                                    IPC,
                                    ID_NEAREST,
                                    FPAGE_UNMAP,
                                    THREAD_SWITCH,
                                    THREAD_SCHEDULE,
                                    LTHREAD_EX_REGS,
                                    LTHREAD_EX_REGS,
                                    TASK_NEW};

    return (enum call)often[below(self, sizeof(often))];
}

static void registers_fill(struct hostile *self, enum call call, struct raw_registers *r)
{
    *r = (struct raw_registers){.eax = next(self), .ebx = any_id(self), .ecx = next(self), .esi = any_id(self)};
    switch (call) {
    case IPC:
        ipc_fill(self, r);
        break;
    case FPAGE_UNMAP:
        r->eax = any_fpage(self);
        r->ecx = below(self, 4) << 30 | below(self, 4);
        break;
    case THREAD_SCHEDULE:
        r->eax = one_in(self, 4) ? 0xFFFFFFFF : (next(self) & 0xFFF0FF00) | below(self, 120);
        break;
    case LTHREAD_EX_REGS:
        ex_regs_fill(self, r);
        break;
    case TASK_NEW:
        task_new_fill(self, r);
        break;
    default:
        break;
    }
}

/* The outcome by number, 0 for a call that did something. */
static uint32_t outcome_of(enum call call, const struct raw_registers *before, const struct raw_registers *after)
{
    switch (call) {
    case IPC:
        return l4_error(after->eax) >> 4;
    case THREAD_SCHEDULE:
        return after->eax == 0xFFFFFFFF;
    case LTHREAD_EX_REGS:
        return after->eax == 0;
    case TASK_NEW:
        return after->esi == 0;
    case FPAGE_UNMAP:
        return (before->eax >> 2 & 0x3F) < 12 || (before->eax >> 2 & 0x3F) > 32;
    case THREAD_SWITCH:
    case ID_NEAREST:
    default:
        return 0;
    }
}

static void one_call(struct hostile *self)
{
    struct raw_registers r;
    enum call call = any_call(self);

    registers_fill(self, call, &r);
    struct raw_registers before = r;
    count(&shared->counts.calls);
    raw_calls[call](&r);
    uint32_t outcome = outcome_of(call, &before, &r);
    count(&shared->counts.outcome[call][outcome]);
    if (outcome != REFUSED)
        count(&shared->counts.valid[call]);
    if (call == IPC && outcome == 0 && (before.ebp & 1) && before.ebp < 0xC0000000)
        self->partner = r.esi;
}

/* Every gate of the table leads back here, so that a thread outlives its exceptions. */
static void handle_exceptions(void)
{
    for (uint32_t vector = 0; vector < EXCEPTIONS; vector++) {
        exception_table[vector][0] = (uint32_t)trapped & 0xFFFF;
        exception_table[vector][1] = ((uint32_t)trapped & 0xFFFF0000) | GATE_PRESENT_TRAP;
    }
    exception_table_load(exception_table);
}

/* An instruction that the kernel executes, or that raises an exception, with a bad operand or stack as often as not. */
static void one_instruction(struct hostile *self)
{
    uint32_t stack = one_in(self, 2) ? 0 : any_address(self);
    uint32_t operand = one_in(self, 4) ? any_structure(self) : any_address(self);

    /* Over the end of a page. */
    if (one_in(self, 4))
        operand |= L4_PAGE_SIZE - 3;
    if (stack && one_in(self, 4))
        stack = (stack & ~(L4_PAGE_SIZE - 1)) + 2;
    count(&shared->counts.instruction[trapping[below(self, TRAPPING)](operand, stack)]);
    if (!one_in(self, 4))
        handle_exceptions();
}

/* After an exception at any other place. */
void restart(void)
{
    uint32_t lthread = l4_lthread(l4_myself());

    if (lthread < HOSTILE_THREADS)
        thread_start_on(lthread ? lthread_stacks[lthread - 1] : main_stack, STACK_SIZE, lthread, hostile_main, lthread);
    thread_stop();
}

void hostile_main(uint32_t lthread)
{
    struct hostile self = {.lthread = lthread};

    own_task = l4_thread_of(l4_myself(), 0);
    self.random = (shared->seed * 64 + lthread) * 0x9E3779B1u ^
                  (shared->generation * 8 + l4_task_number(own_task)) << 7 ^ shared->counts.calls * 0x85EBCA6Bu;
    self.random |= 1;
    for (uint32_t i = 1; lthread == 0 && i < HOSTILE_THREADS; i++)
        thread_start(i, hostile_main, i);
    handle_exceptions();
    for (;;) {
        one_call(&self);
        if (one_in(&self, CALLS_FOR_AN_INSTRUCTION))
            one_instruction(&self);
    }
}

static uint32_t canary_value(uint32_t dword)
{
    return dword * 0x9E3779B1u ^ 0xCA9A;
}

void canary_main(uint32_t unused)
{
    static volatile uint32_t canary[CANARY_DWORDS];
    volatile struct witness *witness = (volatile struct witness *)WITNESS;

    (void)unused;
    for (uint32_t i = 0; i < CANARY_DWORDS; i++)
        canary[i] = canary_value(i);
    for (;;) {
        thread_sleep(2);
        for (uint32_t i = 0; i < CANARY_DWORDS; i++)
            if (canary[i] != canary_value(i))
                witness->wrong++;
        witness->rounds++;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a hostile thread ask of the kernel? Random calls whose arguments are drawn from values that mean something:
 * limits, overlaps, the kernel's own addresses, ids of the living and the dead. */
#include "bench/support/memory.h"
#include "bench/support/thread.h"
#include "tests/fuzz/hostile.h"

enum { BOX_PAGES = 6, BOX_BYTES = BOX_PAGES * L4_PAGE_SIZE, CANARY_DWORDS = 1024 };
static const uint32_t NIL_DESCRIPTOR = 0xFFFFFFFF;

struct hostile {
    uint32_t random;
    uint32_t lthread;
    uint32_t partner; /* who has sent last */
};

static volatile struct shared *const shared = (volatile struct shared *)SHARED;

/* Sub-tasks that each hostile task has been given (the boss gives numbers 16 + 4 * index and up). */
static uint32_t own_task;

static uint32_t next(struct hostile *self)
{
    /* Other threads may write over this one's stack; 0 is the one state that never changes. */
    uint32_t x = self->random ? self->random : shared->calls | 1;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    self->random = x;
    return x >> 3;
}

static uint32_t below(struct hostile *self, uint32_t limit)
{
    return next(self) % limit;
}

static bool one_in(struct hostile *self, uint32_t n)
{
    return below(self, n) == 0;
}

/* One instruction, so that no other thread of the processor comes between. */
static void count(volatile uint32_t *counter)
{
    __asm__ volatile("incl %0" : "+m"(*counter) : : "cc");
}

/* Each thread's own pages of the arena, on both sides of the 4 MB boundary for the middle one. */
static uint32_t box_of(const struct hostile *self)
{
    return ARENA_START + self->lthread * BOX_BYTES;
}

static uint32_t any_address(struct hostile *self)
{
    static const uint32_t odd[] = {0,          4,          0xBFFFFFFC, 0xBFFFFFF0, 0xC0000000, 0xC0800000,
                                   0xDFFFFFFC, 0xE0000000, 0xE00A0740, 0xF0000000, 0xF0100000, 0xF7FFFFFC,
                                   0xFF000000, 0xFFFFFFFC, 0x30000000, 0xBFC00000, 0x00400000};

    switch (below(self, 4)) {
    case 0:
        return odd[below(self, sizeof(odd) / sizeof(odd[0]))] + below(self, 3);
    case 1:
        return next(self) << 3;
    default:
        return ARENA_START + below(self, ARENA_END - ARENA_START);
    }
}

static uint32_t any_id(struct hostile *self)
{
    static const uint32_t odd[] = {0, 0xFFFFFFFF, 0x00000400, 0x04020001, 1, 16, 0x04FF0001, 0xFFFF0000, 0x04040001};
    uint32_t myself = own_task | self->lthread << L4_LTHREAD_SHIFT;

    switch (below(self, 8)) {
    case 0:
        return odd[below(self, sizeof(odd) / sizeof(odd[0]))];
    case 1:
        return shared->known[below(self, KNOWN_IDS)] ^ 1u << below(self, 32);
    case 2:
        return self->partner;
    case 3:
    case 4:
        return l4_thread_of(myself, below(self, HOSTILE_THREADS));
    default:
        return l4_thread_of(shared->known[below(self, KNOWN_IDS)], below(self, HOSTILE_THREADS));
    }
}

/* Mostly short, since who waits does not call. */
static uint32_t any_timeouts(struct hostile *self)
{
    uint32_t faults = below(self, 3) ? l4_fault_timeouts(8 + below(self, 8), 8 + below(self, 8)) : 0;

    if (one_in(self, 4))
        return faults | l4_timeouts(0, 0);
    if (one_in(self, 16))
        return faults | (next(self) & 0xFFFF00FF);
    return faults | l4_timeouts(below(self, 3), below(self, 3));
}

static uint32_t any_fpage(struct hostile *self)
{
    uint32_t bits = below(self, 8) ? 12 + below(self, 4) : below(self, 64);
    uint32_t base = one_in(self, 8) ? any_address(self) : box_of(self) + below(self, BOX_BYTES);

    return (base & ~0xFFFu) | bits << 2 | below(self, 4);
}

static uint32_t any_window(struct hostile *self)
{
    if (one_in(self, 4))
        return l4_fpage(0, 32, 0);
    return l4_fpage(ARENA_START + 0x10000 * below(self, 4), 16, 0);
}

static uint32_t any_dope(struct hostile *self)
{
    uint32_t dwords = one_in(self, 8) ? next(self) : below(self, 64);
    uint32_t strings = one_in(self, 4) ? below(self, 32) : 0;

    return dwords << L4_DWORD_SHIFT | strings << 8 | (next(self) & 0xFF);
}

/* A structure of random contents, in the thread's own box as a rule; its address. */
static uint32_t any_structure(struct hostile *self)
{
    uint32_t offset = (below(self, BOX_BYTES - 512)) & ~3u;
    uint32_t *words = (uint32_t *)(box_of(self) + (one_in(self, 4) ? offset | 0xF80 : offset));

    if (one_in(self, 8))
        return any_address(self);
    words[0] = one_in(self, 2) ? any_window(self) : 0;
    words[1] = any_dope(self);
    words[2] = any_dope(self);
    for (uint32_t i = 3; i < 3 + below(self, 24); i += 2) {
        words[i] = one_in(self, 2) ? any_address(self) : below(self, 300);
        words[i + 1] = one_in(self, 2) ? any_fpage(self) : any_address(self);
    }
    return (uint32_t)words;
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
    count(&shared->calls);
    raw_calls[call](&r);
    uint32_t outcome = outcome_of(call, &before, &r);
    count(&shared->outcome[call][outcome]);
    if (outcome != REFUSED)
        count(&shared->valid[call]);
    if (call == IPC && outcome == 0 && (before.ebp & 1) && before.ebp < 0xC0000000)
        self->partner = r.esi;
}

void hostile_main(uint32_t lthread)
{
    struct hostile self = {.lthread = lthread};

    own_task = l4_thread_of(l4_myself(), 0);
    self.random = (shared->seed * 64 + lthread) * 0x9E3779B1u ^
                  (shared->generation * 8 + l4_task_number(own_task)) << 7 ^ shared->calls * 0x85EBCA6Bu;
    self.random |= 1;
    for (uint32_t i = 1; lthread == 0 && i < HOSTILE_THREADS; i++)
        thread_start(i, hostile_main, i);
    for (;;)
        one_call(&self);
}

static uint32_t canary_value(uint32_t dword)
{
    return dword * 0x9E3779B1u ^ 0xCA9A;
}

void canary_main(uint32_t unused)
{
    static volatile uint32_t canary[CANARY_DWORDS];

    (void)unused;
    for (uint32_t i = 0; i < CANARY_DWORDS; i++)
        canary[i] = canary_value(i);
    for (;;) {
        thread_sleep(2);
        for (uint32_t i = 0; i < CANARY_DWORDS; i++)
            if (canary[i] != canary_value(i))
                count(&shared->canary_wrong);
        count(&shared->canary_rounds);
    }
}

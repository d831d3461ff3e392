/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/ports.h"

#include "kernel/init/info_page.h"
#include "kernel/memory/frames.h"

#include <stddef.h>

enum { BITMAP_FRAMES = 2, UNITS_PER_FRAME = PORT_UNITS / BITMAP_FRAMES };

_Static_assert(PORT_UNITS == PAGE_SIZE, "the givers of a task's units fill one frame");

/* Ports are mapped idempotently, so the tree of a unit needs no more than each holder's giver. */
struct port_space {
    struct port_space *next;
    uint8_t *givers; /* by unit: the number of the task it is from, 0: the task does not have it; NULL: never had any */
    uint32_t bitmap[BITMAP_FRAMES]; /* physical; a word per unit, a bit per port, 1: denied */
    uint32_t held;                  /* units */
};

static struct port_space spaces[TASKS];
static struct port_space *first_space; /* of those with memory */

enum verdict { UNKNOWN, KEPT, DOOMED };
static uint8_t verdicts[TASKS];

struct port_units ports_of_fpage(uint32_t fpage)
{
    uint32_t ports = 1u << (fpage >> PORT_FPAGE_SIZE_SHIFT & 0x1F);
    uint32_t first = fpage >> PORT_FPAGE_PORT_SHIFT & 0xFFFF & ~(ports - 1);
    return (struct port_units){first / PORTS_PER_UNIT, (first + ports) / PORTS_PER_UNIT};
}

static struct port_space *space_of(const struct task *task)
{
    return &spaces[task->number];
}

static bool has(const struct task *task, uint32_t unit)
{
    const struct port_space *space = space_of(task);
    return task->number == SIGMA0_TASK || (space->givers && space->givers[unit]);
}

static void free_frames(struct port_space *space)
{
    for (int i = 0; i < BITMAP_FRAMES; i++) {
        if (space->bitmap[i]) {
            frame_free(space->bitmap[i]);
        }
    }
    if (space->givers) {
        frame_free((uint32_t)(uintptr_t)space->givers - PHYSICAL_ALIAS);
    }
    *space = (struct port_space){0};
}

static uint32_t frame_of_ones(void)
{
    uint32_t frame = frame_allocate();
    uint32_t *words = physical_alias(frame);
    for (uint32_t i = 0; frame && i < PAGE_SIZE / sizeof(uint32_t); i++) {
        words[i] = UINT32_MAX;
    }
    return frame;
}

bool ports_prepare(struct task *task)
{
    struct port_space *space = space_of(task);
    if (space->givers || task->number == SIGMA0_TASK) {
        return true;
    }
    uint32_t givers = frame_allocate();
    space->givers = givers ? physical_alias(givers) : NULL;
    for (int i = 0; i < BITMAP_FRAMES; i++) {
        space->bitmap[i] = frame_of_ones();
    }
    if (!space->givers || !space->bitmap[0] || !space->bitmap[1]) {
        free_frames(space);
        return false;
    }
    space->next = first_space;
    first_space = space;
    return true;
}

/* A task with all ports may have threads of I/O privilege level 3, which no bitmap stops. */
static void lower_privilege(uint32_t number)
{
    for (uint32_t lthread = 0; lthread < LTHREADS; lthread++) {
        const struct tcb *thread = tcb_of_id(number << ID_TASK_SHIFT | lthread << ID_LTHREAD_SHIFT);
        if (thread->id != ID_NIL) {
            uint32_t *eflags = &tcb_user_frame(thread)->eflags;
            *eflags = (*eflags & ~(uint32_t)EFLAGS_IOPL_USER) | EFLAGS_INTERRUPTS;
        }
    }
}

static void set_giver(struct port_space *space, uint32_t unit, uint32_t giver)
{
    uint16_t *words = physical_alias(space->bitmap[unit / UNITS_PER_FRAME]);
    if (!giver && space->held == PORT_UNITS) {
        lower_privilege((uint32_t)(space - spaces));
    }
    space->held += (giver ? 1u : 0u) - (space->givers[unit] ? 1u : 0u);
    space->givers[unit] = (uint8_t)giver;
    words[unit % UNITS_PER_FRAME] = giver ? 0 : UINT16_MAX;
}

/* Marks the task and its givers, up to the first whose verdict is known, with that verdict.  A chain of givers has no
   cycle, since nobody who has a unit already is given it. */
static void judge(uint32_t number, uint32_t unit)
{
    uint32_t known = number;
    while (verdicts[known] == UNKNOWN) {
        known = spaces[known].givers[unit];
    }
    while (verdicts[number] == UNKNOWN) {
        verdicts[number] = verdicts[known];
        number = spaces[number].givers[unit];
    }
}

/* Takes a unit back from all who have it through the task. */
static void revoke_below(const struct task *task, uint32_t unit)
{
    for (const struct port_space *space = first_space; space; space = space->next) {
        verdicts[space - spaces] = UNKNOWN;
    }
    verdicts[SIGMA0_TASK] = KEPT;
    verdicts[task->number] = DOOMED;
    for (struct port_space *space = first_space; space; space = space->next) {
        uint32_t number = (uint32_t)(space - spaces);
        if (space->givers[unit] && number != task->number) {
            judge(number, unit);
        }
    }
    for (struct port_space *space = first_space; space; space = space->next) {
        uint32_t number = (uint32_t)(space - spaces);
        if (number != task->number && space->givers[unit] && verdicts[number] == DOOMED) {
            set_giver(space, unit, 0);
        }
    }
}

static void revoke(const struct task *task, uint32_t unit, uint32_t how)
{
    if (!has(task, unit) || !(how & REVOKE_ALL)) {
        return;
    }
    revoke_below(task, unit);
    if (how & REVOKE_OWN && task->number != SIGMA0_TASK) {
        set_giver(space_of(task), unit, 0);
    }
}

void ports_revoke(struct task *task, struct port_units units, uint32_t how)
{
    for (uint32_t unit = units.first; unit < units.end; unit++) {
        revoke(task, unit, how);
    }
}

/* The granter's place in the tree becomes the receiver's. */
static void move(const struct task *from, const struct task *to, uint32_t unit)
{
    revoke(to, unit, REVOKE_ALL | REVOKE_OWN);
    if (!has(from, unit)) { /* it had the unit through the receiver */
        return;
    }
    set_giver(space_of(to), unit, space_of(from)->givers[unit]);
    set_giver(space_of(from), unit, 0);
    for (struct port_space *space = first_space; space; space = space->next) {
        if (space->givers[unit] == from->number) {
            space->givers[unit] = to->number;
        }
    }
}

void ports_map(const struct task *from, struct task *to, struct port_units units, bool grant)
{
    for (uint32_t unit = units.first; unit < units.end; unit++) {
        if (!has(from, unit)) {
            continue;
        }
        if (grant && from->number != SIGMA0_TASK) { /* sigma0 keeps what it grants, as it does with pages */
            move(from, to, unit);
        } else if (!has(to, unit)) {
            set_giver(space_of(to), unit, from->number);
        }
    }
}

void ports_release(struct task *task)
{
    struct port_space *space = space_of(task);
    if (!space->givers) {
        return;
    }
    ports_revoke(task, (struct port_units){0, PORT_UNITS}, REVOKE_ALL | REVOKE_OWN);
    struct port_space **link = &first_space;
    while (*link != space) {
        link = &(*link)->next;
    }
    *link = space->next;
    free_frames(space);
}

uint32_t ports_first(const struct task *task, struct port_units units, bool held)
{
    uint32_t unit = units.first;
    while (unit < units.end && has(task, unit) != held) {
        unit++;
    }
    return unit;
}

bool ports_has_all(const struct task *task)
{
    return task->number == SIGMA0_TASK || space_of(task)->held == PORT_UNITS;
}

const uint32_t *ports_bitmap(const struct task *task)
{
    return space_of(task)->givers ? space_of(task)->bitmap : NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Are ports where they were given, and gone from everybody when they are taken back?  Random maps, grants, unmaps and
   deletions beside a plain table of givers that is followed step by step. */
#include "tests/host/host.h"

#include "kernel/init/info_page.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/ports.h"

#include <string.h>

enum { TASK_COUNT = 9, STEPS = 20000, FIRST_UNIT = 0x7FE, UNITS = 4, NOBODY = 0 };
enum { ONES = 0xFFFF, UNITS_PER_FRAME = PORT_UNITS / 2 };

static struct task *holders[TASK_COUNT];   /* sigma0 first */
static uint32_t givers[TASK_COUNT][UNITS]; /* 1 + index of the giver, NOBODY: not held */

static bool holds(uint32_t task, uint32_t unit)
{
    return task == 0 || givers[task][unit] != NOBODY;
}

static bool is_below(uint32_t task, uint32_t top, uint32_t unit)
{
    while (task != 0 && task != top) {
        task = givers[task][unit] - 1;
    }
    return task == top;
}

static void expect_revoked(uint32_t top, uint32_t unit, bool own)
{
    bool doomed[TASK_COUNT] = {false};
    for (uint32_t i = 1; holds(top, unit) && i < TASK_COUNT; i++) {
        doomed[i] = holds(i, unit) && is_below(i, top, unit) && (i != top || own);
    }
    for (uint32_t i = 1; i < TASK_COUNT; i++) {
        givers[i][unit] = doomed[i] ? (uint32_t)NOBODY : givers[i][unit];
    }
}

static void expect_given(uint32_t from, uint32_t to, uint32_t unit, bool grant)
{
    if (grant && from != 0 && holds(from, unit)) {
        expect_revoked(to, unit, true);
    }
    if (!holds(from, unit) || holds(to, unit)) {
        return;
    }
    if (!grant || from == 0) {
        givers[to][unit] = 1 + from;
        return;
    }
    givers[to][unit] = givers[from][unit];
    givers[from][unit] = NOBODY;
    for (uint32_t i = 1; i < TASK_COUNT; i++) {
        givers[i][unit] = givers[i][unit] == 1 + from ? 1 + to : givers[i][unit];
    }
}

static void step(void)
{
    uint32_t from = random_below(TASK_COUNT), to = 1 + random_below(TASK_COUNT - 1), first = random_below(UNITS);
    uint32_t end = first + 1 + random_below(UNITS - first);
    struct port_units units = {FIRST_UNIT + first, FIRST_UNIT + end};
    uint32_t action = random_below(16);
    bool flag = random_below(2);
    for (uint32_t unit = action == 0 ? 0 : first; unit < (action == 0 ? (uint32_t)UNITS : end); unit++) {
        if (action == 0) {
            expect_revoked(to, unit, true);
        } else if (action < 4) {
            expect_revoked(from, unit, flag);
        } else if (from != to) {
            expect_given(from, to, unit, flag);
        }
    }
    if (action == 0) {
        ports_release(holders[to]);
    } else if (action < 4) {
        ports_revoke(holders[from], units, REVOKE_WRITES | REVOKE_OWN);
        ports_revoke(holders[from], units, (uint32_t)REVOKE_ALL | (flag ? (uint32_t)REVOKE_OWN : 0));
    } else if (from != to) {
        TRUE(ports_prepare(holders[to]));
        ports_map(holders[from], holders[to], units, flag);
    }
}

static bool bitmap_permits(const struct task *task, uint32_t unit)
{
    const uint32_t *frames = ports_bitmap(task);
    const uint16_t *words = frames ? physical_alias(frames[unit / UNITS_PER_FRAME]) : NULL;
    uint16_t word = words ? words[unit % UNITS_PER_FRAME] : (uint16_t)ONES;
    TRUE(word == 0 || word == ONES);
    return word == 0;
}

static void check_all(void)
{
    for (uint32_t task = 1; task < TASK_COUNT; task++) {
        for (uint32_t unit = 0; unit < UNITS; unit++) {
            struct port_units one = {FIRST_UNIT + unit, FIRST_UNIT + unit + 1};
            EQUAL(ports_first(holders[task], one, false) == one.end, holds(task, unit));
            EQUAL(bitmap_permits(holders[task], one.first), holds(task, unit));
        }
        TRUE(!bitmap_permits(holders[task], FIRST_UNIT - 1) && !bitmap_permits(holders[task], FIRST_UNIT + UNITS));
    }
}

static uint32_t free_frames(void)
{
    uint32_t frames[HOST_FRAMES], count = 0;
    while ((frames[count] = frame_allocate()) != 0) {
        count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        frame_free(frames[i]);
    }
    return count;
}

/* Thread privilege follows from holding everything. */
static void check_all_ports(void)
{
    struct tcb *thread = host_thread(holders[1], 1);
    uint32_t *eflags = &tcb_user_frame(thread)->eflags;
    *eflags = EFLAGS_IOPL_USER;
    TRUE(ports_prepare(holders[1]) && !ports_has_all(holders[1]));
    ports_map(holders[0], holders[1], ports_of_fpage(PORT_FPAGE_ALL), false);
    TRUE(ports_has_all(holders[1]));
    ports_revoke(holders[0], (struct port_units){PORT_UNITS - 1, PORT_UNITS}, REVOKE_ALL);
    TRUE(!ports_has_all(holders[1]));
    EQUAL(*eflags, EFLAGS_INTERRUPTS);
    ports_release(holders[1]);
}

void tests(void)
{
    host_reset();
    for (uint32_t i = 0; i < TASK_COUNT; i++) {
        holders[i] = host_task(i == 0 ? (uint32_t)SIGMA0_TASK : 10 + i);
    }
    uint32_t free_before = free_frames();
    for (int i = 0; i < STEPS; i++) {
        step();
        check_all();
    }
    for (uint32_t i = 1; i < TASK_COUNT; i++) {
        ports_release(holders[i]);
    }
    EQUAL(free_frames(), free_before);
    check_all_ports();
    while (frame_allocate()) {
    }
    TRUE(!ports_prepare(holders[2]) && ports_bitmap(holders[2]) == NULL);
}

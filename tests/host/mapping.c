/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the mapping database know who has a page from whom?  Random maps, grants and revocations among a few tasks,
   beside a plain table of who gave what to whom; every page-table entry is compared after each of them. */
#include "tests/host/host.h"

#include "kernel/init/info_page.h"
#include "kernel/memory/mapping.h"

#include <string.h>

enum { TASKS_HERE = 5, PAGES = 3, FRAMES = 3, PLACES = TASKS_HERE * PAGES, STEPS = 60000, FRAMES_FROM = 0x300000 };
enum { FROM_SIGMA0 = -1 };

/* What a place of the model holds. */
struct holding {
    bool present;
    bool writable;
    uint32_t frame;
    int giver; /* place number */
};

static struct task *sigma0;
static struct task *holders[TASKS_HERE];
static struct holding model[PLACES];

static struct place place_of(int number)
{
    return (struct place){holders[number / PAGES], (uint32_t)(number % PAGES + 1) * PAGE_SIZE};
}

static uint32_t entry_of(const struct holding *holding)
{
    return holding->frame | PAGE_PRESENT | PAGE_USER | (holding->writable ? (uint32_t)PAGE_WRITABLE : 0);
}

static void check_all(void)
{
    for (int i = 0; i < PLACES; i++) {
        struct place place = place_of(i);
        const uint32_t *entry = page_table_entry(place.task, place.page);
        EQUAL(entry && *entry & PAGE_PRESENT ? *entry : 0, model[i].present ? entry_of(&model[i]) : 0);
    }
}

/* Does a place have what it has through `ancestor`, at however many removes? */
static bool descends(int place, int ancestor)
{
    int giver = model[place].giver;
    for (int steps = 0; giver != FROM_SIGMA0 && steps < PLACES; steps++, giver = model[giver].giver) {
        if (giver == ancestor) {
            return true;
        }
    }
    return false;
}

static void model_revoke(int place, uint32_t how)
{
    if (!model[place].present) {
        return;
    }
    bool affected[PLACES];
    for (int i = 0; i < PLACES; i++) {
        affected[i] = model[i].present && (i == place ? (how & REVOKE_OWN) != 0 : descends(i, place));
    }
    for (int i = 0; i < PLACES; i++) {
        if (affected[i] && how & REVOKE_ALL) {
            model[i].present = false;
        } else if (affected[i]) {
            model[i].writable = false;
        }
    }
}

static void model_map(int from, int to, bool writable)
{
    uint32_t frame = model[from].frame;
    if (model[to].present && model[to].frame == frame && model[to].giver == from) {
        model[to].writable |= writable;
        return;
    }
    model_revoke(to, REVOKE_ALL | REVOKE_OWN);
    if (model[from].present) {
        model[to] = (struct holding){true, writable, frame, from};
    }
}

static void model_grant(int from, int to, bool writable)
{
    model_revoke(to, REVOKE_ALL | REVOKE_OWN);
    if (!model[from].present) {
        return;
    }
    model[to] = (struct holding){true, writable, model[from].frame, model[from].giver};
    model[from].present = false;
    for (int i = 0; i < PLACES; i++) {
        if (model[i].present && model[i].giver == from) {
            model[i].giver = to;
        }
    }
}

static void take_from_sigma0(int to)
{
    struct holding wanted = {true, random_below(2), FRAMES_FROM + random_below(FRAMES) * PAGE_SIZE, FROM_SIGMA0};
    bool again = model[to].present && model[to].frame == wanted.frame && model[to].giver == FROM_SIGMA0;
    if (again) {
        model[to].writable |= wanted.writable;
    } else {
        model_revoke(to, REVOKE_ALL | REVOKE_OWN);
        model[to] = wanted;
    }
    TRUE(mapping_map((struct place){sigma0, wanted.frame}, place_of(to), entry_of(&wanted)));
}

/* Between two tasks; within one, map messages map nothing. */
static void pass_on(int from, int to, bool grant)
{
    if (!model[from].present || from / PAGES == to / PAGES) {
        return;
    }
    struct holding given = model[from];
    given.writable = given.writable && random_below(2);
    if (grant) {
        TRUE(mapping_grant(place_of(from), place_of(to), entry_of(&given)));
        model_grant(from, to, given.writable);
    } else {
        TRUE(mapping_map(place_of(from), place_of(to), entry_of(&given)));
        model_map(from, to, given.writable);
    }
}

static void revoke(int place)
{
    uint32_t how = random_below(4);
    mapping_revoke(place_of(place), how);
    model_revoke(place, how);
}

static void random_step(void)
{
    int one = (int)random_below(PLACES), other = (int)random_below(PLACES);
    switch (random_below(8)) {
    case 0:
        take_from_sigma0(one);
        break;
    case 1:
        revoke(one);
        break;
    case 2:
        pass_on(one, other, true);
        break;
    default:
        pass_on(one, other, false);
        break;
    }
}

static void test_sigma0_takes_all_back(void)
{
    for (uint32_t i = 0; i < FRAMES; i++) {
        uint32_t frame = FRAMES_FROM + i * PAGE_SIZE;
        *page_table_entry_made(sigma0, frame) = frame | PAGE_PRESENT | PAGE_USER | PAGE_WRITABLE;
        mapping_revoke((struct place){sigma0, frame}, REVOKE_ALL);
        TRUE((*page_table_entry(sigma0, frame) & PAGE_PRESENT) != 0);
    }
    memset(model, 0, sizeof(model));
    check_all();
}

void tests(void)
{
    sigma0 = host_task(SIGMA0_TASK);
    for (uint32_t i = 0; i < TASKS_HERE; i++) {
        holders[i] = host_task(5 + i);
    }
    for (int step = 0; step < STEPS; step++) {
        random_step();
        check_all();
    }
    test_sigma0_takes_all_back();
}

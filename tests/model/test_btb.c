// SPDX-License-Identifier: BSD-2-Clause
// Which control transfers does the branch target buffer predict?
#include "check.h"

#include "boot/model/btb.h"

enum { ENTRIES = 256, HERE = 0x1004, THERE = 0x2000, SET_STRIDE = 64 };

static struct btb btb;

static bool right(bool taken, uint32_t target)
{
    return btb_transfer(&btb, HERE, taken, target, false);
}

// The first time nothing is known; from then on a loop's branch is predicted until it falls through, and once more
// after that.
static void a_loop(void)
{
    btb_init(&btb, ENTRIES);
    EQUAL(right(true, THERE), false);
    EQUAL(right(true, THERE), true);
    EQUAL(right(true, THERE), true);
    EQUAL(right(false, THERE), false);
    EQUAL(right(true, THERE), true);
}

static void never_taken(void)
{
    btb_init(&btb, ENTRIES);
    EQUAL(right(false, THERE), true);
    EQUAL(right(false, THERE), true);
    EQUAL(btb.entry[HERE & 63][0].valid, false);
}

// Mostly not taken: from state 0 one taken transfer leads to 3, and two more are then mispredicted.
static void strongly_not_taken(void)
{
    btb_init(&btb, ENTRIES);
    right(true, THERE);
    EQUAL(right(false, THERE), false);
    EQUAL(right(false, THERE), false);
    EQUAL(right(false, THERE), true);
    EQUAL(right(true, THERE), false);
    EQUAL(right(false, THERE), false);
    EQUAL(right(false, THERE), false);
    EQUAL(right(false, THERE), true);
}

static void another_target(void)
{
    btb_init(&btb, ENTRIES);
    right(true, THERE);
    EQUAL(right(true, THERE + 4), false);
    EQUAL(right(true, THERE + 4), true);
}

static void too_early(void)
{
    btb_init(&btb, ENTRIES);
    right(true, THERE);
    EQUAL(btb_transfer(&btb, HERE, true, THERE, true), false);
    EQUAL(btb_transfer(&btb, HERE, true, THERE, false), true);
}

static void false_hits(void)
{
    btb_init(&btb, ENTRIES);
    EQUAL(btb_false_hit(&btb, HERE), false);
    right(true, THERE);
    EQUAL(btb_false_hit(&btb, HERE), true);
    EQUAL(btb_false_hit(&btb, HERE), true);
    EQUAL(btb_false_hit(&btb, HERE), false);
}

// A fifth transfer in a set of four makes one room; a flush forgets all.
static void ways(void)
{
    btb_init(&btb, ENTRIES);
    for (uint32_t i = 0; i < 5; i++)
        btb_transfer(&btb, HERE + i * SET_STRIDE, true, THERE, false);
    EQUAL(right(false, THERE), true); // its entry went
    EQUAL(btb_transfer(&btb, HERE + 4 * SET_STRIDE, true, THERE, false), true);
    btb_flush(&btb);
    EQUAL(btb_transfer(&btb, HERE + 4 * SET_STRIDE, true, THERE, false), false);
}

void test_btb(void)
{
    a_loop();
    never_taken();
    strongly_not_taken();
    another_target();
    too_early();
    false_hits();
    ways();
}

// SPDX-License-Identifier: BSD-2-Clause
// How long does an instruction wait for its bytes? Worked out by hand for the board of 2-1-1-1 and lines of 16 bytes.
#include "check.h"
#include "fixture_model.h"

#include "boot/model/prefetch.h"

enum { CODE_AT = 0x3000, LINE = 16, QUEUE_EMPTY = 3, TARGET_CROSSES = 3 };

// The wait of an instruction of so many bytes.
static uint64_t waits(struct model *model, uint32_t linear, unsigned length)
{
    uint64_t since = model->now;
    prefetch_require(model, &(struct insn){.linear = linear, .length = (uint8_t)length});
    EQUAL(model->counters.stalls[STALL_PREFETCH], model->now); // nothing else takes time here
    return model->now - since;
}

// Whether the queue had a free clock while this instruction ran.
static void ran(struct model *model, uint32_t linear, unsigned length, bool port_was_free)
{
    prefetch_ahead(model, &(struct insn){.linear = linear, .length = (uint8_t)length}, port_was_free);
}

static void jump(struct model *model)
{
    prefetch_redirect(model);
}

// Both lines are in the cache afterwards.
static struct model *two_lines(void)
{
    struct model *model = fixture_model();
    cache_fill(model->cache[CODE], CODE_AT);
    cache_fill(model->cache[CODE], CODE_AT + LINE);
    jump(model);
    return model;
}

// The line comes at 2, 3, 4 and 5; the next one is asked for at 5, when the bus is free, and begins at 7.
static void bytes_come_from_the_bus_in_order(void)
{
    struct model *model = fixture_model();
    jump(model);
    EQUAL(waits(model, CODE_AT, 2), 2);
    EQUAL(waits(model, CODE_AT + 2, 4), 1);
    EQUAL(waits(model, CODE_AT + 6, 2), 0);
    EQUAL(waits(model, CODE_AT + 14, 4), 2 + 2);
    EQUAL(model->counters.cache_misses, 2);
    EQUAL(prefetch_place(model, CODE_AT), cache_find(model->cache[CODE], CODE_AT));
}

// The part that is asked for comes first, then those behind it, then those before it.
static void the_target_comes_first(void)
{
    struct model *model = fixture_model();
    jump(model);
    EQUAL(waits(model, CODE_AT + 8, 4), 2);
    EQUAL(waits(model, CODE_AT + 12, 4), 1);
    jump(model);
    EQUAL(waits(model, CODE_AT, 2), 2); // complete at 5
}

static void a_line_found_only_now_costs_an_empty_queue(void)
{
    struct model *model = two_lines();
    EQUAL(waits(model, CODE_AT, 2), 0); // a target: its clocks are in the branch
    EQUAL(waits(model, CODE_AT + LINE, 2), QUEUE_EMPTY);
    EQUAL(waits(model, CODE_AT + LINE + 2, 2), 0);
}

static void a_target_of_two_lines(void)
{
    struct model *model = two_lines();
    EQUAL(waits(model, CODE_AT + 14, 4), TARGET_CROSSES);
    EQUAL(waits(model, CODE_AT + 14, 4), 0);
}

static void the_queue_fills_in_a_free_clock(void)
{
    struct model *model = two_lines();
    waits(model, CODE_AT, 2);
    ran(model, CODE_AT, 2, false);
    EQUAL(model->prefetch.line[1].valid, false);
    ran(model, CODE_AT, 2, true);
    EQUAL(model->prefetch.line[1].valid, true);
    EQUAL(waits(model, CODE_AT + LINE, 2), 0);
}

// Not before the bus is free: at 5, where it fetches the next line, 2 clocks to its first part.
static void the_queue_waits_for_the_bus(void)
{
    struct model *model = fixture_model();
    jump(model);
    waits(model, CODE_AT, 2);
    ran(model, CODE_AT, 2, true);
    EQUAL(model->prefetch.line[1].valid, false);
    waits(model, CODE_AT + 12, 4);
    ran(model, CODE_AT + 12, 4, true);
    EQUAL(model->prefetch.line[1].valid, true);
    EQUAL(waits(model, CODE_AT + LINE, 4), 2);
}

// What the queue remembers of a line ends with a jump, and with another line in its place.
static void a_line_that_is_gone_is_fetched_again(void)
{
    struct model *model = two_lines();
    waits(model, CODE_AT, 2);
    cache_flush(model->cache[CODE]);
    EQUAL(waits(model, CODE_AT + 2, 2), 0); // still in the queue
    jump(model);
    EQUAL(waits(model, CODE_AT, 2), 2);
    model = two_lines();
    cache_fill(model->cache[CODE], CODE_AT + 2 * LINE);
    waits(model, CODE_AT, 2);
    EQUAL(waits(model, CODE_AT + 2 * LINE, 2), QUEUE_EMPTY); // takes the first line's place
    EQUAL(waits(model, CODE_AT, 2), QUEUE_EMPTY);
}

void test_prefetch(void)
{
    bytes_come_from_the_bus_in_order();
    the_target_comes_first();
    a_line_found_only_now_costs_an_empty_queue();
    a_target_of_two_lines();
    the_queue_fills_in_a_free_clock();
    the_queue_waits_for_the_bus();
    a_line_that_is_gone_is_fetched_again();
}

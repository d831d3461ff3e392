// SPDX-License-Identifier: BSD-2-Clause
// When does the bus deliver, and when does a write have to wait? All times are worked out by hand.
#include "check.h"

#include "boot/model/bus.h"

#include <stddef.h>
#include <stdlib.h>

enum { BUFFERS = 4, LINE_BYTES = 16, L2_BYTES = 1024 };

static const struct board ideal = {.mhz = 50, .read_first = 2, .read_burst = 1, .write = 2};
static const struct board with_l2 = {
    .mhz = 50,
    .read_first = 3,
    .read_burst = 2,
    .write = 3,
    .l2_bytes = L2_BYTES,
    .l2_line_bytes = 16,
    .l2_ways = 1,
    .l2_miss_first = 8,
    .l2_miss_burst = 4,
};

// 2-1-1-1: the first dword after 2, the line busy for 5; a second line begins at 5.
static void line_fills(void)
{
    struct bus bus;
    bus_init(&bus, &ideal, BUFFERS, LINE_BYTES, NULL);
    struct bus_read read = bus_read_line(&bus, 100, 0x1000);
    EQUAL(read.first_at, 102);
    EQUAL(read.burst, 1);
    EQUAL(bus_fill_wait(&bus, 103, 0x100C), 2);
    EQUAL(bus_fill_wait(&bus, 103, 0x2000), 0);
    EQUAL(bus_fill_wait(&bus, 105, 0x100C), 0);
    EQUAL(bus_read_line(&bus, 103, 0x2000).first_at, 107);
}

// One write a clock, 2 clocks each: at clock 7 seven have come, three have ended and four wait.
static void buffers_fill(void)
{
    struct bus bus;
    bus_init(&bus, &ideal, BUFFERS, LINE_BYTES, NULL);
    for (uint64_t now = 0; now < 7; now++)
        EQUAL(bus_write(&bus, now, false), 0);
    EQUAL(bus_write(&bus, 7, false), 1);
    EQUAL(bus_write(&bus, 9, false), 1);
    EQUAL(bus_drain(&bus, 11), 18);
    EQUAL(bus_drain(&bus, 18), 18);
}

// A second write would begin at 2. If both hit the cache the read of clock 2 goes first, else it begins at 4.
static void read_order(bool hit, uint64_t first_at)
{
    struct bus bus;
    bus_init(&bus, &ideal, BUFFERS, LINE_BYTES, NULL);
    bus_write(&bus, 0, hit);
    bus_write(&bus, 1, hit);
    EQUAL(bus_read_line(&bus, 2, 0x1000).first_at, first_at);
}

// A write that has begun is not overtaken.
static void started_write(void)
{
    struct bus bus;
    bus_init(&bus, &ideal, BUFFERS, LINE_BYTES, NULL);
    bus_write(&bus, 0, true);
    EQUAL(bus_read_line(&bus, 1, 0x1000).first_at, 4);
}

static void single_reads(void)
{
    struct bus bus;
    bus_init(&bus, &ideal, BUFFERS, LINE_BYTES, NULL);
    EQUAL(bus_read_single(&bus, 10), 12);
    bus_write(&bus, 12, true);
    EQUAL(bus_read_single(&bus, 12), 16);
}

// First touch misses both caches: 8-4-4-4. Then 3-2-2-2, until another line with the same place in the L2 comes.
static void second_level(void)
{
    struct bus bus;
    uint32_t *lines = calloc(L2_BYTES / 16, sizeof *lines);
    bus_init(&bus, &with_l2, BUFFERS, LINE_BYTES, lines);
    EQUAL(bus_read_line(&bus, 0, 0x1000).first_at, 8);
    EQUAL(bus.free_at, 20);
    EQUAL(bus_read_line(&bus, 100, 0x1004).first_at, 103);
    EQUAL(bus.free_at, 109);
    EQUAL(bus_read_line(&bus, 200, 0x1000 + L2_BYTES).first_at, 208);
    EQUAL(bus_read_line(&bus, 300, 0x1000).first_at, 308);
    free(lines);
}

void test_bus(void)
{
    line_fills();
    buffers_fill();
    read_order(true, 4);
    read_order(false, 6);
    started_write();
    single_reads();
    second_level();
}

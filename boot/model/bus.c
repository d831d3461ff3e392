// SPDX-License-Identifier: GPL-2.0-or-later
#include "bus.h"

#include <stddef.h>
#include <string.h>

enum { BURST_FOLLOWING = 3 };

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void bus_init(struct bus *bus, const struct board *board, unsigned buffers, unsigned line_bytes, uint32_t *l2_line)
{
    memset(bus, 0, sizeof *bus);
    bus->board = board;
    bus->buffers = buffers;
    bus->line_shift = (unsigned)__builtin_ctz(line_bytes);
    bus->l2_line = l2_line;
}

static void start_oldest(struct bus *bus)
{
    bus->free_at = later(bus->free_at, bus->pending[bus->head].since) + bus->board->write;
    bus->head = (bus->head + 1) % BUS_MAX_BUFFERS;
    bus->count--;
}

void bus_advance(struct bus *bus, uint64_t now)
{
    while (bus->count && later(bus->free_at, bus->pending[bus->head].since) + bus->board->write <= now)
        start_oldest(bus);
}

uint64_t bus_drain(struct bus *bus, uint64_t now)
{
    bus_advance(bus, now);
    if (!bus->count)
        return now;
    while (bus->count)
        start_oldest(bus);
    return later(now, bus->free_at);
}

// A write whose cycle has begun cannot be overtaken; its buffer is still occupied, so it is still counted as pending.
static void finish_started_write(struct bus *bus, uint64_t now)
{
    bus_advance(bus, now);
    if (bus->count && later(bus->free_at, bus->pending[bus->head].since) < now)
        start_oldest(bus);
}

static bool may_overtake(const struct bus *bus)
{
    for (unsigned i = 0; i < bus->count; i++)
        if (!bus->pending[(bus->head + i) % BUS_MAX_BUFFERS].hit)
            return false;
    return true;
}

static uint64_t read_start(struct bus *bus, uint64_t now)
{
    finish_started_write(bus, now);
    if (!may_overtake(bus))
        while (bus->count)
            start_oldest(bus);
    return later(now, bus->free_at);
}

static bool l2_lookup_or_fill(struct bus *bus, uint32_t line)
{
    if (!bus->l2_line)
        return true;
    uint32_t *slot = &bus->l2_line[line & ((bus->board->l2_bytes >> bus->line_shift) - 1)];
    bool hit = *slot == line + 1;
    *slot = line + 1;
    return hit;
}

static unsigned part_of(const struct bus *bus, uint32_t physical)
{
    return (physical >> (bus->line_shift - 2)) & BURST_FOLLOWING;
}

struct bus_read bus_read_line(struct bus *bus, uint64_t now, uint32_t physical)
{
    const struct board *board = bus->board;
    uint64_t start = read_start(bus, now);
    bool hit = l2_lookup_or_fill(bus, physical >> bus->line_shift);
    unsigned first = hit ? board->read_first : board->l2_miss_first;
    unsigned burst = hit ? board->read_burst : board->l2_miss_burst;
    bus->fill_line = physical >> bus->line_shift;
    bus->free_at = bus->fill_end = start + first + BURST_FOLLOWING * (uint64_t)burst;
    bus->fill_part = part_of(bus, physical);
    bus->fill = (struct bus_read){start + first, burst};
    return bus->fill;
}

uint64_t bus_read_entry(struct bus *bus, uint64_t now, uint32_t physical)
{
    uint64_t start = bus_drain(bus, later(now, bus->free_at));
    bool hit = l2_lookup_or_fill(bus, physical >> bus->line_shift);
    bus->free_at = start + (hit ? bus->board->read_first : bus->board->l2_miss_first);
    return bus->free_at;
}

uint64_t bus_modify_entry(struct bus *bus, uint64_t now, uint32_t physical)
{
    bus->free_at = bus_read_entry(bus, now, physical) + bus->board->write;
    return bus->free_at;
}

void bus_write_line(struct bus *bus, uint64_t now)
{
    bus->free_at = later(now, bus->free_at) + bus->board->write + BURST_FOLLOWING * (uint64_t)bus->board->read_burst;
}

uint64_t bus_read_single(struct bus *bus, uint64_t now)
{
    bus->free_at = bus_drain(bus, later(now, bus->free_at)) + bus->board->read_first;
    return bus->free_at;
}

uint64_t bus_write(struct bus *bus, uint64_t now, bool hit)
{
    bus_advance(bus, now);
    uint64_t stall = 0;
    if (bus->count == bus->buffers) {
        start_oldest(bus);
        stall = bus->free_at - now;
    }
    bus->pending[(bus->head + bus->count) % BUS_MAX_BUFFERS] = (struct pending_write){now + stall, hit};
    bus->count++;
    return stall;
}

uint64_t bus_part_wait(const struct bus *bus, uint64_t now, uint32_t physical)
{
    if (!bus_fill_wait(bus, now, physical))
        return 0;
    uint64_t there = bus->fill.first_at + bus->fill.burst * (uint64_t)(part_of(bus, physical) ^ bus->fill_part);
    return there > now ? there - now : 0;
}

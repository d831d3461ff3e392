// SPDX-License-Identifier: GPL-2.0-or-later
// When does the bus deliver a line or take a write? Times are absolute model clocks. A line comes in four parts, as
// wide as the bus. The write buffers hand their writes to an idle bus in order; a buffer is free again when its bus
// cycle ends. A read goes ahead of buffered writes only if all of them hit the on-chip cache (C); otherwise they are
// written first.
#pragma once

#include "params.h"

#include <stdbool.h>
#include <stdint.h>

enum { BUS_MAX_BUFFERS = 16 };

struct pending_write {
    uint64_t since;
    bool hit;
};

struct bus_read {
    uint64_t first_at; // when the requested part of the line arrives
    unsigned burst;    // clocks from one part to the next; the requested one comes first, then the others in wrap order
};

struct bus {
    const struct board *board;
    unsigned buffers, line_shift;
    uint64_t free_at;
    uint32_t fill_line; // physical line number of the latest line fill, busy until fill_end
    uint64_t fill_end;
    unsigned fill_part; // the requested one
    struct bus_read fill;
    unsigned head, count;
    struct pending_write pending[BUS_MAX_BUFFERS];
    uint32_t *
        l2_line; // board's second-level cache, direct mapped: physical line number plus one; NULL if the board has none
};

void bus_init(struct bus *bus, const struct board *board, unsigned buffers, unsigned line_bytes, uint32_t *l2_line);

// Lets the bus do what it did up to, not including, `now`.
void bus_advance(struct bus *bus, uint64_t now);

// Starts filling the line of `physical` at the first moment the bus is free for it.
struct bus_read bus_read_line(struct bus *bus, uint64_t now, uint32_t physical);

// One read of the page tables that no cache of the chip takes, but the board's does; returns the clock at which its
// data is there.
uint64_t bus_read_entry(struct bus *bus, uint64_t now, uint32_t physical);

// Reads an entry and writes it, without another between; returns the clock at which it is written.
uint64_t bus_modify_entry(struct bus *bus, uint64_t now, uint32_t physical);

// Writes a line back when the bus is next free; nobody waits for it.
void bus_write_line(struct bus *bus, uint64_t now);

// One read that is not a line fill (input, uncached memory); returns the clock at which its data is there.
uint64_t bus_read_single(struct bus *bus, uint64_t now);

// Buffers one write; returns the clocks the processor waits for a free buffer.
uint64_t bus_write(struct bus *bus, uint64_t now, bool hit);

// Writes everything buffered; returns the clock at which the last write has ended, or `now`.
uint64_t bus_drain(struct bus *bus, uint64_t now);

// Clocks until a line that is still being filled may be read again.
static inline uint64_t bus_fill_wait(const struct bus *bus, uint64_t now, uint32_t physical)
{
    return now < bus->fill_end && physical >> bus->line_shift == bus->fill_line ? bus->fill_end - now : 0;
}

// Clocks until the part of such a line that holds `physical` has come, in the Pentium's order: each part's number is
// that of the requested one with some bits inverted.
uint64_t bus_part_wait(const struct bus *bus, uint64_t now, uint32_t physical);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has which I/O ports from whom?  sigma0 owns all 64 K; they are passed on by IO fpages, at their own numbers only,
   and taken back like pages.  All is counted in units of 16 ports, the smallest IO fpage (interface section 3). */
#pragma once

#include "kernel/memory/mapping.h"
#include "kernel/memory/page_table.h"

#include <stdbool.h>
#include <stdint.h>

enum port_numbers {
    PORTS = 0x10000,
    PORTS_PER_UNIT = 16,
    PORT_UNITS = PORTS / PORTS_PER_UNIT,
    PORT_FPAGE_PORT_SHIFT = 12, /* 16 bits; the interface shows 12, and the four above them as 0 */
    PORT_FPAGE_SIZE_SHIFT = 2,
    PORT_FPAGE_SIZE_MIN = 4,
    PORT_FPAGE_SIZE_ALL = 16,
};
#define PORT_FPAGE_MARK 0xF0000000u
#define PORT_FPAGE_ALL  (PORT_FPAGE_MARK | (uint32_t)PORT_FPAGE_SIZE_ALL << PORT_FPAGE_SIZE_SHIFT)

/* Units [first, end). */
struct port_units {
    uint32_t first;
    uint32_t end;
};

/* Is it a valid IO fpage, bits 0 and 1 aside?  No memory fpage is, since users have no memory there. */
static inline bool ports_is_fpage(uint32_t fpage)
{
    uint32_t size = fpage >> PORT_FPAGE_SIZE_SHIFT & 0x3F;
    return (fpage & PORT_FPAGE_MARK) == PORT_FPAGE_MARK && size >= PORT_FPAGE_SIZE_MIN && size <= PORT_FPAGE_SIZE_ALL;
}

struct port_units ports_of_fpage(uint32_t fpage);

/* Can the task hold ports?  It gets the memory for that on first need; false: there is none. */
bool ports_prepare(struct task *task);

/* Gives what `from` has of the units to a task that is prepared.  What that has already stays as it is, but a granted
   unit is taken back there first. */
void ports_map(const struct task *from, struct task *to, struct port_units units, bool grant);

/* As fpage_unmap, `how` as enum revoke; ports have no read-only form, so REVOKE_WRITES alone does nothing. */
void ports_revoke(struct task *task, struct port_units units, uint32_t how);

/* The task ends: it loses its ports, all who have them from it do, and its memory for them is free. */
void ports_release(struct task *task);

/* First unit that the task has (`held`), or does not have; units.end if there is none. */
uint32_t ports_first(const struct task *task, struct port_units units, bool held);
bool ports_has_all(const struct task *task);

/* The frames of the task's permission bitmap, as the processor reads it; NULL: it never had ports. */
const uint32_t *ports_bitmap(const struct task *task);

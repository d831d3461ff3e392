/* SPDX-License-Identifier: BSD-2-Clause */
/* What are ids, fpages, timeouts, dopes and completion codes, as Version X.0 of the interface lays them out in words?
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t l4_id_t; /* bits 0-9 version, 10-15 lthread, 16-23 task, 24-31 chief */

enum { L4_PAGE_BITS = 12, L4_PAGE_SIZE = 1 << L4_PAGE_BITS };
enum { L4_LTHREAD_SHIFT = 10, L4_TASK_SHIFT = 16, L4_CHIEF_SHIFT = 24 };

static const l4_id_t L4_NIL_ID = 0;
static const l4_id_t L4_INVALID_ID = 0xFFFFFFFF;
static const l4_id_t L4_SIGMA0 = 0x04020001;
static const l4_id_t L4_ROOT = 0x04040001;

static inline uint32_t l4_task_number(l4_id_t id)
{
    return id >> L4_TASK_SHIFT & 0xFF;
}
static inline uint32_t l4_lthread(l4_id_t id)
{
    return id >> L4_LTHREAD_SHIFT & 0x3F;
}

/* Thread `lthread` of the task that `id` belongs to. */
static inline l4_id_t l4_thread_of(l4_id_t id, uint32_t lthread)
{
    return (id & ~(0x3Fu << L4_LTHREAD_SHIFT)) | lthread << L4_LTHREAD_SHIFT;
}

/* Fpages: base aligned to 2^bits. */
enum { L4_FPAGE_GRANT = 1, L4_FPAGE_WRITE = 2 };

static inline uint32_t l4_fpage(uint32_t base, uint32_t bits, uint32_t rights)
{
    return base | bits << 2 | rights;
}
static inline uint32_t l4_page_base(uint32_t address)
{
    return address & ~(uint32_t)(L4_PAGE_SIZE - 1);
}

/* IO fpages: 2^bits ports from `port`, a multiple of that; bits 4 to 16. */
enum { L4_PORT_SHIFT = 12, L4_PORT_BITS_MIN = 4, L4_PORT_BITS_ALL = 16 };
static const uint32_t L4_PORT_MARK = 0xF0000000;

static inline uint32_t l4_port_fpage(uint32_t port, uint32_t bits)
{
    return L4_PORT_MARK | port << L4_PORT_SHIFT | bits << 2;
}
static inline bool l4_is_port_fpage(uint32_t fpage)
{
    uint32_t bits = fpage >> 2 & 0x3F;

    return (fpage & L4_PORT_MARK) == L4_PORT_MARK && bits >= L4_PORT_BITS_MIN && bits <= L4_PORT_BITS_ALL;
}

/* Completion codes: error number in bits 4-7, bit 4 set for the send phase; the received strings in bits 8-12, the
 * received dwords in bits 13-31. */
enum l4_error {
    L4_OK = 0x00,
    L4_NOT_EXISTING = 0x10,
    L4_TIMEOUT = 0x20,
    L4_CANCELLED = 0x40,
    L4_MAP_FAILED = 0x60,
    L4_SEND_FAULT_TIMEOUT = 0x80,
    L4_RECEIVE_FAULT_TIMEOUT = 0xA0,
    L4_ABORTED = 0xC0,
    L4_CUT = 0xE0,
    L4_IN_SEND = 0x10, /* added to all but L4_NOT_EXISTING */
    L4_ERROR_MASK = 0xF0,
    L4_FPAGES_RECEIVED = 0x02,
};
enum { L4_STRING_SHIFT = 8, L4_DWORD_SHIFT = 13 };

static inline uint32_t l4_error(uint32_t result)
{
    return result & L4_ERROR_MASK;
}
static inline uint32_t l4_dwords(uint32_t result)
{
    return result >> L4_DWORD_SHIFT;
}
static inline uint32_t l4_strings(uint32_t result)
{
    return result >> L4_STRING_SHIFT & 0x1F;
}

/* Timeouts of the send and receive phases, m * 4^(15-e) microseconds; page-fault timeouts infinite. A millisecond is
 * 1024 microseconds here (e = 10); beyond 255 it is rounded down to steps of 16 (e = 8), up to 4 s. */
static const uint32_t L4_FOREVER = 0xFFFFFFFF;

static inline uint32_t l4_exponent_of(uint32_t ms)
{
    if (ms == L4_FOREVER)
        return 0;
    return ms <= 255 ? 10 : 8;
}

static inline uint32_t l4_mantissa_of(uint32_t ms)
{
    if (ms == L4_FOREVER)
        return 0;
    return ms <= 255 ? ms : ms / 16;
}

static inline uint32_t l4_timeouts(uint32_t send_ms, uint32_t receive_ms)
{
    return l4_exponent_of(receive_ms) | l4_exponent_of(send_ms) << 4 | l4_mantissa_of(send_ms) << 16 |
           l4_mantissa_of(receive_ms) << 24;
}

/* Page-fault timeouts: 4^(15-exponent) microseconds; 15 is zero, 0 infinite. In the receiver's space `send_exponent`
 * of the sender counts, in the sender's space `receive_exponent` of the receiver. */
static inline uint32_t l4_fault_timeouts(uint32_t send_exponent, uint32_t receive_exponent)
{
    return receive_exponent << 8 | send_exponent << 12;
}

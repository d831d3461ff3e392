/* SPDX-License-Identifier: BSD-2-Clause */
/* How are the six system calls other than ipc made? Registers not named as results are lost, EBP included, so callers
 * must be compiled without a frame pointer. */
#pragma once

#include "bench/support/l4.h"

enum l4_nearest { L4_SAME_CLAN = 0x0, L4_OUTSIDE = 0x4, L4_INNER_CLAN = 0xC };

/* Where `destination` lies, and in *id the thread that a message to it would reach. */
static inline uint32_t l4_id_nearest(l4_id_t destination, l4_id_t *id)
{
    uint32_t side = L4_SAME_CLAN;

    __asm__ volatile("int $0x31" : "+a"(side), "+S"(destination) : : "ebx", "ecx", "edx", "edi", "ebp", "memory");
    *id = destination;
    return side;
}

/* The caller's own id. */
static inline l4_id_t l4_myself(void)
{
    l4_id_t id = L4_NIL_ID;

    __asm__ volatile("int $0x31" : "+S"(id) : : "eax", "ebx", "ecx", "edx", "edi", "ebp", "memory");
    return id;
}

enum { L4_UNMAP_WRITE = 0, L4_UNMAP_ALL = 2 };
static const uint32_t L4_UNMAP_OWN = 0x80000000; /* the caller's own mapping, too */

static inline void l4_fpage_unmap(uint32_t fpage, uint32_t mask)
{
    __asm__ volatile("int $0x32" : "+a"(fpage), "+c"(mask) : : "ebx", "edx", "esi", "edi", "ebp", "memory");
}

/* L4_NIL_ID: give the processor up to whoever is next; another id: donate the rest of the time slice. */
static inline void l4_thread_switch(l4_id_t destination)
{
    __asm__ volatile("int $0x33" : "+S"(destination) : : "eax", "ebx", "ecx", "edx", "edi", "ebp", "memory");
}

static const uint32_t L4_SCHEDULE_UNCHANGED = 0xFFFFFFFF;

/* Returns the old parameter word: bits 0-7 priority, 16-19 thread state, 20-31 time slice; all ones if refused. */
static inline uint32_t l4_thread_schedule(l4_id_t destination, uint32_t parameters)
{
    uint32_t preempter = L4_INVALID_ID;

    __asm__ volatile("int $0x34"
                     : "+a"(parameters), "+b"(preempter), "+S"(destination)
                     :
                     : "ecx", "edx", "edi", "ebp", "memory");
    return parameters;
}

/* What thread_schedule returns. */
struct l4_schedule {
    uint32_t parameters;
    l4_id_t preempter; /* the old external one */
    l4_id_t partner;
    uint32_t time_low, time_high; /* time_high: bits 0-15 the time's, 16-19 page-fault exponent, 20-31 wakeup */
};

static inline struct l4_schedule l4_thread_schedule_all(l4_id_t destination, uint32_t parameters, l4_id_t preempter)
{
    struct l4_schedule old = {parameters, preempter, destination, 0, 0};

    __asm__ volatile("int $0x34"
                     : "+a"(old.parameters), "+b"(old.preempter), "=c"(old.time_low), "=d"(old.time_high),
                       "+S"(old.partner)
                     :
                     : "edi", "ebp", "memory");
    return old;
}

/* In the middle of a transfer, or waiting; the calls that the kernel makes for a thread are added to the first three.
 */
enum l4_thread_state {
    L4_STATE_RUNNING = 0x0,
    L4_STATE_SENDING = 0x4,
    L4_STATE_RECEIVING = 0x8,
    L4_STATE_WAITING = 0xC,
    L4_STATE_PENDING = 0xD,
    L4_STATE_DEAD = 0xF,
    L4_CALLS_PAGER = 1,
    L4_CALLS_INTERNAL_PREEMPTER = 2,
    L4_CALLS_EXTERNAL_PREEMPTER = 3,
};

static inline uint32_t l4_state(uint32_t parameters)
{
    return parameters >> 16 & 0xF;
}

static inline uint32_t l4_priority(uint32_t parameters)
{
    return parameters & 0xFF;
}

static const uint32_t L4_UNCHANGED = 0xFFFFFFFF;

/* Starts or redirects thread `lthread` of the caller's task, or tells where it stands: *esp and *eip become the old
 * ones. L4_UNCHANGED and L4_INVALID_ID leave things as they are; a change cancels a running IPC. Returns the old
 * EFLAGS. */
static inline uint32_t l4_lthread_ex_regs(uint32_t lthread, uint32_t *esp, uint32_t *eip, l4_id_t pager)
{
    uint32_t preempter = L4_INVALID_ID;

    __asm__ volatile("int $0x35"
                     : "+a"(lthread), "+b"(preempter), "+c"(*esp), "+d"(*eip), "+S"(pager)
                     :
                     : "edi", "ebp", "memory");
    return lthread;
}

/* Everything that lthread_ex_regs exchanges; L4_UNCHANGED and L4_INVALID_ID leave it. eflags is returned only. */
struct l4_thread_registers {
    uint32_t eflags, esp, eip;
    l4_id_t preempter, pager;
};

static inline struct l4_thread_registers l4_exchange(uint32_t lthread, struct l4_thread_registers registers)
{
    registers.eflags = lthread;
    __asm__ volatile("int $0x35"
                     : "+a"(registers.eflags), "+b"(registers.preempter), "+c"(registers.esp), "+d"(registers.eip),
                       "+S"(registers.pager)
                     :
                     : "edi", "ebp", "memory");
    return registers;
}

/* Returns the old internal preempter. */
static inline l4_id_t l4_set_preempter(uint32_t lthread, l4_id_t preempter)
{
    return l4_exchange(lthread, (struct l4_thread_registers){0, L4_UNCHANGED, L4_UNCHANGED, preempter, L4_INVALID_ID})
        .preempter;
}

/* Deletes task `destination` and creates it anew; with pager L4_NIL_ID inactive, its right then belonging to the task
 * of the thread `mcp_or_chief`. Returns the new task's id, L4_NIL_ID if refused. */
static inline l4_id_t l4_task_new(l4_id_t destination, uint32_t mcp_or_chief, uint32_t esp, uint32_t eip, l4_id_t pager)
{
    __asm__ volatile("int $0x36"
                     : "+a"(mcp_or_chief), "+b"(pager), "+c"(esp), "+d"(eip), "+S"(destination)
                     :
                     : "edi", "ebp", "memory");
    return destination;
}

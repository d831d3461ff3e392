/* SPDX-License-Identifier: BSD-2-Clause */
/* What does the kernel know of a thread?  One block per thread in a virtual array; the thread number in the id is the
   index, so no table is searched, and an id is valid exactly if the block carries it (interface section 2.2). */
#pragma once

#include "kernel/ipc/registers.h"
#include "kernel/memory/layout.h"
#include "kernel/thread/ready_list.h"

#include "variant_state.h"

#include <stdbool.h>
#include <stdint.h>

enum thread_ids {
    ID_NIL = 0,
    ID_KERNEL = 0x00000400, /* the thread that asks sigma0 for memory: task 0, lthread 1 */
    ID_SIGMA0 = 0x04020001,
    ID_ROOT = 0x04040001,
    ID_VERSION_MASK = 0x000003FF,
    ID_LTHREAD_SHIFT = 10,
    ID_TASK_SHIFT = 16,
    ID_CHIEF_SHIFT = 24,
    LTHREADS = 64,
    TASKS = 256,
};
#define ID_INVALID 0xFFFFFFFFu

/* Values of receive_from besides the id of the awaited thread. */
#define RECEIVE_ANY    0u          /* open wait */
#define RECEIVE_NONE   0xFFFFFFFFu /* not waiting for a message */
#define RECEIVE_NOBODY 0xFFFFFFFEu /* closed wait for nil: sleeping */

enum blocked_reason {
    BLOCKED_NOT = 0,
    BLOCKED_SENDING,  /* in the send queue of queued_at */
    BLOCKED_TRANSFER, /* a partner is copying a message to this thread */
    BLOCKED_TUNNEL,   /* its copy waits until the receiver's pager has answered */
    BLOCKED_NO_SLICE, /* ready, but has no time slices: it runs when it is given time (thread_schedule) */
    BLOCKED_STOPPED,  /* an exception that nobody handles */
    BLOCKED_INACTIVE, /* created but never started, or deleted */
};

/* What the kernel does in a thread's name; as thread_schedule tells it (interface section 8). */
enum rpc {
    RPC_NONE = 0,
    RPC_PAGER = 1,
    RPC_INTERNAL_PREEMPTER = 2,
    RPC_EXTERNAL_PREEMPTER = 3,
};

enum { TIMESLICE_ENDLESS = UINT16_MAX };

/* One of the first three, and the bits of what has happened since it began. */
enum transfer_phase {
    TRANSFER_NONE = 0,
    TRANSFER_SOURCE = 1, /* user addresses that fault are the sender's */
    TRANSFER_TARGET = 2, /* user addresses that fault are the receiver's */
    TRANSFER_SOURCE_FAULTED = 4,
    TRANSFER_TARGET_FAULTED = 8,
};

/* The transfer that a thread has under way, as sender or receiver; read by the page-fault handler.  While the kernel
   makes a call in the thread's name, which may take a transfer again, it is kept aside as the outer one. */
struct transfer {
    struct transfer *outer;        /* on the thread's kernel stack; NULL: there is none */
    uint8_t phase;                 /* enum transfer_phase */
    uint8_t window;                /* 1: the communication window is in use */
    volatile uint8_t buffer_lost;  /* double copy, by a page fault: the chunk has to be copied once more */
    uint8_t rpc;                   /* enum rpc: the call, RPC_NONE at user level */
    struct tcb *partner;           /* the receiver; for a receiver its sender; NULL: no transfer */
    struct ipc_registers *message; /* an outer transfer's; the innermost IPC's is in the thread control block */
    uint32_t own_page_directory;   /* double copy: the sender's, while it works in the receiver's */
    uint32_t window_target;        /* receiver's address, 4 MB aligned, that the window's first byte shows */
};

/* The time of a transfer's page faults on one side, at the place that the copy has come to; meaningful once the side is
   among those faulted. */
struct fault_time {
    uint32_t pages[2]; /* where it faulted last, newest first: a word may lie in two pages */
    uint64_t deadline; /* clock in microseconds */
};

struct tcb {
    /* What the short path touches of a partner comes first: 486 cache lines are 16 bytes. */
    uint32_t id; /* "myself"; a version change makes old ids invalid */
    uint32_t receive_from;
    uint32_t esp; /* saved kernel stack pointer; the word there is where the thread goes on */
    struct ipc_registers *message;

    struct space_state space;
    struct tcb *send_queue; /* first of the senders that wait for this thread */
    uint32_t blocked;       /* enum blocked_reason */
    struct ready_link ready;

    uint8_t priority;
    uint8_t mcp;        /* highest priority this thread's task may give */
    uint16_t timeslice; /* ticks; 0: none */
    struct tcb *send_next;
    struct tcb *send_previous;
    struct transfer transfer;

    uint64_t wakeup; /* clock in microseconds; meaningful while in the wakeup list */
    struct tcb *wakeup_next;
    struct tcb *wakeup_previous;
    uint8_t in_wakeup_list;
    uint8_t interrupt;     /* id of the line it is associated with, 0: none */
    bool auto_propagating; /* what it cannot take at once goes on to the next lthread (lthread_ex_regs) */

    uint32_t pager;
    uint32_t internal_preempter;
    uint32_t external_preempter;
    uint32_t timeslice_word; /* bits 20-31 as thread_schedule got them */
    struct task *task;
    struct tcb *queued_at;             /* whose send queue it is in: a chief's if the message is redirected */
    uint32_t sends_as;                 /* the source that the receiver will see, while it is there */
    uint32_t user_idt;                 /* user address of the thread's own interrupt table, 0: none */
    uint32_t ticks;                    /* processor time */
    struct processor_state *processor; /* NULL: it has used no FPU, debug registers or V86 mode */
    struct fault_time fault_times[2];  /* of the transfer that it is the sender of: its own side, the receiver's */
};

/* What a system call or a first start leaves at the top of the kernel stack. */
struct user_frame {
    struct ipc_registers registers;
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;
    uint32_t esp;
    uint32_t ss;
};

_Static_assert(TCB_OFFSET + sizeof(struct tcb) <= TCB_SIZE, "a thread control block must end within its unit");

/* The block of a thread number; blocks that were never created read as zero, so their id never matches. */
static inline struct tcb *tcb_of_id(uint32_t id)
{
    return (struct tcb *)(TCB_AREA + TCB_OFFSET + (id & 0x00FFFC00u) * (TCB_SIZE / 1024));
}

/* The thread on whose kernel stack an object lies. */
static inline struct tcb *tcb_of_stack(const void *object)
{
    return (struct tcb *)(((uintptr_t)object & ~(uintptr_t)(TCB_SIZE - 1)) + TCB_OFFSET);
}

static inline struct tcb *tcb_current(void)
{
    uint32_t esp;
    __asm__ volatile("mov %%esp, %0" : "=r"(esp));
    return (struct tcb *)((esp & ~(uint32_t)(TCB_SIZE - 1)) + TCB_OFFSET);
}

static inline uint32_t tcb_stack_top(const struct tcb *thread)
{
    return (uint32_t)(uintptr_t)thread;
}

/* Lowest word of the kernel stack. */
static inline uint32_t *tcb_stack_bottom(const struct tcb *thread)
{
    return (uint32_t *)((uintptr_t)thread - TCB_OFFSET);
}

/* Where the thread's user registers lie whatever mode it was in (see v86.h). */
static inline struct user_frame *tcb_user_frame(const struct tcb *thread)
{
    return (struct user_frame *)(uintptr_t)tcb_stack_top(thread) - 1;
}

static inline bool tcb_is_ready(const struct tcb *thread)
{
    return thread->receive_from == RECEIVE_NONE && thread->blocked == BLOCKED_NOT;
}

static inline bool tcb_same_task(const struct tcb *a, const struct tcb *b)
{
    return a->task == b->task;
}

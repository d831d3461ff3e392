/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on the ready lists; inlined into the IPC path.  Interrupts are off. */
#pragma once

#include "kernel/arch/hot.h"
#include "kernel/thread/tcb.h"

static inline bool ready_contains(const struct tcb *thread)
{
    return thread->ready.next != NULL;
}

/* Appends a thread that is in no list: it will be served last of its priority. */
static inline void ready_append(struct tcb *thread)
{
    uint32_t priority = thread->priority;
    struct tcb *first = hot.ready_first[priority];
    if (first) {
        struct tcb *last = first->ready.previous;
        thread->ready.next = first;
        thread->ready.previous = last;
        last->ready.next = thread;
        first->ready.previous = thread;
        return;
    }
    thread->ready.next = thread;
    thread->ready.previous = thread;
    hot.ready_first[priority] = thread;
    hot.ready_marks[priority] = 1;
    if (priority > hot.ready_highest) {
        hot.ready_highest = priority;
    }
}

/* Takes a thread out of its list.  Hint and mark may stay too high: ready_lower_hint() puts them right. */
static inline void ready_remove(struct tcb *thread)
{
    uint32_t priority = thread->priority;
    struct tcb *next = thread->ready.next;
    thread->ready.next = NULL;
    if (next == thread) {
        hot.ready_first[priority] = NULL;
        return;
    }
    next->ready.previous = thread->ready.previous;
    next->ready.previous->ready.next = next;
    if (hot.ready_first[priority] == thread) {
        hot.ready_first[priority] = next;
    }
}

/* A thread of a list will be served last of its priority, wherever in the list it stands. */
static inline void ready_to_end(struct tcb *thread)
{
    if (hot.ready_first[thread->priority] == thread) {
        hot.ready_first[thread->priority] = thread->ready.next;
    } else {
        ready_remove(thread);
        ready_append(thread);
    }
}

/* Lowers the hint to the highest priority whose list holds a thread, 0 if there is none. */
void ready_lower_hint(void);

/* First thread of the highest non-empty list, NULL if all are empty. */
static inline struct tcb *ready_first(void)
{
    if (!hot.ready_first[hot.ready_highest]) {
        ready_lower_hint();
    }
    return hot.ready_first[hot.ready_highest];
}

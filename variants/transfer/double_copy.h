/* SPDX-License-Identifier: BSD-2-Clause */
/* Two copies through a kernel buffer: user to kernel in the sender's space, kernel to user in the receiver's, one rep
   movsd each; 4 KB at a time.  The space switch between them is the one that the handoff to the receiver needs anyway,
   so a message of one chunk loads CR3 no more often than with temporary mapping.  Up to TRANSFER_SMALL words go through
   the kernel stack instead.

   The buffer is pinned while in use.  A preempted owner is given the processor by whoever wants the buffer; one that
   has to wait for a pager gives it up and copies the chunk once more. */
#pragma once

#include "variants/transfer/transfer.h"

#include "kernel/memory/page_table.h"

enum { DOUBLE_COPY_WORDS = PAGE_SIZE / sizeof(uint32_t) };

struct double_copy {
    struct tcb *owner; /* NULL: free */
    uint32_t words[DOUBLE_COPY_WORDS];
};
extern struct double_copy double_copy;

/* Waits until nobody has the buffer (double_copy.c). */
void double_copy_contend(void);

static inline void double_copy_acquire(struct tcb *sender)
{
    if (double_copy.owner) {
        double_copy_contend();
    }
    double_copy.owner = sender;
    sender->transfer.buffer_lost = 0;
}

/* The sender works in the receiver's space from now on, also after preemption. */
static inline void double_copy_enter_target(struct tcb *sender, const struct tcb *receiver)
{
    if (!(sender->transfer.phase & TRANSFER_TARGET)) {
        sender->transfer.phase ^= TRANSFER_SOURCE ^ TRANSFER_TARGET;
        sender->transfer.own_page_directory = sender->space.page_directory;
        sender->space.page_directory = receiver->space.page_directory;
    }
    space_switch(sender);
}

static inline void transfer_enter_source(struct tcb *sender)
{
    if (sender->transfer.phase & TRANSFER_TARGET) {
        sender->transfer.phase ^= TRANSFER_SOURCE ^ TRANSFER_TARGET;
        sender->space.page_directory = sender->transfer.own_page_directory;
        space_switch(sender);
    }
}

static inline uint32_t transfer_reach(struct tcb *sender, struct tcb *receiver, uint32_t address)
{
    double_copy_enter_target(sender, receiver);
    return space_linear(receiver, address);
}

/* What is still to be copied: words of a message structure, or bytes of a string. */
struct double_copy_job {
    uint32_t target; /* linear addresses in either space */
    uint32_t source;
    uint32_t count;
    uint32_t first; /* word of the structure */
    uint32_t
        structure; /* 0, or its linear address: its size dope has still to be read, which needs the receiver's space */
};

static inline void double_copy_bound(struct double_copy_job *job)
{
    if (job->structure) {
        uint32_t size = ((volatile uint32_t *)job->structure)[STRUCTURE_SIZE_DOPE] >> DOPE_DWORDS_SHIFT;
        uint32_t room = job->first < size ? size - job->first : 0;
        job->count = job->count < room ? job->count : room;
        job->structure = 0;
    }
}

static inline void double_copy_small(struct tcb *sender, struct tcb *receiver, struct double_copy_job *job)
{
    uint32_t words[TRANSFER_SMALL];
    for (uint32_t i = 0; i < job->count; i++) {
        words[i] = ((volatile uint32_t *)job->source)[i];
    }
    double_copy_enter_target(sender, receiver);
    double_copy_bound(job);
    for (uint32_t i = 0; i < job->count; i++) {
        ((volatile uint32_t *)job->target)[i] = words[i];
    }
}

/* So many units of one size, words or bytes. */
static inline void double_copy_move(uint32_t to, uint32_t from, uint32_t units, uint32_t unit)
{
    if (unit == sizeof(uint32_t)) {
        copy_words_preemptible(to, from, units);
    } else {
        copy_bytes_preemptible(to, from, units);
    }
}

/* Copies the chunk after the `done` first of the units, words or bytes, and returns its length; 0 if the buffer was
   lost on the way: then nothing counts and the chunk is to be copied again. */
static inline uint32_t double_copy_chunk(struct tcb *sender, struct tcb *receiver, struct double_copy_job *job,
                                         uint32_t done, uint32_t unit)
{
    uint32_t left = job->count - done, most = sizeof(double_copy.words) / unit;
    uint32_t chunk = left < most ? left : most;
    uint32_t buffer = (uint32_t)(uintptr_t)double_copy.words;
    transfer_enter_source(sender);
    double_copy_acquire(sender);
    double_copy_move(buffer, job->source + done * unit, chunk, unit);
    if (!sender->transfer.buffer_lost) {
        double_copy_enter_target(sender, receiver);
        double_copy_bound(job);
    }
    if (sender->transfer.buffer_lost) { /* while the size dope was read, or before */
        return 0;
    }
    chunk = chunk < job->count ? chunk : job->count;
    double_copy_move(job->target + done * unit, buffer, chunk, unit);
    if (sender->transfer.buffer_lost) {
        return 0;
    }
    double_copy.owner = NULL;
    return chunk;
}

static inline uint32_t transfer_words(struct tcb *sender, struct tcb *receiver, uint32_t structure, uint32_t source,
                                      uint32_t first, uint32_t count, bool sized)
{
    uint32_t linear = space_linear(receiver, structure);
    uint32_t target = linear + (STRUCTURE_DWORDS + first) * sizeof(uint32_t);
    struct double_copy_job job = {target, source, count, first, sized ? linear : 0};
    if (count <= TRANSFER_SMALL) {
        transfer_enter_source(sender);
        double_copy_small(sender, receiver, &job);
        return first + job.count;
    }
    for (uint32_t done = 0; done < job.count;) {
        done += double_copy_chunk(sender, receiver, &job, done, sizeof(uint32_t));
    }
    return first + job.count;
}

static inline void transfer_bytes(struct tcb *sender, struct tcb *receiver, uint32_t to, uint32_t source,
                                  uint32_t bytes)
{
    struct double_copy_job job = {.target = space_linear(receiver, to), .source = source, .count = bytes};
    for (uint32_t done = 0; done < bytes;) {
        done += double_copy_chunk(sender, receiver, &job, done, sizeof(uint8_t));
    }
}

static inline void transfer_done(struct tcb *sender)
{
    if (sender->transfer.phase & TRANSFER_TARGET) {
        sender->space.page_directory = sender->transfer.own_page_directory;
    }
    if (double_copy.owner == sender) {
        double_copy.owner = NULL;
    }
}

static inline void transfer_interrupted(struct tcb *sender)
{
    if (double_copy.owner == sender) {
        double_copy.owner = NULL;
        sender->transfer.buffer_lost = 1;
    }
}

static inline void transfer_resumed(struct tcb *sender)
{
    (void)sender;
}

static inline bool transfer_resolve_fault(struct tcb *sender, uint32_t linear)
{
    (void)sender;
    (void)linear;
    return false;
}

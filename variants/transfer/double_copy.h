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
    if (sender->transfer.phase != TRANSFER_TARGET) {
        sender->transfer.phase = TRANSFER_TARGET;
        sender->transfer.own_page_directory = sender->space.page_directory;
        sender->space.page_directory = receiver->space.page_directory;
    }
    space_switch(sender);
}

static inline void transfer_enter_source(struct tcb *sender)
{
    if (sender->transfer.phase == TRANSFER_TARGET) {
        sender->transfer.phase = TRANSFER_SOURCE;
        sender->space.page_directory = sender->transfer.own_page_directory;
        space_switch(sender);
    }
}

static inline void transfer_read(struct tcb *sender, struct tcb *receiver, uint32_t from, uint32_t *words,
                                 uint32_t count)
{
    const volatile uint32_t *source = (volatile uint32_t *)space_linear(receiver, from);
    double_copy_enter_target(sender, receiver);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = source[i];
    }
}

static inline void transfer_write(struct tcb *sender, struct tcb *receiver, uint32_t to, const uint32_t *words,
                                  uint32_t count)
{
    volatile uint32_t *target = (volatile uint32_t *)space_linear(receiver, to);
    double_copy_enter_target(sender, receiver);
    for (uint32_t i = 0; i < count; i++) {
        target[i] = words[i];
    }
}

/* What of a message is still to be copied. */
struct double_copy_job {
    uint32_t structure; /* linear address of the receiver's message structure */
    uint32_t source;
    uint32_t first;
    uint32_t count;
    bool sized; /* the receiver's size dope has still to be read, which needs its space */
};

static inline void double_copy_bound(struct double_copy_job *job)
{
    if (job->sized) {
        uint32_t size = ((volatile uint32_t *)job->structure)[STRUCTURE_SIZE_DOPE] >> DOPE_DWORDS_SHIFT;
        uint32_t room = job->first < size ? size - job->first : 0;
        job->count = job->count < room ? job->count : room;
        job->sized = false;
    }
}

static inline uint32_t double_copy_target(const struct double_copy_job *job, uint32_t done)
{
    return job->structure + (STRUCTURE_DWORDS + job->first + done) * sizeof(uint32_t);
}

static inline void double_copy_small(struct tcb *sender, struct tcb *receiver, struct double_copy_job *job)
{
    uint32_t words[TRANSFER_SMALL];
    for (uint32_t i = 0; i < job->count; i++) {
        words[i] = ((volatile uint32_t *)job->source)[i];
    }
    double_copy_enter_target(sender, receiver);
    double_copy_bound(job);
    volatile uint32_t *target = (volatile uint32_t *)double_copy_target(job, 0);
    for (uint32_t i = 0; i < job->count; i++) {
        target[i] = words[i];
    }
}

/* Copies the chunk after `done` words and returns its length; 0 if the buffer was lost on the way: then nothing counts
   and the chunk is to be copied again. */
static inline uint32_t double_copy_chunk(struct tcb *sender, struct tcb *receiver, struct double_copy_job *job,
                                         uint32_t done)
{
    uint32_t left = job->count - done;
    uint32_t chunk = left < DOUBLE_COPY_WORDS ? left : (uint32_t)DOUBLE_COPY_WORDS;
    uint32_t buffer = (uint32_t)(uintptr_t)double_copy.words;
    transfer_enter_source(sender);
    double_copy_acquire(sender);
    copy_words_preemptible(buffer, job->source + done * sizeof(uint32_t), chunk);
    if (sender->transfer.buffer_lost) {
        return 0;
    }
    double_copy_enter_target(sender, receiver);
    double_copy_bound(job);
    if (sender->transfer.buffer_lost) {
        return 0;
    }
    chunk = chunk < job->count ? chunk : job->count;
    copy_words_preemptible(double_copy_target(job, done), buffer, chunk);
    if (sender->transfer.buffer_lost) {
        return 0;
    }
    double_copy.owner = NULL;
    return chunk;
}

static inline uint32_t transfer_words(struct tcb *sender, struct tcb *receiver, uint32_t structure, uint32_t source,
                                      uint32_t first, uint32_t count, bool sized)
{
    struct double_copy_job job = {space_linear(receiver, structure), source, first, count, sized};
    if (count <= TRANSFER_SMALL) {
        transfer_enter_source(sender);
        double_copy_small(sender, receiver, &job);
        return first + job.count;
    }
    for (uint32_t done = 0; done < job.count;) {
        done += double_copy_chunk(sender, receiver, &job, done);
    }
    return first + job.count;
}

/* As double_copy_chunk, for bytes of a string at linear addresses of both. */
static inline uint32_t double_copy_chunk_of_string(struct tcb *sender, struct tcb *receiver, uint32_t to,
                                                   uint32_t source, uint32_t left)
{
    uint32_t chunk = left < sizeof(double_copy.words) ? left : sizeof(double_copy.words);
    uint32_t buffer = (uint32_t)(uintptr_t)double_copy.words;
    transfer_enter_source(sender);
    double_copy_acquire(sender);
    copy_bytes_preemptible(buffer, source, chunk);
    if (sender->transfer.buffer_lost) {
        return 0;
    }
    double_copy_enter_target(sender, receiver);
    copy_bytes_preemptible(to, buffer, chunk);
    if (sender->transfer.buffer_lost) {
        return 0;
    }
    double_copy.owner = NULL;
    return chunk;
}

static inline void transfer_bytes(struct tcb *sender, struct tcb *receiver, uint32_t to, uint32_t source,
                                  uint32_t bytes)
{
    uint32_t linear = space_linear(receiver, to);
    for (uint32_t done = 0; done < bytes;) {
        done += double_copy_chunk_of_string(sender, receiver, linear + done, source + done, bytes - done);
    }
}

static inline void transfer_done(struct tcb *sender)
{
    if (sender->transfer.phase == TRANSFER_TARGET) {
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

/* SPDX-License-Identifier: BSD-2-Clause */
/* Indirect strings: which bytes do the dopes of both sides name, and which go where?  (interface sections 4.7, 4.8)

   A dope names a part of a string, and one with DOPE_CONTINUES a further part of the string before: so a string is
   gathered from the sender's parts and scattered over the receiver's.  Every dope is read once, then checked, so it
   does no harm that users may change it meanwhile.  Parts end where their task's memory ends and at STRING_BYTES_MAX,
   which a transfer can always reach; whatever lies beyond is cut. */
#include "kernel/ipc/strings.h"

#include "variant_message.h"

enum dope_layout { DOPE_SEND = 0, DOPE_RECEIVE = 2, DOPE_WORDS = 4, PART_WORDS = 2 };
enum { STRING_BYTES_MAX = 4 << 20 };
#define DOPE_CONTINUES (1u << 31)

/* One half of a dope, as it is in memory. */
struct part {
    uint32_t size; /* and DOPE_CONTINUES */
    uint32_t address;
};

/* One side's dopes. */
struct side {
    uint32_t dopes; /* user address of the first */
    uint32_t count;
    uint32_t begun;     /* dopes whose part is under way or done */
    struct part ahead;  /* of the dope after those, if there is one; the target's once its part has ended */
    struct part now;    /* of the last of those: what is left of it */
    uint32_t room;      /* the part's bytes when it began */
    uint32_t last_size; /* the part's size word when it began */
};

struct strings {
    struct tcb *sender;
    struct tcb *receiver;
    struct side source;
    struct side target;
    bool cut;
};

/* The dopes follow as many dwords as the size dope says; those that are not wholly below the limit do not count. */
static struct side side_of(const struct tcb *thread, uint32_t descriptor, uint32_t size_dope, uint32_t count)
{
    uint32_t dwords = size_dope >> DOPE_DWORDS_SHIFT;
    uint32_t dopes = structure_address(descriptor) + (STRUCTURE_DWORDS + dwords) * sizeof(uint32_t);
    uint32_t limit = space_limit(thread);
    uint32_t room = dopes < limit ? (limit - dopes) / (DOPE_WORDS * sizeof(uint32_t)) : 0;
    return (struct side){.dopes = dopes, .count = count < room ? count : room};
}

static uint32_t dope_word(const struct side *side, uint32_t index, uint32_t word)
{
    return side->dopes + (index * DOPE_WORDS + word) * sizeof(uint32_t);
}

static bool is_over(const struct side *side)
{
    return side->begun == side->count;
}

/* Has the string of the part that is under way a further part? */
static bool string_goes_on(const struct side *side)
{
    return !is_over(side) && side->ahead.size & DOPE_CONTINUES;
}

static void source_look_ahead(struct strings *job)
{
    struct side *side = &job->source;
    if (!is_over(side)) {
        uint32_t address = dope_word(side, side->begun, DOPE_SEND);
        const volatile uint32_t *words = (volatile uint32_t *)space_linear(job->sender, address);
        transfer_enter_source(job->sender);
        side->ahead = (struct part){words[0], words[1]};
    }
}

static void target_look_ahead(struct strings *job)
{
    struct side *side = &job->target;
    if (!is_over(side)) {
        uint32_t address = dope_word(side, side->begun, DOPE_RECEIVE);
        transfer_read(job->sender, job->receiver, address, (uint32_t *)&side->ahead, PART_WORDS);
    }
}

/* The bytes of a part that may be copied. */
static uint32_t bytes_of(const struct tcb *thread, const struct part *part)
{
    uint32_t size = part->size & ~DOPE_CONTINUES, limit = space_limit(thread);
    uint32_t below_limit = part->address < limit ? limit - part->address : 0;
    uint32_t most = below_limit < STRING_BYTES_MAX ? below_limit : (uint32_t)STRING_BYTES_MAX;
    return size < most ? size : most;
}

static void part_begin(const struct tcb *thread, struct side *side)
{
    side->begun++;
    side->last_size = side->ahead.size;
    side->room = bytes_of(thread, &side->ahead);
    side->now = (struct part){side->room, side->ahead.address};
}

static void source_part_begin(struct strings *job)
{
    part_begin(job->sender, &job->source);
    job->cut = job->cut || job->source.room < (job->source.last_size & ~DOPE_CONTINUES);
    source_look_ahead(job);
}

/* Makes the dope say what has come, so that the receiver can send it on as it is. */
static void target_part_end(struct strings *job)
{
    struct side *side = &job->target;
    uint32_t received = side->room - side->now.size;
    struct part sent_on = {(side->last_size & DOPE_CONTINUES) | received, side->now.address - received};
    uint32_t address = dope_word(side, side->begun - 1, DOPE_SEND);
    transfer_write(job->sender, job->receiver, address, (const uint32_t *)&sent_on, PART_WORDS);
    target_look_ahead(job);
}

static void move_bytes(struct strings *job)
{
    struct part *from = &job->source.now, *to = &job->target.now;
    uint32_t bytes = from->size < to->size ? from->size : to->size;
    if (!bytes) { /* the addresses may be anything */
        return;
    }
    transfer_bytes(job->sender, job->receiver, to->address, space_linear(job->sender, from->address), bytes);
    from->address += bytes;
    from->size -= bytes;
    to->address += bytes;
    to->size -= bytes;
}

/* The receiver's string ends with the sender's, whatever parts it has left. */
static void target_string_end(struct strings *job)
{
    target_part_end(job);
    while (string_goes_on(&job->target)) {
        part_begin(job->receiver, &job->target);
        target_part_end(job);
    }
}

/* From part to part, until the sender's string ends or the receiver's is full. */
static void move_string(struct strings *job)
{
    source_part_begin(job);
    part_begin(job->receiver, &job->target);
    for (;;) {
        move_bytes(job);
        if (job->source.now.size) {
            target_part_end(job);
            if (!string_goes_on(&job->target)) {
                job->cut = true;
                return;
            }
            part_begin(job->receiver, &job->target);
        } else if (string_goes_on(&job->source) && !job->cut) {
            source_part_begin(job);
        } else {
            target_string_end(job);
            return;
        }
    }
}

static void move_strings(struct strings *job)
{
    source_look_ahead(job);
    target_look_ahead(job);
    while (!is_over(&job->source) && !is_over(&job->target) && !job->cut) {
        move_string(job);
    }
}

struct strings_received strings_transfer(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                                         uint32_t dopes)
{
    if (!structure_is_buffer(receiver)) {
        return (struct strings_received){0, true};
    }
    struct strings job = {.sender = sender, .receiver = receiver};
    uint32_t size_dope, address = structure_of_receiver(receiver) + STRUCTURE_SIZE_DOPE * sizeof(uint32_t);
    transfer_read(sender, receiver, address, &size_dope, 1);
    uint32_t strings = size_dope >> DOPE_STRINGS_SHIFT & DOPE_STRINGS_MASK;
    job.target = side_of(receiver, receiver->message->receive, size_dope, strings);

    transfer_enter_source(sender);
    size_dope = structure_head(sender, message->send, STRUCTURE_SIZE_DOPE);
    job.source = side_of(sender, message->send, size_dope, dopes);
    move_strings(&job);
    return (struct strings_received){job.target.begun, job.cut || job.source.begun < dopes};
}

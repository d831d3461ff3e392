/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/interrupt.h"

#include "kernel/arch/pic.h"
#include "kernel/ipc/send_queue.h"
#include "kernel/ipc/timeout.h"
#include "kernel/thread/thread.h"

#include "variant_handoff.h"

/* A line queues at its thread like any sender, by a block that only has what the queue needs.  It stays queued after
   its message was taken, until the thread receives from it again: so a thread whose line is masked has a send queue,
   the short path leaves its receive phase to the general one, and that unmasks the line. */
struct line {
    struct tcb sender;
    struct tcb *thread; /* NULL: nobody is associated, and the line is masked */
    enum line_state { LINE_OPEN, LINE_PENDING, LINE_TAKEN } state;
};

static struct line lines[LINES];

static struct line *line_of_id(uint32_t id)
{
    uint32_t number = id - 1;
    return number < LINES && number != LINE_TIMER && number != LINE_CASCADE ? &lines[number] : NULL;
}

static uint32_t number_of(const struct line *line)
{
    return (uint32_t)(line - lines);
}

static void leave_queue(struct line *line)
{
    if (line->state != LINE_OPEN) {
        send_queue_remove(&line->sender);
        line->state = LINE_OPEN;
    }
}

void interrupt_detach(struct tcb *thread)
{
    struct line *line = line_of_id(thread->interrupt);
    if (line) {
        pic_mask(number_of(line));
        leave_queue(line);
        line->thread = NULL;
        thread->interrupt = ID_NIL;
    }
}

static void associate(struct tcb *thread, struct line *line, uint32_t id)
{
    interrupt_detach(thread);
    line->thread = thread;
    line->sender = (struct tcb){.id = id, .sends_as = id};
    thread->interrupt = (uint8_t)id;
    pic_unmask(number_of(line));
}

uint32_t interrupt_request(struct tcb *self, uint32_t id, bool ask)
{
    struct line *line = line_of_id(id);
    bool own = line && line->thread == self;
    if (!line || (!own && (line->thread || !ask))) {
        return RESULT_NOT_EXISTENT;
    }
    if (!own) {
        associate(self, line, id);
    }
    return ask ? RESULT_TIMEOUT : RESULT_OK;
}

void interrupt_receive_begins(struct tcb *self, uint32_t from)
{
    struct line *line = line_of_id(self->interrupt);
    if (line && line->state == LINE_TAKEN && (from == RECEIVE_ANY || from == self->interrupt)) {
        leave_queue(line);
        pic_unmask(number_of(line));
    }
}

static void fill(struct ipc_registers *message, uint32_t id)
{
    message->send = RESULT_OK;
    message->partner = id;
    for (uint32_t i = 0; i < REGISTER_WORDS; i++) {
        message->word[i] = 0;
    }
}

bool interrupt_take(struct tcb *sender, struct ipc_registers *message)
{
    if (!interrupt_is_id(sender->id)) {
        return false;
    }
    line_of_id(sender->id)->state = LINE_TAKEN;
    fill(message, sender->id);
    return true;
}

/* The thread waits for this line: it is woken, and runs at once if it comes before the interrupted one. */
static void wake(struct tcb *thread, uint32_t id)
{
    struct tcb *self = tcb_current();
    thread->receive_from = RECEIVE_NONE;
    timeout_stop(thread);
    fill(thread->message, id);
    if (self->task && thread->priority > self->priority) { /* the idle thread picks by itself after every interrupt */
        thread_switch(handoff_send(self, thread));
    } else {
        thread_wake(thread);
    }
}

void interrupt(uint32_t number)
{
    if (pic_spurious(number)) {
        return;
    }
    struct line *line = &lines[number];
    struct tcb *thread = line->thread;
    pic_mask(number);
    pic_end_of_interrupt(number);
    if (!thread || line->state != LINE_OPEN) {
        return;
    }
    send_queue_prepend(thread, &line->sender);
    if (thread->receive_from == RECEIVE_ANY || thread->receive_from == thread->interrupt) {
        line->state = LINE_TAKEN;
        wake(thread, thread->interrupt);
    } else {
        line->state = LINE_PENDING;
    }
}

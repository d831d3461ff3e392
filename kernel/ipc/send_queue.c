/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/send_queue.h"

void send_queue_append(struct tcb *receiver, struct tcb *sender)
{
    struct tcb *first = receiver->send_queue;
    sender->queued_at = receiver;
    if (!first) {
        sender->send_next = sender;
        sender->send_previous = sender;
        receiver->send_queue = sender;
        return;
    }
    sender->send_next = first;
    sender->send_previous = first->send_previous;
    first->send_previous->send_next = sender;
    first->send_previous = sender;
}

void send_queue_prepend(struct tcb *receiver, struct tcb *sender)
{
    send_queue_append(receiver, sender);
    receiver->send_queue = sender;
}

void send_queue_remove(struct tcb *sender)
{
    struct tcb *receiver = sender->queued_at;
    if (sender->send_next == sender) {
        receiver->send_queue = NULL;
        return;
    }
    sender->send_next->send_previous = sender->send_previous;
    sender->send_previous->send_next = sender->send_next;
    if (receiver->send_queue == sender) {
        receiver->send_queue = sender->send_next;
    }
}

struct tcb *send_queue_find(struct tcb *receiver, uint32_t from)
{
    struct tcb *first = receiver->send_queue;
    struct tcb *sender = first;
    if (!first || from == RECEIVE_ANY) {
        return first;
    }
    do {
        if (sender->sends_as == from) {
            return sender;
        }
        sender = sender->send_next;
    } while (sender != first);
    return NULL;
}

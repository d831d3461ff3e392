/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets a message that crosses the border of a clan, and in whose name does it come?

   A clan is all tasks of one chief.  Chiefs form a tree whose root, the root task, is its own chief.  A message may
   leave a clan only by its chief and enter one only by its chief, so it goes to the first chief on its way. */
#include "kernel/ipc/clan.h"

#include "kernel/init/info_page.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/user_memory.h"

static uint32_t number_of(uint32_t id)
{
    return id >> ID_TASK_SHIFT & (TASKS - 1);
}

static uint32_t chief_of(uint32_t id)
{
    return id >> ID_CHIEF_SHIFT;
}

static bool is_root(uint32_t number)
{
    return tasks[number].chief == number;
}

uint32_t clan_depth(const struct task *task)
{
    uint32_t depth = 0;
    for (; !is_root(task->number); task = &tasks[task->chief]) {
        depth++;
    }
    return depth;
}

/* The member of the given clan in which the id is nested, however deep; 0: it lies outside.  Ends since the chiefs of a
   task that exists do, up to the root. */
static uint32_t member_around(uint32_t clan, uint32_t id)
{
    uint32_t member = number_of(id);
    uint32_t chief = chief_of(id);
    while (chief != clan) {
        if (is_root(chief) || !tasks[chief].page_directory) {
            return 0;
        }
        member = chief;
        chief = tasks[chief].chief;
    }
    return member;
}

/* The kernel thread belongs to no clan; only sigma0 can send to it, and does so directly. */
static bool answers_kernel(const struct task *task, uint32_t id)
{
    return id == ID_KERNEL && task->number == SIGMA0_TASK;
}

struct nearest clan_nearest(const struct task *task, uint32_t id)
{
    if (chief_of(id) == task->chief || answers_kernel(task, id)) {
        return (struct nearest){CLAN_SAME, id};
    }
    uint32_t member = member_around(task->number, id);
    member = member ? member : member_around(task->chief, id);
    if (member) {
        return (struct nearest){CLAN_INNER, member == number_of(id) ? id : task_id(&tasks[member])};
    }
    return (struct nearest){CLAN_OUTER, number_of(id) == task->chief ? id : task_id(&tasks[task->chief])};
}

struct tcb *clan_existing(uint32_t id)
{
    struct tcb *thread = tcb_of_id(id);
    return id != ID_NIL && id != ID_KERNEL && thread->id == id ? thread : NULL;
}

/* A thread speaks for threads of its own task, for those of the receiver's, and as a chief for whoever is on the other
   side of its clan's border than the destination: so a message keeps its direction. */
static bool may_propagate(const struct tcb *self, const struct tcb *other, uint32_t destination,
                          const struct route *route)
{
    if (tcb_same_task(self, other) || (!route->flags && tcb_same_task(other, route->receiver))) {
        return true;
    }
    uint32_t clan = self->task->number;
    return (member_around(clan, other->id) != 0) != (member_around(clan, destination) != 0);
}

/* The thread in whose name the message shall come, by the word at the user's stack pointer; NULL: in its sender's. */
static struct tcb *propagatee(const struct tcb *self, const struct ipc_registers *message, const struct route *route)
{
    uint32_t id;
    if (!(message->send & SEND_PROPAGATE) || !user_read_word(tcb_user_frame(self)->esp, &id)) {
        return NULL;
    }
    struct tcb *other = clan_existing(id);
    return other && other->task && may_propagate(self, other, message->partner, route) ? other : NULL;
}

bool route_find(struct tcb *self, const struct ipc_registers *message, struct route *route)
{
    uint32_t destination = message->partner;
    struct nearest nearest = clan_nearest(self->task, destination);
    if (!clan_existing(destination) && !answers_kernel(self->task, destination)) {
        return false;
    }
    *route = (struct route){.receiver = tcb_of_id(nearest.id), .source = self->id};
    if (nearest.id != destination) { /* inwards it comes from outside of that chief's clan, outwards from inside */
        route->flags = nearest.side == CLAN_OUTER ? CLAN_INNER : CLAN_OUTER;
    }
    const struct tcb *other = propagatee(self, message, route);
    if (other) {
        route->source = other->id;
        route->flags |= RESULT_PROPAGATED;
    }
    return route->receiver != self;
}

void route_tell(struct tcb *self, struct ipc_registers *message, const struct route *route)
{
    struct tcb *other = tcb_of_id(route->source);
    struct ipc_registers *received = route->receiver->message;
    received->partner = route->source;
    received->send |= route->flags;
    if (route->flags & RESULT_REDIRECTED) {
        received->timeouts = message->partner;
    } else {
        message->partner = route->receiver->id; /* who will answer, if it is an auto-propagating thread's successor */
    }
    if (other->receive_from == self->id) { /* it waits for a reply, which will come from the receiver now */
        other->receive_from = message->partner;
    }
}

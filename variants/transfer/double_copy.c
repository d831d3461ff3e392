/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/thread/thread.h"

#include "variant.h"

struct double_copy double_copy;

void double_copy_contend(struct tcb *sender)
{
    while (double_copy.owner && double_copy.owner != sender) {
        struct tcb *owner = double_copy.owner;
        if (!tcb_is_ready(owner)) {
            owner->transfer.buffer_lost = 1;
            return;
        }
        thread_wake(sender);
        thread_switch(owner);
    }
}

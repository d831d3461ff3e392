/* SPDX-License-Identifier: BSD-2-Clause */
/* How does the kernel call a pager or a preempter in a thread's name? */
#include "kernel/ipc/rpc.h"

#include "kernel/ipc/ipc.h"

uint32_t rpc_call(struct tcb *self, struct ipc_registers *message, enum rpc rpc)
{
    self->transfer.message = self->message;
    struct transfer outer = self->transfer;
    self->transfer = (struct transfer){.outer = &outer, .rpc = (uint8_t)rpc};
    ipc_from_kernel(message);
    self->transfer = outer;
    return message->send & RESULT_ERROR_MASK;
}

static void call_preempter(struct tcb *self, uint32_t preempter, enum rpc rpc)
{
    const struct user_frame *user = tcb_user_frame(self);
    struct ipc_registers message = {.word = {user->esp, user->eip, 0}, .partner = preempter};
    if (preempter != ID_NIL && preempter != ID_INVALID) {
        rpc_call(self, &message, rpc);
    }
}

void rpc_preemption(struct tcb *self)
{
    call_preempter(self, self->internal_preempter, RPC_INTERNAL_PREEMPTER);
    call_preempter(self, self->external_preempter, RPC_EXTERNAL_PREEMPTER);
}

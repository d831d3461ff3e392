/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/thread/tcb.h"

/* Sends the message to its partner and waits for the answer, in the name of the running thread and in the middle of
   whatever it does.  Returns the error of the call, 0 if there is an answer. */
uint32_t rpc_call(struct tcb *self, struct ipc_registers *message, enum rpc rpc);

/* The running thread's time slice is over, at user level: its internal and then its external preempter get its ESP and
   EIP.  It goes on after a plain answer, or if there is no such thread. */
void rpc_preemption(struct tcb *self);

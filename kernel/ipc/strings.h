/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/ipc/registers.h"
#include "kernel/thread/tcb.h"

struct strings_received {
    uint32_t dopes; /* of the receiver, that have something of the message; their send part describes it */
    bool cut;       /* something did not fit, or was not the sender's to send */
};

/* Moves the strings of a message whose send dope, of a valid structure, counts `dopes` of them.  The pair is locked;
   page faults may happen. */
struct strings_received strings_transfer(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                                         uint32_t dopes);

/* SPDX-License-Identifier: BSD-2-Clause */
/* How long may an IPC wait?  Decoding of the timeout word, and the list of threads with a finite timeout. */
#pragma once

#include "kernel/thread/tcb.h"

#include <stdbool.h>
#include <stdint.h>

enum timeout_kind { TIMEOUT_INFINITE, TIMEOUT_ZERO, TIMEOUT_FINITE };

struct timeout {
    enum timeout_kind kind;
    uint64_t deadline; /* by the kernel clock, in microseconds; if finite */
};

struct timeout timeout_send(uint32_t timeouts);
struct timeout timeout_receive(uint32_t timeouts);

/* The timeout word for both halves of a page-fault RPC, from a page-fault exponent p: 4^(15-p) microseconds, 0
   infinite, 15 zero (interface section 4.11). */
uint32_t timeout_of_page_fault(uint32_t exponent);
enum { TIMEOUT_RECEIVE_FAULT_SHIFT = 8, TIMEOUT_SEND_FAULT_SHIFT = 12 };

/* A transfer of the sender has met a page fault at a user address of this side, bounded by the partner's page-fault
   exponent: has it met that page for longer than that already?  The time starts with a fault at a page that is not
   among the last two of its side: a pager that answers without repairing anything holds nobody up for ever.  Never for
   an exponent of 0; nor for 15, with which no pager is asked. */
bool timeout_of_faults_over(struct tcb *sender, enum transfer_phase side, uint32_t address, uint32_t exponent);

/* The thread's IPC will end at the deadline unless stopped before.  Stopping what is not started is allowed. */
void timeout_start(struct tcb *thread, uint64_t deadline);
void timeout_stop(struct tcb *thread);

/* Ends the IPC of every thread whose deadline is not after `now`; returns the highest priority among them, or -1. */
int timeout_expire(uint64_t now);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions that users handle themselves, and the privileged instructions that the kernel executes for them
   (l4-abi 11, 20). */
#pragma once

#include "kernel/arch/trap_frame.h"

/* Sends the running thread, whose frame this is, into the handler that its own interrupt table names for the vector,
   with the frame that the processor would have pushed.  false: it has none, or its stack cannot take the frame. */
bool user_exception_mirror(struct trap_frame *frame);

/* Executes the instruction that raised #GP if it is one that users may use: LIDT (EAX) and HLT.  false: it is not. */
bool user_exception_emulate(struct trap_frame *frame);

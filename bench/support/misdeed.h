/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the kernel go on after a thread did something it may not? Each row does one such thing in a task of its own.
 * Either the thread gets its error and goes on, or it is stopped, by an exception or by a page fault that nobody
 * answers; afterwards the kernel must still create a task and serve it. The kernel's log names the exceptions; a note
 * before the first row says that they are expected. */
#pragma once

#include "bench/support/selftest.h"

enum ending { GOES_ON, STOPS, EITHER };

struct misdeed {
    const char *name;
    uint32_t (*act)(void); /* if it returns: 1 if it got what it should */
    enum ending ending;
};

void misdeeds_run(const struct misdeed *rows, uint32_t count);

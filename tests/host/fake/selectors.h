/* SPDX-License-Identifier: BSD-2-Clause */
/* Which selector may kernel code load on the host?  The user data selector becomes that of thread-local storage in
   32-bit processes of Linux, the one that FS and GS may hold there.  Included before everything else. */
#pragma once

#include "kernel/memory/layout.h"

#undef SELECTOR_USER_DATA
#define SELECTOR_USER_DATA 0x63

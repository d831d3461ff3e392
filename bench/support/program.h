/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a program of the kit consist of, and how does it report? (benchmarks and guest self-tests)
 *
 * One file defines `program`; its run function walks the file's tables. Every row has a name; rows that the command
 * line's cases=GLOB does not select are passed over. */
#pragma once

#include "bench/support/l4.h"

struct program {
    const char *name;
    void (*run)(void);
};

extern const struct program program;

enum { NAME_SIZE = 48 };

bool case_selected(const char *name);

/* Prints one @check line and returns `ok`. In the root task a failed one makes the program's verdict `fail`; a child
 * reports how many of its own failed to the boss, which adds them. */
bool check(const char *name, bool ok, const char *sentence);
void failures_add(uint32_t count);
uint32_t failures_count(void);

/* Called by crt0. */
__attribute__((noreturn)) void program_start(uint32_t magic, uint32_t multiboot_information);

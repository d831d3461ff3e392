/* SPDX-License-Identifier: BSD-2-Clause */
/* What does the second module's command line ask of a program? */
#pragma once

#include "bench/support/clock.h"

static const uint32_t MULTIBOOT_MAGIC = 0x2BADB002;

enum { GLOB_SIZE = 64 };

struct options {
    enum clock_source clock; /* clock=model|tsc|none, default none */
    char cases[GLOB_SIZE];   /* cases=GLOB, default * */
};

/* `multiboot_information` is a physical address, which sigma0 maps on touch; 0 gives the defaults. */
void options_read(struct options *options, uint32_t multiboot_information);

/* `*` any characters, `?` any one, all else itself. */
bool glob_matches(const char *glob, const char *name);

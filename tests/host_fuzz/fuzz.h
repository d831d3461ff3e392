/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a fuzz target have?  An input, which is a program of operations, and a way to say that a rule is broken.  A
   target is one program: tests/host/host.h's memory, kernel files under test, and fuzz_one(). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The input from front to back; zeros after its end. */
bool input_over(void);
uint32_t input_byte(void);
uint32_t input_word(void);

/* One of [0, count), count at most 256. */
uint32_t input_below(uint32_t count);

/* Ends the run as a failure. */
_Noreturn void fuzz_broken(const char *file, int line, const char *rule);
#define REQUIRE(rule) ((rule) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #rule))

/* The target: runs one input in a process of its own, the kernel's memory fresh. */
void fuzz_one(void);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing the running thread's memory outside a transfer: only what can be reached without a page fault. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* May it read (write) these bytes, at most a page of them, right now? */
bool user_permits(uint32_t address, uint32_t bytes, bool write);

/* The byte at a user address, -1 if it cannot be read. */
int user_byte(uint32_t address);

/* false: the word cannot be read (written), and nothing happened. */
bool user_read_word(uint32_t address, uint32_t *word);
bool user_write_word(uint32_t address, uint32_t word);

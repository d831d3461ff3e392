/* SPDX-License-Identifier: BSD-2-Clause */
/* Which parts of the image are shared, private or pool, and how are they filled? */
#pragma once

#include "bench/support/l4.h"

/* Set by the linker script; page aligned. */
extern uint8_t image_start[], image_private[], image_private_end[];

/* The two the compiler calls on its own, and may call from anywhere. */
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

/* Makes every page of [start, start + size) present in the caller's space, for reading or for writing too. */
void pages_touch(const void *start, size_t size);
void pages_touch_for_writing(void *start, size_t size);

/* Makes the shared part of the image, all code and constants, present for reading. */
void image_touch(void);

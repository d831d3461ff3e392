/* SPDX-License-Identifier: BSD-2-Clause */
/* How does the root task create child tasks that run its own image at its own addresses? (root task only)
 *
 * Code and constants are mapped read-only from the root task's frames. A page of data, stack or bss becomes a copy,
 * made at the child's first touch, of what the root task holds there at that moment: so globals that the root task sets
 * before it starts a child are the child's parameters, and two children have different frames at one address. Every
 * child also has an arena: pages of zeros across a 4 MB boundary, made at first touch. Tasks from CROWD_TASK on are
 * members of a crowd (crowd.h): they share one copy, which is new with task CROWD_TASK. */
#pragma once

#include "bench/support/thread.h"

enum { FIRST_TASK = 5, LAST_TASK = 79, CROWD_TASK, POOL_PAGES = 640 };
enum { ARENA_MIDDLE = 0x00C00000, ARENA_START = ARENA_MIDDLE - 0x20000, ARENA_END = ARENA_MIDDLE + 0x20000 };

/* Starts lthread 0 of a fresh task `number` on the main stack; an old task of that number is deleted. Nil if refused.
 */
l4_id_t task_start(uint32_t number, thread_entry *entry, uint32_t argument);

/* Deletes the tasks, but for those of the crowd, started since the last call and takes all their pages back. */
void tasks_delete(void);

/* Moves the child's task into small space `index` (1, 2, ...) of 8 MB. Where the kernel has none it stays large. */
enum { SMALL_SPACE_SIZE = 8 << 20 };
void task_make_small(l4_id_t id, uint32_t index);

/* The last address of the caller's data segment, and whether it makes the caller's space a small one. */
uint32_t space_limit(void);
bool space_is_small(void);

void thread_set_priority(l4_id_t id, uint32_t priority);
uint32_t thread_get_priority(l4_id_t id);

/* The address in the root task of the frame behind `address` of child `number`, made on first use; null outside the
 * private part of the image and the arena. */
uint8_t *task_frame(uint32_t number, uint32_t address);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces by page directory alone: CR3, written only if it differs. */
#pragma once

#include "variants/space/space.h"

static inline void space_switch(struct tcb *next)
{
    if (next->space.page_directory != hot.loaded_page_directory) {
        page_directory_load(next->space.page_directory);
    }
}

static inline uint32_t space_limit(const struct tcb *thread)
{
    (void)thread;
    return USER_END;
}

static inline uint32_t space_linear(const struct tcb *thread, uint32_t address)
{
    (void)thread;
    return address;
}

static inline uint32_t space_user_address(const struct tcb *thread, uint32_t linear)
{
    (void)thread;
    return linear;
}

static inline bool space_everywhere(const struct tcb *thread)
{
    (void)thread;
    return false;
}

static inline void space_init_thread(struct tcb *thread)
{
    thread->space.page_directory = thread->task->page_directory;
}

static inline void space_assign(struct task *task, uint32_t byte)
{
    (void)task;
    (void)byte;
}

static inline void space_release(struct task *task)
{
    (void)task;
}

static inline bool space_resolve_fault(struct tcb *thread, uint32_t linear)
{
    (void)thread;
    (void)linear;
    return false;
}

static inline bool space_grow(struct tcb *thread)
{
    (void)thread;
    return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Small spaces (Liedtke 1995): a small task lies in a part of an area that every page directory shares, and its user
   segments have that part's base and size.  To switch to it the descriptors change and CR3 does not, so the TLB keeps
   what it has. A large task has base 0 and 3 GB.  Page-directory entries of the area are copied into a directory on
   first use. */
#pragma once

#include "variants/space/space.h"

#include "kernel/arch/tables.h"

enum { SMALL_CODE_TYPE_BIT = (TYPE_USER_CODE ^ TYPE_USER_DATA) << 8 };

/* Slow path (small.c). */
void small_set_large(struct task *task);
void small_assign(struct task *task, uint32_t byte);
bool small_resolve_fault(struct tcb *thread, uint32_t linear);
bool small_grow(struct tcb *thread);
void small_init_thread(struct tcb *thread);

/* New user descriptors take effect at the next load of a selector: DS and ES are loaded on the way out, CS and SS by
 * iret. */
static inline void small_set_segments(const struct space_state *space)
{
    struct descriptor *data = &hot.gdt[DESCRIPTOR_USER_DATA];
    struct descriptor *code = &hot.gdt[DESCRIPTOR_USER_CODE];
    data->low = space->segment_low;
    data->high = space->segment_high;
    code->low = space->segment_low;
    code->high = space->segment_high | SMALL_CODE_TYPE_BIT;
    __asm__ volatile("mov %0, %%fs\n\tmov %0, %%gs" : : "r"(SELECTOR_USER_DATA) : "memory");
}

static inline void space_switch(struct tcb *next)
{
    uint32_t page_directory = next->space.page_directory;
    if (page_directory != 0 && page_directory != hot.loaded_page_directory) {
        page_directory_load(page_directory);
    }
    const struct descriptor *data = &hot.gdt[DESCRIPTOR_USER_DATA];
    if (data->low != next->space.segment_low || data->high != next->space.segment_high) {
        small_set_segments(&next->space);
    }
}

static inline uint32_t space_limit(const struct tcb *thread)
{
    return thread->space.limit;
}

static inline uint32_t space_linear(const struct tcb *thread, uint32_t address)
{
    return thread->space.base + address;
}

static inline uint32_t space_user_address(const struct tcb *thread, uint32_t linear)
{
    return linear - thread->space.base;
}

static inline bool space_everywhere(const struct tcb *thread)
{
    return thread->space.base != 0;
}

static inline void space_init_thread(struct tcb *thread)
{
    small_init_thread(thread);
}

static inline void space_assign(struct task *task, uint32_t byte)
{
    small_assign(task, byte);
}

static inline void space_release(struct task *task)
{
    small_set_large(task);
}

static inline bool space_resolve_fault(struct tcb *thread, uint32_t linear)
{
    return small_resolve_fault(thread, linear);
}

static inline bool space_grow(struct tcb *thread)
{
    return small_grow(thread);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/user_memory.h"

#include "kernel/memory/page_table.h"

#include "variant.h"

static bool permitted(const struct tcb *thread, uint32_t address, uint32_t bytes, bool write)
{
    uint32_t last = address + bytes - 1;
    return last >= address && last < space_limit(thread) && page_permits(thread->task, address, write) &&
           page_permits(thread->task, last, write);
}

int user_byte(uint32_t address)
{
    struct tcb *self = tcb_current();
    return permitted(self, address, 1, false) ? *(const volatile uint8_t *)space_linear(self, address) : -1;
}

bool user_read_word(uint32_t address, uint32_t *word)
{
    struct tcb *self = tcb_current();
    if (!permitted(self, address, sizeof(*word), false)) {
        return false;
    }
    *word = *(const volatile uint32_t *)space_linear(self, address);
    return true;
}

bool user_write_word(uint32_t address, uint32_t word)
{
    struct tcb *self = tcb_current();
    if (!permitted(self, address, sizeof(word), true)) {
        return false;
    }
    *(volatile uint32_t *)space_linear(self, address) = word;
    return true;
}

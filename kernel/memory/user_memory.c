/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/user_memory.h"

#include "kernel/memory/page_table.h"

#include "variant_space.h"

bool user_permits(uint32_t address, uint32_t bytes, bool write)
{
    const struct tcb *self = tcb_current();
    uint32_t last = address + bytes - 1;
    return last >= address && last < space_limit(self) && page_permits(self->task, address, write) &&
           page_permits(self->task, last, write);
}

int user_byte(uint32_t address)
{
    return user_permits(address, 1, false) ? *(const volatile uint8_t *)space_linear(tcb_current(), address) : -1;
}

bool user_read_word(uint32_t address, uint32_t *word)
{
    if (!user_permits(address, sizeof(*word), false)) {
        return false;
    }
    *word = *(const volatile uint32_t *)space_linear(tcb_current(), address);
    return true;
}

bool user_write_word(uint32_t address, uint32_t word)
{
    if (!user_permits(address, sizeof(word), true)) {
        return false;
    }
    *(volatile uint32_t *)space_linear(tcb_current(), address) = word;
    return true;
}

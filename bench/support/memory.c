/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/memory.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *destination = to;

    __asm__ volatile("rep movsb" : "+D"(destination), "+S"(from), "+c"(size) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *destination = to;

    __asm__ volatile("rep stosb" : "+D"(destination), "+c"(size) : "a"(value) : "memory");
    return to;
}

void pages_touch(const void *start, size_t size)
{
    uint32_t end = (uint32_t)start + size;

    for (uint32_t page = l4_page_base((uint32_t)start); page < end; page += L4_PAGE_SIZE)
        (void)*(const volatile uint8_t *)page;
}

void pages_touch_for_writing(void *start, size_t size)
{
    uint32_t end = (uint32_t)start + size;

    for (uint32_t page = l4_page_base((uint32_t)start); page < end; page += L4_PAGE_SIZE) {
        volatile uint8_t *byte = (volatile uint8_t *)page;
        uint8_t value = *byte;
        *byte = value;
    }
}

void image_touch(void)
{
    pages_touch(image_start, (uint32_t)image_private - (uint32_t)image_start);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a small space have the base and the limit that its byte says, to the page?  And who loses, gets and looks up a
 * place? */
#include "tests/host/host.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/tables.h"
#include "kernel/memory/frames.h"

#include "variant.h"

enum { BYTES = 256, MEGABYTES_4 = 0x400000, AREA_SLOTS = 128, SEGMENT_LIMIT_HIGH = 0xF0000, GRANULARITY = 1 << 23 };

static uint32_t base_of(const struct descriptor *descriptor)
{
    return descriptor->low >> 16 | (descriptor->high & 0xFF) << 16 | (descriptor->high & 0xFF000000);
}

/* Bytes that the segment lets its user touch. */
static uint64_t size_of(const struct descriptor *descriptor)
{
    uint32_t limit = (descriptor->low & 0xFFFF) | (descriptor->high & SEGMENT_LIMIT_HIGH);
    return descriptor->high & GRANULARITY ? ((uint64_t)limit + 1) << 12 : (uint64_t)limit + 1;
}

static uint32_t type_of(const struct descriptor *descriptor)
{
    return descriptor->high >> 8 & 0xFF;
}

static void check_segments(struct tcb *thread, uint32_t base, uint32_t size)
{
    space_switch(thread);
    const struct descriptor *data = &hot.gdt[DESCRIPTOR_USER_DATA], *code = &hot.gdt[DESCRIPTOR_USER_CODE];
    EQUAL(base_of(data), base);
    EQUAL(size_of(data), size);
    EQUAL(type_of(data), TYPE_USER_DATA);
    EQUAL(base_of(code), base);
    EQUAL(size_of(code), size);
    EQUAL(type_of(code), TYPE_USER_CODE);
    EQUAL(space_limit(thread), size);
    EQUAL(space_linear(thread, 0), base);
}

/* The lowest set bit is the size class, 4 MB << class; the bits above it the number; number 0 and places beyond the
   area's end stand for large. */
static void test_every_byte(void)
{
    for (uint32_t byte = 1; byte < BYTES; byte++) {
        host_reset();
        struct tcb *thread = host_thread(host_task(5), 3);
        uint32_t size_class = 0, number = byte;
        for (; !(number & 1); number >>= 1) {
            size_class++;
        }
        number >>= 1;
        uint32_t size = (uint32_t)MEGABYTES_4 << size_class;
        bool small = number && (uint64_t)(number + 1) * size <= (uint64_t)AREA_SLOTS * MEGABYTES_4;
        space_assign(thread->task, byte);
        EQUAL(space_everywhere(thread), small);
        check_segments(thread, small ? SMALL_AREA + number * size : 0, small ? size : USER_END);
        space_release(thread->task);
        check_segments(thread, 0, USER_END);
    }
}

static void test_no_load_between_small_spaces(void)
{
    host_reset();
    struct tcb *large = host_thread(host_task(5), 0);
    struct tcb *small[3];
    for (uint32_t i = 0; i < 3; i++) {
        small[i] = host_thread(host_task(6 + i), 0);
        space_assign(small[i]->task, 2 * (i + 1) + 1);
    }
    space_switch(large);
    uint32_t loads = fake_cpu.cr3_loads;
    for (int i = 0; i < 30; i++) {
        check_segments(small[i % 3], SMALL_AREA + (uint32_t)(i % 3 + 1) * MEGABYTES_4, MEGABYTES_4);
    }
    space_switch(large);
    EQUAL(fake_cpu.cr3_loads, loads);
}

static void test_the_last_one_has_the_place(void)
{
    host_reset();
    struct tcb *first = host_thread(host_task(5), 0), *second = host_thread(host_task(6), 0);
    space_assign(first->task, 0x03);
    space_assign(second->task, 0x03);
    check_segments(first, 0, USER_END);
    check_segments(second, SMALL_AREA + MEGABYTES_4, MEGABYTES_4);
}

static void test_another_size_makes_all_large(void)
{
    host_reset();
    struct tcb *first = host_thread(host_task(5), 0), *second = host_thread(host_task(6), 0);
    space_assign(first->task, 0x05);
    space_assign(second->task, 0x06);
    check_segments(first, 0, USER_END);
    check_segments(second, SMALL_AREA + 2 * MEGABYTES_4, 2 * MEGABYTES_4);
}

static uint32_t *entry_in(const struct task *task, uint32_t linear)
{
    return (uint32_t *)physical_alias(task->page_directory) + linear / MEGABYTES_4;
}

/* A small task runs in a large one's directory: on first use its entry is copied there, a neighbour's never. */
static void test_entries_are_looked_up(void)
{
    host_reset();
    struct tcb *large = host_thread(host_task(5), 0);
    struct tcb *small = host_thread(host_task(6), 0), *neighbour = host_thread(host_task(7), 0);
    space_assign(small->task, 0x03);
    space_assign(neighbour->task, 0x05);
    page_table_entry_made(small->task, 0);
    page_table_entry_made(neighbour->task, 0);
    uint32_t linear = space_linear(small, 0x1234), next = space_linear(neighbour, 0x1234);
    space_switch(large);
    space_switch(small);
    TRUE(space_resolve_fault(small, linear));
    EQUAL(*entry_in(large->task, linear), *page_directory_entry(small->task, 0));
    TRUE(!space_resolve_fault(small, linear));
    TRUE(space_everywhere(small));
    EQUAL(*entry_in(large->task, next), 0);
    space_release(small->task);
    EQUAL(*entry_in(large->task, linear), 0);
}

/* A partner of a transfer may be looked up; nobody else. */
static void test_partner_is_looked_up(void)
{
    host_reset();
    struct tcb *sender = host_thread(host_task(5), 0), *receiver = host_thread(host_task(6), 0);
    space_assign(receiver->task, 0x03);
    page_table_entry_made(receiver->task, 0);
    uint32_t linear = space_linear(receiver, 0);
    space_switch(sender);
    TRUE(!space_resolve_fault(sender, linear));
    sender->transfer.partner = receiver;
    sender->transfer.phase = TRANSFER_SOURCE;
    TRUE(space_resolve_fault(sender, linear));
}

static void test_growth(void)
{
    host_reset();
    struct tcb *thread = host_thread(host_task(5), 0), *other = host_thread(thread->task, 1);
    space_assign(thread->task, 0x03);
    TRUE(space_grow(thread));
    check_segments(thread, 0, USER_END);
    check_segments(other, 0, USER_END);
    EQUAL(hot.loaded_page_directory, thread->task->page_directory);
    TRUE(!space_grow(thread));
}

void tests(void)
{
    test_every_byte();
    test_no_load_between_small_spaces();
    test_the_last_one_has_the_place();
    test_another_size_makes_all_large();
    test_entries_are_looked_up();
    test_partner_is_looked_up();
    test_growth();
}

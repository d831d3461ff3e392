/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/map.h"

#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/mapping.h"
#include "kernel/memory/ports.h"

#include "variant_message.h"

/* A region of a space by its first address and log2 size; size 32 is everything. */
struct region {
    uint32_t base;
    uint32_t size;
};

static struct region region_of(uint32_t fpage)
{
    uint32_t size = fpage >> FPAGE_SIZE_SHIFT & FPAGE_SIZE_MASK;
    uint32_t mask = size >= FPAGE_SIZE_ALL ? 0 : ~0u << size;
    return (struct region){fpage & mask & ~(uint32_t)(PAGE_SIZE - 1), size};
}

static uint32_t offset_mask(uint32_t size)
{
    return size >= FPAGE_SIZE_ALL ? ~0u : (1u << size) - 1;
}

static bool valid(uint32_t fpage)
{
    if (ports_is_fpage(fpage)) {
        return true;
    }
    uint32_t size = fpage >> FPAGE_SIZE_SHIFT & FPAGE_SIZE_MASK;
    return size >= FPAGE_SIZE_PAGE && size <= FPAGE_SIZE_ALL;
}

bool map_identically(const struct task *task, uint32_t address)
{
    uint32_t page = address & ~(uint32_t)(PAGE_SIZE - 1);
    bool given = info_page_gives_away(page);
    if (given) {
        *page_table_entry(task, page) =
            page | PAGE_PRESENT | PAGE_USER | (page == info_page_physical() ? 0 : (uint32_t)PAGE_WRITABLE);
    }
    return given;
}

/* Page-table entry that the source task may pass on for an address, 0: none.  sigma0 owns all memory it has been left,
   at physical addresses. */
static uint32_t source_entry(const struct task *task, uint32_t address)
{
    const uint32_t *entry = page_table_entry(task, address);
    if (entry && !(*entry & PAGE_PRESENT) && task->number == SIGMA0_TASK) {
        map_identically(task, address);
    }
    return entry && *entry & PAGE_PRESENT ? *entry : 0;
}

/* Only sigma0 can send to the kernel.  The kernel reaches all memory, so the page is mapped nowhere. */
static enum map_result map_to_kernel(struct place from, uint32_t entry, uint32_t fpage)
{
    if (!(fpage & FPAGE_GRANT) || !info_page_takes_back(entry & ~PAGE_FLAGS)) {
        return MAP_NONE;
    }
    mapping_give_to_kernel(from, entry);
    return MAP_DONE;
}

/* One page. */
static enum map_result map_page(struct place from, struct place to, uint32_t fpage)
{
    uint32_t entry = source_entry(from.task, from.page);
    if (!entry || to.page >= USER_END) {
        return MAP_NONE;
    }
    if (to.task->number == KERNEL_TASK) {
        return map_to_kernel(from, entry, fpage);
    }
    uint32_t kept = fpage & FPAGE_WRITE ? ~0u : ~(uint32_t)PAGE_WRITABLE;
    entry &= kept & ~(uint32_t)(PAGE_ACCESSED | PAGE_DIRTY);
    bool done = fpage & FPAGE_GRANT ? mapping_grant(from, to, entry) : mapping_map(from, to, entry);
    return done ? MAP_DONE : MAP_NO_MEMORY;
}

/* Skips to the next 4 MB of the source where it has no page table at all. */
static uint32_t next_offset(const struct task *from, uint32_t source, uint32_t offset)
{
    return offset + (page_table_entry(from, source) ? PAGE_SIZE : PAGE_TABLE_SPAN - source % PAGE_TABLE_SPAN);
}

static enum map_result map_fpage(struct task *from, struct task *to, uint32_t window, uint32_t hot_spot, uint32_t fpage)
{
    struct region source = region_of(fpage);
    struct region target = region_of(window);
    if (source.size <= target.size) {
        target.base += hot_spot & offset_mask(target.size) & ~offset_mask(source.size);
    } else {
        source.base += hot_spot & offset_mask(source.size) & ~offset_mask(target.size);
    }
    uint32_t last = offset_mask(source.size < target.size ? source.size : target.size);
    enum map_result result = MAP_NONE;
    for (uint32_t offset = 0, next; offset <= last; offset = next) {
        next = next_offset(from, source.base + offset, offset);
        if (source.base + offset >= USER_END || result == MAP_NO_MEMORY) {
            break;
        }
        enum map_result page =
            map_page((struct place){from, source.base + offset}, (struct place){to, target.base + offset}, fpage);
        result = page > result ? page : result;
        if (next < offset) {
            break;
        }
    }
    return result;
}

/* The window only bounds which ports are taken: each keeps its number. */
static enum map_result map_ports(struct task *from, struct task *to, uint32_t window, uint32_t fpage)
{
    struct port_units units = ports_of_fpage(fpage);
    struct port_units wanted = ports_of_fpage(window);
    units.first = units.first > wanted.first ? units.first : wanted.first;
    units.end = units.end < wanted.end ? units.end : wanted.end;
    if (units.first >= units.end || ports_first(from, units, true) == units.end) {
        return MAP_NONE;
    }
    if (!ports_prepare(to)) {
        return MAP_NO_MEMORY;
    }
    ports_map(from, to, units, fpage & FPAGE_GRANT);
    return MAP_DONE;
}

/* One fpage, of memory or ports; a window of the other kind takes nothing. */
static enum map_result map_either(struct task *from, struct task *to, uint32_t window, uint32_t hot_spot,
                                  uint32_t fpage)
{
    if (ports_is_fpage(window) != ports_is_fpage(fpage)) {
        return MAP_NONE;
    }
    return ports_is_fpage(fpage) ? map_ports(from, to, window, fpage) : map_fpage(from, to, window, hot_spot, fpage);
}

void unmap_fpage(struct task *task, uint32_t fpage, uint32_t how)
{
    if (ports_is_fpage(fpage)) {
        ports_revoke(task, ports_of_fpage(fpage), how);
        return;
    }
    struct region region = region_of(fpage);
    if (valid(fpage)) {
        mapping_revoke_region(task, region.base, region.base + offset_mask(region.size), how);
    }
}

/* The receiver's window: its receive descriptor, or the first word of its buffer; 0: it takes no pages. */
static uint32_t receive_window(struct tcb *sender, struct tcb *receiver)
{
    uint32_t descriptor = receiver->message->receive;
    if (descriptor & RECEIVE_MAP) {
        return descriptor & ~(uint32_t)DESCRIPTOR_FLAGS;
    }
    if (!structure_is_buffer(receiver)) {
        return 0;
    }
    uint32_t window, address = structure_of_receiver(receiver) + STRUCTURE_RECEIVE_FPAGE * sizeof(uint32_t);
    transfer_read(sender, receiver, address, &window, 1);
    transfer_enter_source(sender);
    return window;
}

enum map_result map_message(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver,
                            uint32_t words)
{
    enum map_result result = MAP_NONE;
    uint32_t window = receive_window(sender, receiver);
    if (!valid(window) || tcb_same_task(sender, receiver)) {
        return MAP_NONE;
    }
    for (uint32_t i = 0; i + 1 < words && result != MAP_NO_MEMORY; i += 2) {
        uint32_t hot_spot = message_word(sender, message, i);
        uint32_t fpage = message_word(sender, message, i + 1);
        if (!valid(fpage)) {
            break;
        }
        enum map_result one = map_either(sender->task, receiver->task, window, hot_spot, fpage);
        result = one > result ? one : result;
    }
    return result;
}

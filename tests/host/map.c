/* SPDX-License-Identifier: BSD-2-Clause */
/* Which pages does a map message map?  Random fpages, windows and hot spots; every page of the receiver is then
   compared with what the rules for unequal sizes say, worked out by division. */
#include "tests/host/host.h"

#include "kernel/arch/cpu.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/mapping.h"

#include "variant.h"

enum { ROUNDS = 4000, LOG2_MEGABYTES_16 = 24, PAGES = 4096, FRAME_SHIFT = 12, PAGES_FROM = 0x01000000 };

static struct task *sigma0, *from, *to;
static struct tcb *sender, *receiver;
static struct ipc_registers message;

/* A frame that the kernel does not take. */
static uint32_t taboo;

/* sigma0 gives nothing away here. */
bool info_page_gives_away(uint32_t frame)
{
    (void)frame;
    return false;
}

bool info_page_takes_back(uint32_t frame)
{
    return frame != taboo;
}

uint32_t info_page_physical(void)
{
    return 0;
}

/* Nobody has anything; tables that were made stay. */
static void forget_pages(void)
{
    mapping_revoke_region(from, 0, USER_END - 1, REVOKE_ALL | REVOKE_OWN);
    mapping_revoke_region(to, 0, USER_END - 1, REVOKE_ALL | REVOKE_OWN);
    fake_cpu.cr3_loads = 0;
}

/* Page `n` of the source's 16 MB from `base` on, at a frame that tells it. */
static uint32_t frame_of(uint32_t n)
{
    return PAGES_FROM + (n << FRAME_SHIFT);
}

/* As sigma0 gives it. */
static void give(uint32_t address, uint32_t frame, uint32_t rights)
{
    uint32_t entry = frame | PAGE_PRESENT | PAGE_USER | rights;
    TRUE(mapping_map((struct place){sigma0, frame}, (struct place){from, address}, entry));
}

static uint32_t mapped(const struct task *task, uint32_t address)
{
    const uint32_t *entry = page_table_entry(task, address);
    return entry && *entry & PAGE_PRESENT ? *entry : 0;
}

static uint32_t fpage(uint32_t base, uint32_t size, uint32_t bits)
{
    return base | size << FPAGE_SIZE_SHIFT | bits;
}

static enum map_result map(uint32_t hot_spot, uint32_t sent, uint32_t window)
{
    message = (struct ipc_registers){.send = SEND_MAP, .word = {hot_spot, sent, 0}};
    receiver->message->receive = window | RECEIVE_MAP;
    return map_message(sender, &message, receiver, 2);
}

/* First page, as an offset into its region, and number of pages that are used of a region of 2^size bytes by a partner
   of 2^other. */
static uint32_t first_used(uint32_t size, uint32_t other, uint32_t hot_spot)
{
    uint32_t unit = 1u << other;
    return size <= other ? 0 : hot_spot % (1u << size) / unit * unit;
}

static void check_one_map(uint32_t source_size, uint32_t window_size, uint32_t hot_spot)
{
    enum { SOURCE = 0x10000000, WINDOW = 0x40000000 };
    uint32_t source = SOURCE + (random_below(PAGES << FRAME_SHIFT) >> source_size << source_size);
    uint32_t window = WINDOW + (random_below(PAGES << FRAME_SHIFT) >> window_size << window_size);
    uint32_t used = 1u << (source_size < window_size ? source_size : window_size);
    uint32_t target_first = window + first_used(window_size, source_size, hot_spot);
    uint32_t source_first = source + first_used(source_size, window_size, hot_spot);
    EQUAL(map(hot_spot, fpage(source, source_size, FPAGE_WRITE), fpage(window, window_size, 0)), MAP_DONE);
    for (uint32_t n = 0; n < PAGES; n++) {
        uint32_t address = WINDOW + (n << FRAME_SHIFT);
        uint32_t offset = address - target_first;
        uint32_t expected = offset < used ? frame_of((source_first + offset - SOURCE) >> FRAME_SHIFT) : 0;
        EQUAL(mapped(to, address) & ~(uint32_t)PAGE_FLAGS, expected);
    }
}

static void test_random_regions(void)
{
    for (int i = 0; i < ROUNDS / 100; i++) {
        forget_pages();
        for (uint32_t n = 0; n < PAGES; n++) {
            give(0x10000000 + (n << FRAME_SHIFT), frame_of(n), PAGE_WRITABLE);
        }
        uint32_t source_size = FPAGE_SIZE_PAGE + random_below(LOG2_MEGABYTES_16 - FPAGE_SIZE_PAGE + 1);
        uint32_t window_size = FPAGE_SIZE_PAGE + random_below(LOG2_MEGABYTES_16 - FPAGE_SIZE_PAGE + 1);
        check_one_map(source_size, window_size, random_below(UINT32_MAX));
    }
}

/* The whole space: pages far apart, the first and the last of the user's area among them. */
static void test_everything(void)
{
    static const uint32_t addresses[] = {0, 0x1000, 0x003FF000, 0x00400000, 0x7FFFF000, 0x80000000, 0xBFFFF000};
    forget_pages();
    for (uint32_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        give(addresses[i], frame_of(i), PAGE_WRITABLE);
    }
    EQUAL(map(0, FPAGE_ALL | FPAGE_WRITE, FPAGE_ALL), MAP_DONE);
    for (uint32_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        EQUAL(mapped(to, addresses[i]) & ~(uint32_t)PAGE_FLAGS, frame_of(i));
    }
    EQUAL(mapped(to, 0x2000), 0);
    for (uint32_t table = USER_TABLES; table < 1024; table++) {
        EQUAL(*page_directory_entry(to, table * PAGE_TABLE_SPAN), boot_page_directory[table]);
    }
}

static void test_rights(void)
{
    for (uint32_t own = 0; own < 2; own++) {
        for (uint32_t passed_on = 0; passed_on < 2; passed_on++) {
            forget_pages();
            give(0x5000, frame_of(1), own ? PAGE_WRITABLE : 0);
            *page_table_entry(from, 0x5000) |= PAGE_DIRTY | PAGE_ACCESSED;
            uint32_t bits = passed_on ? FPAGE_WRITE : 0;
            EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, bits), fpage(0x9000, FPAGE_SIZE_PAGE, 0)), MAP_DONE);
            uint32_t writable = own && passed_on ? PAGE_WRITABLE : 0;
            EQUAL(mapped(to, 0x9000), frame_of(1) | PAGE_PRESENT | PAGE_USER | writable);
            TRUE(mapped(from, 0x5000) != 0);
        }
    }
}

/* What the TLB may hold is forgotten if an entry that was present changes, and not if none was. */
static void test_translations_end(void)
{
    forget_pages();
    give(0x5000, frame_of(1), PAGE_WRITABLE);
    give(0x6000, frame_of(2), PAGE_WRITABLE);
    fake_cpu.cr3_loads = 0;
    map(0, fpage(0x5000, FPAGE_SIZE_PAGE, FPAGE_WRITE), fpage(0x9000, FPAGE_SIZE_PAGE, 0));
    EQUAL(fake_cpu.cr3_loads, 0);
    map(0, fpage(0x6000, FPAGE_SIZE_PAGE, FPAGE_WRITE), fpage(0x9000, FPAGE_SIZE_PAGE, 0));
    TRUE(fake_cpu.cr3_loads > 0);
    EQUAL(mapped(to, 0x9000) & ~(uint32_t)PAGE_FLAGS, frame_of(2));
    fake_cpu.cr3_loads = 0;
    map(0, fpage(0x5000, FPAGE_SIZE_PAGE, FPAGE_GRANT), fpage(0xA000, FPAGE_SIZE_PAGE, 0));
    TRUE(fake_cpu.cr3_loads > 0);
    EQUAL(mapped(from, 0x5000), 0);
    TRUE(mapped(to, 0xA000) != 0);
}

static void test_nothing_to_map(void)
{
    forget_pages();
    give(0x5000, frame_of(1), PAGE_WRITABLE);
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE - 1, 0), FPAGE_ALL), MAP_NONE);
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_ALL + 1, 0), FPAGE_ALL), MAP_NONE);
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, 0), fpage(0x5000, 0, 0)), MAP_NONE);
    EQUAL(map(0, fpage(0x6000, FPAGE_SIZE_PAGE, 0), FPAGE_ALL), MAP_NONE);
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, 0), fpage(0xC0000000, FPAGE_SIZE_PAGE, 0)), MAP_NONE);
    EQUAL(mapped(to, 0x5000), 0);
}

/* A grant to the kernel's task: the page leaves everybody and is a free frame; nothing else is taken. */
static void test_to_kernel(void)
{
    forget_pages();
    struct task *user = receiver->task;
    uint32_t frame = frame_take(), owned = frames_owned, others = frames_free;
    give(0x5000, frame, PAGE_WRITABLE);
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, 0), FPAGE_ALL), MAP_DONE);
    receiver->task = &tasks[KERNEL_TASK];
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, FPAGE_WRITE), FPAGE_ALL), MAP_NONE);
    taboo = frame;
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, FPAGE_GRANT), FPAGE_ALL), MAP_NONE);
    EQUAL(frames_owned, owned);
    TRUE(mapped(user, 0) && mapped(from, 0x5000));
    taboo = 0;
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, FPAGE_GRANT), FPAGE_ALL), MAP_DONE);
    EQUAL(frames_owned, owned + 1);
    EQUAL(frames_free, others + 1);
    TRUE(frame_is_kernels(frame) && frame_take() == frame);
    EQUAL(mapped(from, 0x5000), 0);
    EQUAL(mapped(user, 0), 0);
    receiver->task = user;
}

static void test_no_memory_for_a_table(void)
{
    forget_pages();
    give(0x5000, frame_of(1), PAGE_WRITABLE);
    while (frame_allocate()) {
    }
    EQUAL(map(0, fpage(0x5000, FPAGE_SIZE_PAGE, 0), fpage(0x90000000, FPAGE_SIZE_PAGE, 0)), MAP_NO_MEMORY);
}

void tests(void)
{
    sigma0 = host_task(SIGMA0_TASK);
    from = host_task(5);
    to = host_task(6);
    sender = host_thread(from, 0);
    receiver = host_thread(to, 0);
    test_random_regions();
    test_everything();
    test_rights();
    test_translations_end();
    test_nothing_to_map();
    test_to_kernel();
    test_no_memory_for_a_table();
}

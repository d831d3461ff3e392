/* SPDX-License-Identifier: BSD-2-Clause */
/* The mapping database beside a plain set of tuples (task, page, frame, writable, giver): map messages with any fpages,
   windows and hot spots, and fpage_unmap, among a few tasks and sigma0.  All page tables are compared after each. */
#include "tests/host_fuzz/fuzz.h"

#include "tests/host/host.h"

#include "kernel/arch/exception.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/mapping.h"
#include "kernel/memory/ports.h"

#include "variant.h"

#include <stdlib.h>

enum { SIGMA0_FRAMES = 8, PARTIES = 5, HOLDINGS_MAX = 4096, LOG2_SPACE = 32, LOG2_SIGMA0 = 16 };
#define MEMORY_LOW  0x00400000u
#define MEMORY_HIGH (MEMORY_LOW + SIGMA0_FRAMES * PAGE_SIZE)
#define FROM_SIGMA0 (-1)

struct holding {
    uint32_t party;
    uint32_t page;
    uint32_t frame;
    bool writable;
    int giver; /* index of the holding it comes from */
    bool gone;
};

static struct tcb *parties[PARTIES]; /* the first is sigma0's */
static struct holding model[HOLDINGS_MAX];
static int model_count;
/* What sigma0's own table shows of its frames: it loses write permission by unmapping its own pages read-only, and has
   it again after flushing them. */
static struct {
    bool present, writable;
} own[SIGMA0_FRAMES];

static bool is_sigma0(uint32_t party)
{
    return party == 0;
}

/* The kernel gives away a few frames, one of them read-only: what it calls its info page. */
uint32_t info_page_physical(void)
{
    return MEMORY_LOW;
}

bool info_page_gives_away(uint32_t frame)
{
    return frame >= MEMORY_LOW && frame < MEMORY_HIGH;
}

/* The kernel refuses what it is offered here; what it takes is tests/host/map.c's. */
bool info_page_takes_back(uint32_t frame)
{
    (void)frame;
    return false;
}

static int find(uint32_t party, uint32_t page)
{
    for (int i = 0; i < model_count; i++) {
        if (!model[i].gone && model[i].party == party && model[i].page == page) {
            return i;
        }
    }
    return FROM_SIGMA0;
}

static bool descends(int holding, int from)
{
    int giver = model[holding].giver;
    while (giver != FROM_SIGMA0 && giver != from) {
        giver = model[giver].giver;
    }
    return giver == from;
}

/* Whoever has the frame through this place; `root`: a holding, or for sigma0 a frame. */
static void model_revoke(int root, uint32_t sigma0_frame, uint32_t how)
{
    bool affected[HOLDINGS_MAX] = {false};
    for (int i = 0; i < model_count; i++) {
        bool below = root == FROM_SIGMA0 ? model[i].frame == sigma0_frame
                     : i == root         ? how & REVOKE_OWN
                                         : descends(i, root);
        affected[i] = below && !model[i].gone;
    }
    for (int i = 0; i < model_count; i++) {
        model[i].gone = model[i].gone || (affected[i] && how & REVOKE_ALL);
        model[i].writable = model[i].writable && !affected[i];
    }
}

static void model_grant(int from, struct holding *taken)
{
    if (from == FROM_SIGMA0) {
        return;
    }
    taken->giver = model[from].giver;
    for (int i = 0; i < model_count; i++) {
        if (!model[i].gone && model[i].giver == from) {
            model[i].giver = model_count;
        }
    }
    model[from].gone = true;
}

/* sigma0's page appears in its own table when it is first used; true: it may write it. */
static bool sigma0_touches(uint32_t frame)
{
    uint32_t i = (frame - MEMORY_LOW) / PAGE_SIZE;
    if (!own[i].present) {
        own[i].present = true;
        own[i].writable = frame != info_page_physical();
    }
    return own[i].writable;
}

static void sigma0_revokes(uint32_t frame, uint32_t how)
{
    uint32_t i = (frame - MEMORY_LOW) / PAGE_SIZE;
    if (own[i].present) {
        model_revoke(FROM_SIGMA0, frame, how);
        own[i].present = (how & (REVOKE_ALL | REVOKE_OWN)) != (REVOKE_ALL | REVOKE_OWN);
        own[i].writable = own[i].writable && !(how & REVOKE_OWN);
    }
}

/* One page, which the giver has. */
static void model_map_page(uint32_t from_party, uint32_t from_page, uint32_t to_party, uint32_t to_page, uint32_t fpage)
{
    int from = is_sigma0(from_party) ? FROM_SIGMA0 : find(from_party, from_page);
    uint32_t frame = from == FROM_SIGMA0 ? from_page : model[from].frame;
    bool may_write = from == FROM_SIGMA0 ? sigma0_touches(frame) : model[from].writable;
    bool grant = fpage & FPAGE_GRANT && from != FROM_SIGMA0;
    struct holding taken = {to_party, to_page, frame, may_write && fpage & FPAGE_WRITE, from, false};
    int before = find(to_party, to_page);
    if (!grant && before != FROM_SIGMA0 && model[before].frame == frame && model[before].giver == from) {
        model[before].writable = model[before].writable || taken.writable;
        return;
    }
    if (before != FROM_SIGMA0) {
        model_revoke(before, 0, REVOKE_ALL | REVOKE_OWN);
    }
    if (from != FROM_SIGMA0 && model[from].gone) {
        return;
    }
    if (grant) {
        model_grant(from, &taken);
    }
    REQUIRE(model_count < HOLDINGS_MAX);
    model[model_count++] = taken;
}

/* The lowest page, from `page` on, that the party has; USER_END if there is none. */
static uint64_t next_page(uint32_t party, uint64_t page)
{
    uint64_t best = USER_END;
    for (uint64_t p = MEMORY_LOW; is_sigma0(party) && p < MEMORY_HIGH; p += PAGE_SIZE) {
        best = p >= page && p < best ? p : best;
    }
    for (int i = 0; i < model_count; i++) {
        if (!model[i].gone && model[i].party == party && model[i].page >= page && model[i].page < best) {
            best = model[i].page;
        }
    }
    return best;
}

static uint64_t size_of(uint32_t fpage)
{
    return (uint64_t)1 << (fpage >> FPAGE_SIZE_SHIFT & FPAGE_SIZE_MASK);
}

/* The sizes that both take, worked out by division. */
static void model_map(uint32_t from, uint32_t to, uint32_t window, uint32_t hot_spot, uint32_t fpage)
{
    uint64_t size = size_of(fpage), room = size_of(window), bytes = size < room ? size : room;
    uint64_t source = (fpage & ~(uint32_t)(PAGE_SIZE - 1)) / size * size;
    uint64_t target = (window & ~(uint32_t)(PAGE_SIZE - 1)) / room * room;
    if (size <= room) {
        target += hot_spot % room / bytes * bytes;
    } else {
        source += hot_spot % size / bytes * bytes;
    }
    for (uint64_t page = next_page(from, source); page < source + bytes && page < USER_END;
         page = next_page(from, page + PAGE_SIZE)) {
        uint64_t at = target + (page - source);
        if (is_sigma0(from)) {
            sigma0_touches((uint32_t)page);
        }
        if (at < USER_END) {
            model_map_page(from, (uint32_t)page, to, (uint32_t)at, fpage);
        }
    }
}

static void model_unmap(uint32_t party, uint32_t fpage, uint32_t how)
{
    uint64_t size = size_of(fpage), first = (fpage & ~(uint32_t)(PAGE_SIZE - 1)) / size * size;
    for (uint64_t page = next_page(party, first); page < first + size && page < USER_END;
         page = next_page(party, page + PAGE_SIZE)) {
        if (is_sigma0(party)) {
            sigma0_revokes((uint32_t)page, how);
        } else {
            model_revoke(find(party, (uint32_t)page), 0, how);
        }
    }
}

/* Each party's tables hold what the model says, and nothing else. */
static void require_same(void)
{
    uint32_t in_tables = 0, in_model = 0;
    for (uint32_t party = 1; party < PARTIES; party++) {
        const uint32_t *directory = physical_alias(parties[party]->task->page_directory);
        for (uint32_t table = 0; table < USER_TABLES; table++) {
            const uint32_t *entries = physical_alias(directory[table] & ~PAGE_FLAGS);
            for (uint32_t i = 0; directory[table] & PAGE_PRESENT && i < PAGE_TABLE_SPAN / PAGE_SIZE; i++) {
                in_tables += entries[i] & PAGE_PRESENT;
            }
        }
    }
    for (int i = 0; i < model_count; i++) {
        if (!model[i].gone) {
            uint32_t *entry = page_table_entry(parties[model[i].party]->task, model[i].page);
            REQUIRE(entry && *entry == (model[i].frame | PAGE_PRESENT | PAGE_USER |
                                        (model[i].writable ? (uint32_t)PAGE_WRITABLE : 0)));
            in_model++;
        }
    }
    REQUIRE(in_tables == in_model);
}

/* Of memory. Now and then anywhere; most are pages near each other, so that they meet. */
static uint32_t any_fpage(uint32_t most)
{
    uint32_t form = input_byte(), size = 12 + form / 16 % (most - 11);
    uint32_t base = form & 1 ? input_below(PORT_FPAGE_MARK >> 24) << 24 : MEMORY_LOW;
    base += input_below(16) * PAGE_SIZE;
    return (base & ~(uint32_t)(PAGE_SIZE - 1)) | size << FPAGE_SIZE_SHIFT | (form >> 1 & 3);
}

static uint32_t party_below(uint32_t first)
{
    return first + input_below(PARTIES - first);
}

static bool memory_is_out(void)
{
    uint32_t frame = frame_allocate();
    if (frame) {
        frame_free(frame);
    }
    return !frame;
}

/* A message of one fpage in registers, as ipc_transfer() hands it over; a second word pair does not fit. */
static void map_one(void)
{
    uint32_t from = party_below(0), to = party_below(1);
    uint32_t fpage = any_fpage(is_sigma0(from) ? LOG2_SIGMA0 : LOG2_SPACE), window = any_fpage(LOG2_SPACE);
    uint32_t hot_spot = input_word();
    struct ipc_registers message = {.send = SEND_MAP, .word = {hot_spot, fpage, 0}};
    parties[to]->message->receive = (window & ~(uint32_t)DESCRIPTOR_FLAGS) | RECEIVE_MAP;
    enum map_result result = map_message(parties[from], &message, parties[to], REGISTER_WORDS);
    REQUIRE(result != MAP_NO_MEMORY || memory_is_out());
    if (result == MAP_NO_MEMORY || (is_sigma0(from) && memory_is_out())) { /* how far it came is not modelled */
        exit(EXIT_SUCCESS);
    }
    if (from != to) {
        model_map(from, to, window & ~(uint32_t)DESCRIPTOR_FLAGS, hot_spot, fpage);
    } else {
        REQUIRE(result == MAP_NONE);
    }
}

/* A message with invalid or port fpages maps no memory; who has which ports is tests/host/ports.c's. */
static void map_other(void)
{
    uint32_t from = party_below(0), to = party_below(1);
    bool ports = input_below(2);
    uint32_t mark = ports ? PORT_FPAGE_MARK : 0, bits = input_word() & 0x0FFFF003;
    uint32_t size =
        ports ? PORT_FPAGE_SIZE_MIN + input_below(PORT_FPAGE_SIZE_ALL - PORT_FPAGE_SIZE_MIN + 1) : input_below(12);
    uint32_t fpage = mark | bits | size << FPAGE_SIZE_SHIFT;
    uint32_t window = input_below(2) ? (uint32_t)PORT_FPAGE_ALL : any_fpage(LOG2_SPACE);
    struct ipc_registers message = {.send = SEND_MAP, .word = {input_word(), fpage, 0}};
    parties[to]->message->receive = (window & ~(uint32_t)DESCRIPTOR_FLAGS) | RECEIVE_MAP;
    enum map_result result = map_message(parties[from], &message, parties[to], REGISTER_WORDS);
    bool both_ports = ports && ports_is_fpage(window) && from != to;
    REQUIRE(both_ports || result == MAP_NONE);
}

/* sigma0 grants frames to the kernel's task, which refuses them: nobody loses anything. */
static void offer_to_kernel(void)
{
    if (memory_is_out()) { /* sigma0's own page may not appear then */
        return;
    }
    uint32_t frame = MEMORY_LOW + input_below(SIGMA0_FRAMES) * PAGE_SIZE;
    struct ipc_registers message = {.send = SEND_MAP,
                                    .word = {0, frame | FPAGE_SIZE_PAGE << FPAGE_SIZE_SHIFT | input_below(4), 0}};
    struct tcb kernel = {.task = &tasks[KERNEL_TASK], .message = parties[0]->message};
    kernel.message->receive = FPAGE_ALL | RECEIVE_MAP;
    REQUIRE(map_message(parties[0], &message, &kernel, REGISTER_WORDS) == MAP_NONE);
    sigma0_touches(frame);
}

static struct trap_frame call; /* of fpage_unmap: EAX fpage, ECX what to do */

static void unmap_call(void)
{
    call_fpage_unmap(&call);
}

static void unmap_one(void)
{
    uint32_t party = party_below(0), fpage = any_fpage(LOG2_SPACE), how = input_below(4);
    if (input_below(8) == 0) {
        fpage = PORT_FPAGE_ALL;
    }
    call = (struct trap_frame){.eax = fpage, .ecx = (how & 1 ? 1u << 1 : 0) | (how & 2 ? 1u << 31 : 0)};
    stack_run(tcb_stack_top(parties[party]) - sizeof(struct user_frame), unmap_call);
    if (!ports_is_fpage(fpage)) {
        model_unmap(party, fpage, (how & 1 ? REVOKE_ALL : 0u) | (how & 2 ? REVOKE_OWN : 0u));
    }
}

static void take_all_frames(void)
{
    while (frame_allocate()) {
    }
}

void fuzz_one(void)
{
    static const uint8_t numbers[PARTIES] = {SIGMA0_TASK, 5, 6, 7, 8};
    for (uint32_t i = 0; i < PARTIES; i++) {
        parties[i] = host_thread(host_task(numbers[i]), 0);
    }
    page_table_entry_made(&tasks[SIGMA0_TASK], MEMORY_LOW); /* as kernel/init/main.c does for all memory */
    while (!input_over()) {
        switch (input_below(12)) {
        case 0:
        case 1:
        case 2:
            unmap_one();
            break;
        case 3:
            map_other();
            break;
        case 4:
            if (input_below(64) == 0) {
                take_all_frames();
            } else {
                offer_to_kernel();
            }
            break;
        default:
            map_one();
        }
        require_same();
    }
}

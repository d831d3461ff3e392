/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/supply.h"

#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"
#include "kernel/memory/mapping.h"
#include "kernel/thread/thread.h"

enum {
    REQUEST_NUMBER_OF_PAGES = 1, /* with word 1 = 0 */
    FRAMES_ENOUGH = FRAMES_LOW + 64,
    TABLES_PER_SPAN = 0xFF, /* in the configuration word: page tables for each 4 MB of memory */
    NODES_PER_FRAME_SHIFT = 8,
    NODES_PER_FRAME = 0xFF,
};
#define REQUEST_ANY_PAGE 0xFFFFFFFCu

/* sigma0 gets nothing back, so it will have nothing later either. */
static bool denied;

static uint32_t ask(uint32_t request)
{
    struct ipc_registers message = {
        .word = {request, 0, 0},
        .receive = FPAGE_ALL | RECEIVE_MAP,
        .partner = ID_SIGMA0,
    };
    ipc_from_kernel(&message);
    return message.send & RESULT_ERROR_MASK ? 0 : message.word[0];
}

static bool one_more(void)
{
    uint32_t before = frames_owned;
    ask(REQUEST_ANY_PAGE);
    return frames_owned > before;
}

/* What the configuration word says, else what sigma0 recommends; a part that the word leaves open is half of that. */
static uint32_t frames_at_start(uint32_t recommended)
{
    uint32_t memory = info_page.main_memory.high;
    uint32_t tables_per_span = info_page.configuration[0] & TABLES_PER_SPAN;
    uint32_t nodes_per_frame = info_page.configuration[0] >> NODES_PER_FRAME_SHIFT & NODES_PER_FRAME;
    if (tables_per_span == 0 && nodes_per_frame == 0) {
        return recommended;
    }
    uint32_t for_tables = tables_per_span ? memory / PAGE_TABLE_SPAN * tables_per_span : recommended / 2;
    uint32_t for_nodes = nodes_per_frame ? mapping_frames_for(memory / PAGE_SIZE * nodes_per_frame) : recommended / 2;
    return for_tables + for_nodes;
}

void supply_first(void)
{
    uint32_t wanted = frames_at_start(ask(REQUEST_NUMBER_OF_PAGES));
    while (frames_owned < wanted && one_more()) {
    }
}

_Noreturn void supply_loop(void)
{
    for (;;) {
        thread_block(BLOCKED_INACTIVE);
        while (frames_free < FRAMES_ENOUGH && !denied) {
            denied = !one_more();
        }
    }
}

void supply_ask(void)
{
    struct tcb *thread = tcb_of_id(ID_KERNEL);
    if (!denied && thread->blocked == BLOCKED_INACTIVE) {
        thread->blocked = BLOCKED_NOT;
        thread_wake(thread);
        thread_preempt();
    }
}

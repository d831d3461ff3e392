/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/boss.h"

#include "bench/support/console.h"
#include "bench/support/info_page.h"
#include "bench/support/memory.h"

static fault_hook *hook;

void boss_set_hook(fault_hook *new_hook)
{
    hook = new_hook;
}

static enum fault_answer image_answer(const struct fault *fault, uint32_t *fpage)
{
    uint32_t page = l4_page_base(fault->address);

    if (page == INFO_PAGE && !fault->write && info_page_map()) {
        *fpage = l4_fpage(INFO_PAGE, L4_PAGE_BITS, 0);
        return FAULT_MAP;
    }
    if (page >= (uint32_t)image_start && page < (uint32_t)image_private && !fault->write) {
        (void)*(const volatile uint8_t *)page; /* only what root has itself can be mapped on */
        *fpage = l4_fpage(page, L4_PAGE_BITS, 0);
        return FAULT_MAP;
    }
    uint8_t *frame = task_frame(l4_task_number(fault->thread), page);
    if (frame) {
        *fpage = l4_fpage((uint32_t)frame, L4_PAGE_BITS, L4_FPAGE_WRITE);
        return FAULT_MAP;
    }
    console_print("l4lab: exception: nobody maps %x for thread %x at %x\n", fault->address, fault->thread, fault->eip);
    return FAULT_REFUSE;
}

static enum fault_answer fault_answer(const struct fault *fault, uint32_t *fpage)
{
    enum fault_answer answer = hook ? hook(fault, fpage) : FAULT_DEFAULT;

    return answer == FAULT_DEFAULT ? image_answer(fault, fpage) : answer;
}

/* Turns the fault message in *words into its reply; false if there shall be none. */
static bool fault_reply(l4_id_t from, struct l4_words *words)
{
    struct fault fault = {from, words->w0 & ~3u, words->w1, words->w0 & 2};
    uint32_t fpage = 0;
    enum fault_answer answer = fault_answer(&fault, &fpage);

    *words = (struct l4_words){l4_page_base(fault.address), fpage, 0};
    return answer != FAULT_REFUSE;
}

bool boss_wait(struct event *event, uint32_t ms)
{
    struct l4_message inbox;
    uint32_t timeouts = l4_timeouts(0, ms);
    bool reply = false;

    l4_message_init(&inbox, 0);
    for (;;) {
        uint32_t result;

        if (reply)
            result = l4_ipc_reply_and_wait(&event->from, l4_map(&inbox), l4_short(&inbox), &event->words, timeouts);
        else
            result = l4_ipc_wait(&event->from, l4_short(&inbox), &event->words, timeouts);
        reply = false;
        if (l4_error(result) == L4_TIMEOUT)
            return false;
        if (l4_error(result))
            continue; /* the thread that was to get the reply is gone */
        if (event->words.w0 & 1)
            return true;
        reply = fault_reply(event->from, &event->words);
    }
}

bool boss_wait_for(enum event_code code, struct event *event, uint32_t ms)
{
    do {
        if (!boss_wait(event, ms))
            return false;
    } while (event->words.w0 != code);
    return true;
}

void boss_reply(l4_id_t to, struct l4_words words)
{
    struct l4_message outbox;

    l4_message_init(&outbox, 0);
    l4_ipc_send(to, l4_short(&outbox), &words, l4_timeouts(0, 0));
}

struct l4_words boss_call(enum event_code code, uint32_t w1, uint32_t w2)
{
    struct l4_message message;
    struct l4_words words = {code, w1, w2};

    l4_message_init(&message, 0);
    l4_ipc_call(L4_ROOT, l4_short(&message), l4_short(&message), &words, 0);
    return words;
}

uint32_t boss_report_and_wait(enum event_code code, l4_id_t *partner, struct l4_part receive, struct l4_words *words)
{
    struct l4_message outbox;

    l4_message_init(&outbox, 0);
    words->w0 = code;
    *partner = L4_ROOT;
    return l4_ipc_reply_and_wait(partner, l4_short(&outbox), receive, words, 0);
}

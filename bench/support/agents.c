/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/agents.h"

#include "bench/support/memory.h"

struct agent agents[AGENTS];

/* Maps what its own task has at the place. */
void agent_pager(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&box, 0);
    l4_ipc_wait(&partner, l4_short(&box), &words, 0);
    for (;;) {
        uint32_t page = l4_page_base(words.w0);
        if (page >= (uint32_t)image_private)
            pages_touch_for_writing((void *)page, L4_PAGE_SIZE);
        else
            pages_touch((void *)page, L4_PAGE_SIZE);
        words = (struct l4_words){page, l4_fpage(page, L4_PAGE_BITS, L4_FPAGE_WRITE), 0};
        l4_ipc_reply_and_wait(&partner, l4_map(&box), l4_short(&box), &words, l4_timeouts(0, L4_FOREVER));
    }
}

static l4_id_t number_of_agent(uint32_t index)
{
    return l4_task_number(l4_myself()) << L4_CHIEF_SHIFT | (AGENT_FIRST_NUMBER + index) << L4_TASK_SHIFT;
}

static void agent_main(uint32_t index);

l4_id_t agent_make(uint32_t index)
{
    uint32_t esp = stack_with_argument(small_stacks[2 * index], SMALL_STACK_SIZE, index);
    l4_id_t pager = l4_thread_of(l4_myself(), 1);

    return l4_task_new(number_of_agent(index), 255, esp, (uint32_t)agent_main, pager);
}

l4_id_t agent_give(uint32_t index, l4_id_t to)
{
    return l4_task_new(number_of_agent(index), to, 0, 0, L4_NIL_ID);
}

static void act(struct agent *agent)
{
    struct l4_words words = {agent->word, ~agent->word, 0};

    if (agent->action == ASK_NEAREST)
        agent->result = l4_id_nearest(agent->to, &agent->answer);
    else if (agent->action == SEND)
        agent->result = l4_send_as(L4_NIL_ID, agent->to, words, l4_timeouts(agent->ms, agent->ms));
    else if (agent->action == SEND_AS)
        agent->result = l4_send_as(agent->as, agent->to, words, l4_timeouts(agent->ms, agent->ms));
    else if (agent->action == RECEIVE)
        agent->arrival = l4_receive(agent->to, l4_timeouts(agent->ms, agent->ms));
    else if (agent->action == MAKE)
        agents[agent->index].id = agent_make(agent->index);
    else
        agent->answer = agent_give(agent->index, agent->to);
}

static void agent_main(uint32_t index)
{
    struct agent *agent = &agents[index];
    uint32_t esp = stack_with_argument(small_stacks[2 * index + 1], SMALL_STACK_SIZE, 0), eip = (uint32_t)agent_pager;

    l4_lthread_ex_regs(1, &esp, &eip, L4_INVALID_ID);
    for (;;) {
        while (agent->action == IDLE)
            thread_sleep(1);
        act(agent);
        agent->action = IDLE;
    }
}

struct agent *end(uint32_t index)
{
    for (uint32_t ms = 0; agents[index].action != IDLE && ms < 3 * AGENT_LIMIT_MS; ms++)
        thread_sleep(1);
    return &agents[index];
}

void begin(uint32_t index, struct agent order)
{
    struct agent *agent = end(index);
    enum action action = order.action;

    order.id = agent->id;
    order.ms = AGENT_LIMIT_MS;
    order.action = IDLE;
    *agent = order;
    agent->action = action;
    thread_sleep(4);
}

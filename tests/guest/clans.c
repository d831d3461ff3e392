/* SPDX-License-Identifier: BSD-2-Clause */
/* Do messages across the borders of clans go to the chiefs, and what may a chief do with them?
 *
 *      root's clan:     CHIEF           OUTSIDER
 *      CHIEF's clan:    FIRST, SECOND
 *      FIRST's clan:    NESTED
 *
 * The test runs in CHIEF; all below it are agents. */
#include "bench/support/agents.h"
#include "bench/support/selftest.h"

enum { CHIEF = TEST_TASK, OUTSIDER = HELPER_TASK, LIMIT = AGENT_LIMIT_MS, DEPTH_MAX = 15 };
enum { FIRST, SECOND, NESTED };

/* The outsider's orders come as word 0 of a message; any other message it answers. */
enum { OUTSIDER_NEAREST = 0x1000, OUTSIDER_SEND };

/* What CHIEF reads from its copy. */
static const struct clan_row {
    const char *name;
    void (*run)(l4_id_t outsider);
} * current;

static uint32_t within(uint32_t ms)
{
    return l4_timeouts(ms, ms);
}

static bool order_make(uint32_t chief, uint32_t index)
{
    begin(chief, (struct agent){.action = MAKE, .index = index});
    end(chief);
    return agents[index].id != L4_NIL_ID;
}

static void family_start(void)
{
    thread_start(1, agent_pager, 0);
    agents[FIRST].id = agent_make(FIRST);
    agents[SECOND].id = agent_make(SECOND);
    agent_give(NESTED, agents[FIRST].id);
    order_make(FIRST, NESTED);
}

static bool asks(uint32_t index, l4_id_t to, uint32_t side, l4_id_t nearest)
{
    begin(index, (struct agent){.action = ASK_NEAREST, .to = to});
    const struct agent *agent = end(index);
    return agent->result == side && agent->answer == nearest;
}

static bool chief_asks(l4_id_t to, uint32_t side, l4_id_t nearest)
{
    l4_id_t id;

    return l4_id_nearest(to, &id) == side && id == nearest;
}

static void outsider_order(l4_id_t outsider, uint32_t order, l4_id_t about)
{
    l4_send_as(L4_NIL_ID, outsider, (struct l4_words){order, about, 0}, within(LIMIT));
}

static bool outsider_asks(l4_id_t outsider, l4_id_t to, uint32_t side, l4_id_t nearest)
{
    outsider_order(outsider, OUTSIDER_NEAREST, to);
    struct l4_arrival answer = l4_receive(outsider, within(LIMIT));
    return l4_error(answer.result) == L4_OK && answer.words.w0 == side && answer.words.w1 == nearest;
}

static void nearest(l4_id_t outsider)
{
    l4_id_t me = l4_myself(), first = agents[FIRST].id, second = agents[SECOND].id, nested = agents[NESTED].id;

    covers("nearest", "nearest.myself nearest.same-clan nearest.inner nearest.outer");
    check("nearest", chief_asks(outsider, L4_SAME_CLAN, outsider) && chief_asks(L4_ROOT, L4_SAME_CLAN, L4_ROOT),
          "a task of the same clan, and the root task in its own clan, are reached themselves");
    check("nearest", chief_asks(first, L4_INNER_CLAN, first), "so is a member of the caller's own clan");
    check("nearest", chief_asks(nested, L4_INNER_CLAN, first),
          "what is nested deeper is reached by the member around it");
    check("nearest", asks(FIRST, second, L4_SAME_CLAN, second), "two members of a clan reach each other");
    check("nearest", asks(FIRST, outsider, L4_OUTSIDE, me) && asks(FIRST, me, L4_OUTSIDE, me),
          "from a clan the outside is reached by its chief");
    check("nearest", asks(NESTED, second, L4_OUTSIDE, first) && asks(NESTED, outsider, L4_OUTSIDE, first),
          "from a nested clan, too, by the nearest one");
    check("nearest", asks(SECOND, nested, L4_INNER_CLAN, first), "a clan is entered by the chief in one's own clan");
    check("nearest",
          outsider_asks(outsider, nested, L4_INNER_CLAN, me) && outsider_asks(outsider, first, L4_INNER_CLAN, me),
          "however deep the destination is");
    check("nearest", asks(FIRST, L4_NIL_ID, L4_SAME_CLAN, first), "nil is the caller itself");
}

static bool arrived(const struct l4_arrival *arrival, l4_id_t from, uint32_t conditions, uint32_t word)
{
    return l4_error(arrival->result) == L4_OK && l4_conditions(arrival->result) == conditions &&
           arrival->from == from && arrival->words.w0 == word && arrival->words.w1 == ~word;
}

static void outwards(l4_id_t outsider)
{
    l4_id_t first = agents[FIRST].id;

    begin(FIRST, (struct agent){.action = SEND, .to = outsider, .word = 0x71});
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    covers("outwards", "clan.outwards clan.chief ipc.cc.redirected ipc.cc.inner ipc.cc.not-existing.destination");
    check("outwards", arrived(&got, first, L4_REDIRECTED | L4_INNER, 0x71),
          "a message that leaves a clan comes to its chief, who sees from whom");
    check("outwards", got.meant_for == outsider, "and for whom");
    check("outwards", l4_error(end(FIRST)->result) == L4_OK, "for its sender it is sent");
    begin(FIRST, (struct agent){.action = SEND, .to = outsider ^ 3, .word = 0x72});
    check("outwards", l4_error(end(FIRST)->result) == L4_NOT_EXISTING, "none is sent to a thread that does not exist");
    begin(FIRST, (struct agent){.action = SEND, .to = l4_myself(), .word = 0x73});
    got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("outwards", arrived(&got, first, 0, 0x73), "a message to the chief itself is not redirected");
}

static void inwards(l4_id_t outsider)
{
    l4_id_t nested = agents[NESTED].id;

    outsider_order(outsider, OUTSIDER_SEND, nested);
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    covers("inwards", "clan.inwards ipc.cc.redirected ipc.cc.inner ipc.cc.propagated");
    check("inwards", l4_conditions(got.result) == L4_REDIRECTED && got.from == outsider && got.meant_for == nested,
          "a message into a clan comes to its chief");
    begin(FIRST, (struct agent){.action = RECEIVE});
    l4_send_as(outsider, nested, (struct l4_words){0x74, ~0x74u, 0}, within(LIMIT));
    struct agent *first = end(FIRST);
    check("inwards", arrived(&first->arrival, outsider, L4_REDIRECTED | L4_PROPAGATED, 0x74),
          "who may pass it on in the sender's name, to the next chief on the way");
    begin(NESTED, (struct agent){.action = RECEIVE, .to = outsider});
    begin(FIRST, (struct agent){.action = SEND_AS, .as = outsider, .to = nested, .word = 0x75});
    check("inwards", arrived(&end(NESTED)->arrival, outsider, L4_PROPAGATED, 0x75),
          "and so on, until it arrives at who waits for that sender alone");
}

/* A call from inside to outside and its answer, with the chief passing both on. */
static void through(l4_id_t outsider)
{
    l4_id_t first = agents[FIRST].id;

    begin(FIRST, (struct agent){.action = SEND, .to = outsider, .word = 0x76});
    struct l4_arrival got = l4_receive(first, within(LIMIT));
    covers("through", "clan.propagate.direction ipc.cc.inner.zero");
    check("through", arrived(&got, first, L4_REDIRECTED | L4_INNER, 0x76),
          "a closed wait for its sender takes it, too");
    begin(FIRST, (struct agent){.action = RECEIVE, .to = outsider});
    l4_send_as(first, outsider, got.words, within(LIMIT));
    got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("through", got.from == outsider && got.meant_for == first && l4_conditions(got.result) == L4_REDIRECTED,
          "the answer of an outsider comes to the chief");
    check("through", got.words.w1 == first && got.words.w2 == L4_PROPAGATED,
          "since the outsider has seen the true sender, and that it did not send by itself");
    check("through", l4_error(l4_send_as(L4_NIL_ID, first, got.words, 0x10)) == (L4_TIMEOUT | L4_IN_SEND),
          "in its own name the chief cannot answer who waits for the outsider");
    l4_send_as(outsider, first, (struct l4_words){0x77, ~0x77u, 0}, within(LIMIT));
    check("through", arrived(&end(FIRST)->arrival, outsider, L4_PROPAGATED, 0x77), "in the outsider's it can");
}

static void queueing(l4_id_t outsider)
{
    l4_id_t first = agents[FIRST].id, second = agents[SECOND].id;

    begin(FIRST, (struct agent){.action = SEND, .to = outsider, .word = 0x78});
    begin(SECOND, (struct agent){.action = SEND, .to = l4_thread_of(l4_myself(), 0), .word = 0x79});
    covers("queueing", "clan.outwards ipc.cc.timeout.send");
    check("queueing", agents[FIRST].action == SEND, "a redirected message waits for the chief");
    struct l4_arrival got = l4_receive(second, within(LIMIT));
    check("queueing", arrived(&got, second, 0, 0x79), "which may choose another sender first");
    got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("queueing", arrived(&got, first, L4_REDIRECTED | L4_INNER, 0x78), "and has it afterwards");
    begin(FIRST, (struct agent){.action = SEND, .to = outsider, .word = 0x7A});
    thread_sleep(2 * LIMIT);
    check("queueing", l4_error(end(FIRST)->result) == (L4_TIMEOUT | L4_IN_SEND), "its timeout counts at the chief");
    got = l4_receive(L4_NIL_ID, within(2));
    check("queueing", l4_error(got.result) == L4_TIMEOUT, "and nothing of it is left in the chief's queue");
}

/* What comes when an agent sends as somebody it may not speak for. */
static bool ignored(uint32_t index, l4_id_t as, l4_id_t to)
{
    begin(index, (struct agent){.action = SEND_AS, .as = as, .to = to, .word = 0x7B});
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    end(index);
    return arrived(&got, agents[index].id, l4_conditions(got.result) & ~(uint32_t)L4_PROPAGATED, 0x7B);
}

static void direction(l4_id_t outsider)
{
    l4_id_t me = l4_myself(), first = agents[FIRST].id, second = agents[SECOND].id, nested = agents[NESTED].id;

    covers("direction", "clan.direct clan.propagate.direction ipc.send.propagate.not-permitted ipc.cc.inner.zero");
    check("direction", ignored(FIRST, second, me), "no task speaks for another of its clan");
    check("direction", ignored(FIRST, outsider, me), "nor for an outsider, outwards");
    begin(FIRST, (struct agent){.action = RECEIVE});
    begin(NESTED, (struct agent){.action = SEND_AS, .as = second, .to = first, .word = 0x7B});
    check("direction", arrived(&end(FIRST)->arrival, nested, 0, 0x7B), "nor for whoever it likes");
    begin(FIRST, (struct agent){.action = SEND_AS, .as = nested, .to = me, .word = 0x7C});
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(LIMIT));
    check("direction", arrived(&got, nested, L4_PROPAGATED, 0x7C), "a chief speaks for its clan, outwards");
    begin(SECOND, (struct agent){.action = RECEIVE});
    l4_send_as(first, second, (struct l4_words){0x7D, ~0x7Du, 0}, within(LIMIT));
    check("direction", arrived(&end(SECOND)->arrival, me, 0, 0x7D), "but not for one member to another");
    begin(SECOND, (struct agent){.action = RECEIVE});
    l4_send_as(outsider, second, (struct l4_words){0x7E, ~0x7Eu, 0}, within(LIMIT));
    check("direction", arrived(&end(SECOND)->arrival, outsider, L4_PROPAGATED, 0x7E),
          "for the outside, inwards, it does");
}

/* Gives every number from `first` on to an agent, on behalf of its chief. */
static void give_from(uint32_t chief, uint32_t first, l4_id_t to)
{
    for (uint32_t index = first; index < AGENTS; index++) {
        begin(chief, (struct agent){.action = GIVE, .index = index, .to = to});
        end(chief);
    }
}

static void depth(l4_id_t outsider)
{
    enum { DEEPEST = DEPTH_MAX - 1 }; /* NESTED, agent 2, has depth 3 */
    uint32_t last = NESTED;

    (void)outsider;
    for (uint32_t index = NESTED + 1; index < AGENTS; index++)
        agent_give(index, agents[FIRST].id);
    give_from(FIRST, NESTED + 1, agents[NESTED].id);
    while (last + 1 < AGENTS && order_make(last, last + 1)) {
        last++;
        give_from(last - 1, last + 1, agents[last].id);
    }
    check("depth", last == DEEPEST, "clans may be nested fifteen deep, and no deeper");
    begin(last, (struct agent){.action = SEND, .to = l4_myself(), .word = 0x7F});
    struct l4_arrival got = l4_receive(L4_NIL_ID, within(5));
    check("depth", l4_error(got.result) == L4_TIMEOUT && agents[last].action == SEND,
          "a message of the deepest one goes no further than to its chief");
}

static void outsider_main(uint32_t unused)
{
    (void)unused;
    for (;;) {
        struct l4_arrival got = l4_receive(L4_NIL_ID, 0);
        struct l4_words answer = {got.words.w0 + 1, got.from, l4_conditions(got.result)};
        l4_id_t to = got.from;

        if (got.words.w0 == OUTSIDER_NEAREST)
            answer.w0 = l4_id_nearest(got.words.w1, &answer.w1);
        if (got.words.w0 == OUTSIDER_SEND)
            to = got.words.w1;
        l4_send_as(L4_NIL_ID, to, answer, within(LIMIT));
    }
}

static void chief_main(uint32_t failures_before)
{
    l4_id_t outsider = boss_call(EVENT_READY, 0, 0).w0;

    family_start();
    current->run(outsider);
    boss_call(EVENT_DONE, failures_count() - failures_before, 0);
    thread_stop();
}

/* The numbers are root's again when CHIEF is deleted. */
static void row_run(const struct clan_row *row)
{
    struct event event;

    current = row;
    l4_id_t outsider = task_start(OUTSIDER, outsider_main, 0);
    l4_id_t chief = task_start(CHIEF, chief_main, failures_count());
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    for (uint32_t index = 0; index < AGENTS; index++)
        agent_give(index, chief);
    boss_reply(chief, (struct l4_words){outsider, 0, 0});
    if (boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS))
        failures_add(event.words.w1);
    else
        check(row->name, false, "the test came to its end in time");
    tasks_delete();
}

static const struct clan_row rows[] = {
    {"nearest", nearest},   {"outwards", outwards},   {"inwards", inwards}, {"through", through},
    {"queueing", queueing}, {"direction", direction}, {"depth", depth},
};

static void clans_run(void)
{
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (case_selected(rows[i].name))
            row_run(&rows[i]);
}

const struct program program = {.name = "clans", .run = clans_run};

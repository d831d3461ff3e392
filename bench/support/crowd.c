/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/crowd.h"

#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

enum { THREADS_PER_TASK = SMALL_STACKS, TASK_NUMBERS = 256, STATE_WAITING = 0xC, STATE_RUNNING = 0x0 };
/* Receive timeout 64 * 4^10 microseconds. */
enum { ABOUT_A_MINUTE = 5 | 64 << 24 };

static l4_id_t members[TASK_NUMBERS - CROWD_TASK];
static uint32_t members_count;

static void wait_for_good(enum crowd_state state, l4_id_t *partner, struct l4_part send, struct l4_words *words)
{
    struct l4_message box;

    l4_message_init(&box, 0);
    l4_ipc(send, l4_short(&box), state == CROWD_TIMED ? ABOUT_A_MINUTE : 0, partner, words);
    thread_stop();
}

static void spin(void)
{
    for (;;)
        __asm__ volatile("");
}

static void member_main(uint32_t state)
{
    struct l4_words words = {0};
    l4_id_t nobody = L4_NIL_ID;

    if (state == CROWD_READY)
        spin();
    wait_for_good(state, &nobody, l4_none(), &words);
}

/* Lthread 0 of each task: asks how many threads there shall be (word 1) and in which state (word 2). */
static void crowd_main(uint32_t unused)
{
    struct l4_message box;
    l4_id_t root = L4_ROOT;

    (void)unused;
    image_touch();
    pages_touch_for_writing(small_stacks, sizeof(small_stacks));
    struct l4_words order = boss_call(EVENT_READY, 0, 0);
    for (uint32_t i = 1; i < order.w1; i++) {
        l4_id_t member = thread_start_on(small_stacks[i], SMALL_STACK_SIZE, i, member_main, order.w2);
        if (order.w2 == CROWD_READY)
            thread_set_priority(member, thread_get_priority(L4_ROOT) - 1);
    }
    l4_thread_switch(L4_NIL_ID); /* the others run until they wait */
    l4_message_init(&box, 0);
    struct l4_words done = {EVENT_DONE, 0, 0};
    if (order.w2 != CROWD_READY)
        wait_for_good(order.w2, &root, l4_short(&box), &done);
    l4_ipc_send(root, l4_short(&box), &done, 0);
    spin();
}

static bool is_in_state(l4_id_t id, enum crowd_state state)
{
    uint32_t parameters = l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED);
    uint32_t wanted = state == CROWD_READY ? STATE_RUNNING : STATE_WAITING;

    return parameters != L4_INVALID_ID && l4_state(parameters) == wanted;
}

/* Starts one task of the crowd; returns how many of its threads are as they shall be. */
static uint32_t task_fill(enum crowd_state state, uint32_t threads)
{
    struct event event;
    uint32_t found = 0;
    l4_id_t id = server_start(CROWD_TASK + members_count, crowd_main, 0);

    if (id == L4_NIL_ID)
        return 0;
    members[members_count++] = id;
    boss_reply(id, (struct l4_words){0, threads, state});
    boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
    if (state == CROWD_READY)
        thread_set_priority(id, thread_get_priority(L4_ROOT) - 1);
    for (uint32_t i = 0; i < threads; i++)
        found += is_in_state(l4_thread_of(id, i), state);
    return found;
}

/* A crowd needs more memory than the kernel begins with. sigma0, which gives it, must come before those who need it:
 * otherwise it gets the processor once in a time slice, and threads are refused while there is memory. */
static void sigma0_comes_first(void)
{
    thread_set_priority(L4_SIGMA0, thread_get_priority(L4_ROOT) + 1);
}

uint32_t crowd_start(enum crowd_state state, uint32_t threads)
{
    uint32_t found = 0;

    sigma0_comes_first();
    for (uint32_t left = threads; left;) {
        uint32_t asked = left < THREADS_PER_TASK ? left : THREADS_PER_TASK;
        uint32_t got = task_fill(state, asked);
        found += got;
        left -= asked;
        if (got < asked)
            break;
    }
    return found;
}

void crowd_delete(void)
{
    while (members_count)
        l4_task_new(members[--members_count], L4_ROOT, 0, 0, L4_NIL_ID);
}

/* Of the client's task. */
static l4_id_t echo_server;
static uint32_t call_timeouts;
static struct l4_message box;
static volatile struct echo echo = {.sent = {1, 2, 3}};

static void call(uint32_t index)
{
    struct l4_words words = {echo.sent.w0, echo.sent.w1, echo.sent.w2};

    (void)index;
    echo.result = l4_ipc_call(echo_server, l4_short(&box), l4_short(&box), &words, call_timeouts);
    echo.received.w0 = words.w0;
    echo.received.w1 = words.w1;
    echo.received.w2 = words.w2;
}

static void client_main(uint32_t unused)
{
    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    measure(NULL, call);
    measure_report();
    client_done(!check(measurement.name, echo_is_right(&echo), "the server answered"));
}

void crowd_case_run(enum crowd_state state, uint32_t others, uint32_t timeouts)
{
    measurement.operations = 0;
    text_format(measurement.facts, FACTS_SIZE, "tasks=two client_space=large server_space=large bytes=12 others=%u",
                others);
    call_timeouts = timeouts;
    check(measurement.name, crowd_start(state, others) == others, "the crowd is there, each in its state");
    echo_server = server_start(SERVER_TASK, echo_main, 0);
    client_run(client_main, 0);
    crowd_delete();
}

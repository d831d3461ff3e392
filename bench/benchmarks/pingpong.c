/* SPDX-License-Identifier: BSD-2-Clause */
/* What does one IPC cost between a client that calls and a server that replies and waits?
 *
 * A sample is one round trip from user to user: the client's call binding with the loads of its three words, the
 * server's loop (store of what it received, reply_and_wait binding), and the store of what the client received. One way
 * is half of it. 8 bytes are two words and a zero; 8 and 12 bytes are one path here, which in 1993 they were not.
 * Longer messages are the three words and a direct string for the rest, the same number of bytes in both directions.
 *
 * Client and server are lthread 0 of two tasks, or lthreads 0 and 1 of one. Each case has fresh tasks, whose pages are
 * all present before the first trip. cold: that first trip, n = 1. warm: after 8 warm-ups, n = 16, from 16 KB on 4; the
 * warm-ups run the same instructions, all but the START marker. The task's own values exceed the region by what it
 * costs to read the clock once, which is the same in every sample.
 *
 * load: 8 bytes among 40 ready threads of lower priority and 40 threads of the same priority that sleep 1 to 4 ms, so
 * that many of them wake at each tick. The client yields at the end of every 20th trip, inside its sample: there the
 * dispatcher runs and meets whoever became ready or blocked since. What lazy scheduling put off is paid in these
 * samples and in those with ticks; the others show what it saved. */
#include "bench/support/boss.h"
#include "bench/support/clock.h"
#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/program.h"

#include "variant_choices.h"

enum {
    WARMUPS = 8,
    SAMPLES = 16,
    LONG_SAMPLES = 4,
    LONG_FROM = 16384, /* bytes */
    LOAD_SAMPLES = 400,
    LOAD_YIELD_EVERY = 20,
    CROWD = 40,
};

enum temperature { COLD, WARM, LOAD };

struct pair {
    bool one_task, client_small, server_small;
};

static const struct pair pairs[] = {
    {.one_task = false, .client_small = false, .server_small = false},
    {.one_task = false, .client_small = true, .server_small = false},
    {.one_task = false, .client_small = false, .server_small = true},
    {.one_task = false, .client_small = true, .server_small = true},
    {.one_task = true, .client_small = false, .server_small = false},
};

static const uint32_t sizes[] = {8, 12, 16, 32, 128, 512, 1024, 2048, 4096, 16384, 65536};

/* Cases beside the product of pairs, sizes, cold and warm. */
static const struct {
    struct pair pair;
    uint32_t bytes;
    enum temperature temperature;
} further_cases[] = {
    {{.one_task = false, .client_small = false, .server_small = false}, 8, LOAD},
};

/* What the root task sets before it starts the children of a case. */
struct job {
    char name[NAME_SIZE];
    struct pair pair;
    uint32_t bytes, warmups, samples;
    enum temperature temperature;
};
static struct job job;

enum role { CLIENT, SERVER };
enum { CLIENT_TASK = FIRST_TASK, SERVER_TASK, BUSY_TASK, SLEEPER_TASK };
enum { SERVER_LTHREAD = 1, LONGEST = 65536, WORDS = 3 };

struct buffer {
    struct l4_message head; /* its words are dwords 0-2 of the payload */
    uint32_t rest[LONGEST / 4 - WORDS];
} __attribute__((aligned(L4_PAGE_SIZE)));

/* For long messages: one to send from and one to receive into, for each role, as both may be in one task. Short ones
 * have a structure on the stack, if the variant needs one. */
static struct buffer outbox[2], inbox[2];

/* Clock readings at both ends of each trip, the warm-ups first. */
static uint64_t started[WARMUPS + LOAD_SAMPLES], stopped[WARMUPS + LOAD_SAMPLES];

/* One side's locals, on the stack of its thread as a program would have them, and volatile: the words are loaded for
 * every message and what a call or a wait brought is stored each time. */
struct local {
    struct l4_words sent, received;
    uint32_t result;
};

static uint32_t pattern(enum role sender, uint32_t dword)
{
    if (dword >= job.bytes / 4)
        return 0;
    return (dword + 1) * 0x9E3779B1u ^ (sender == CLIENT ? 0x0C11E470 : 0x5E44E400);
}

static uint32_t job_dwords(void)
{
    return job.bytes / 4 < WORDS ? WORDS : job.bytes / 4;
}

static void buffers_prepare(enum role role)
{
    l4_message_init(&outbox[role].head, job_dwords());
    l4_message_init(&inbox[role].head, job_dwords());
    for (uint32_t i = WORDS; i < job_dwords(); i++)
        outbox[role].rest[i - WORDS] = pattern(role, i);
    memset(inbox[role].rest, 0xEE, sizeof(inbox[role].rest));
}

static void space_prepare(void)
{
    image_touch();
    pages_touch_for_writing(started, sizeof(started));
    pages_touch_for_writing(stopped, sizeof(stopped));
    pages_touch_for_writing(&model_clock, sizeof(model_clock));
    pages_touch_for_writing(lthread_stacks, sizeof(lthread_stacks));
}

/* How many dwords of the last message that `role` received are wrong. */
static uint32_t wrong_dwords(enum role role, const volatile struct local *local)
{
    enum role sender = role == CLIENT ? SERVER : CLIENT;
    uint32_t wrong = l4_error(local->result) != L4_OK;

    wrong += l4_dwords(local->result) != job_dwords();
    wrong += local->received.w0 != pattern(sender, 0);
    wrong += local->received.w1 != pattern(sender, 1);
    wrong += local->received.w2 != pattern(sender, 2);
    for (uint32_t i = WORDS; i < job_dwords(); i++)
        wrong += inbox[role].rest[i - WORDS] != pattern(sender, i);
    return wrong;
}

__attribute__((always_inline)) static inline void keep(volatile struct local *local, uint32_t result,
                                                       const struct l4_words *words)
{
    local->result = result;
    local->received.w0 = words->w0;
    local->received.w1 = words->w1;
    local->received.w2 = words->w2;
}

__attribute__((always_inline)) static inline struct l4_words words_to_send(const volatile struct local *local)
{
    return (struct l4_words){local->sent.w0, local->sent.w1, local->sent.w2};
}

/* Serves all the client's trips; the message after them asks how many dwords were wrong. */
__attribute__((always_inline)) static inline void serve(struct l4_part send, struct l4_part receive)
{
    volatile struct local local = {.sent = {pattern(SERVER, 0), pattern(SERVER, 1), pattern(SERVER, 2)}};
    struct l4_words first_request = {.w1 = space_is_small()};
    l4_id_t first_client;

    uint32_t result = boss_report_and_wait(EVENT_READY, &first_client, receive, &first_request);
    /* Copies whose addresses nobody has, so that the loop keeps them as a program would. */
    struct l4_words words = first_request;
    l4_id_t client = first_client;
    for (uint32_t left = job.warmups + job.samples; left; left--) {
        keep(&local, result, &words);
        words = words_to_send(&local);
        result = l4_ipc_reply_and_wait(&client, send, receive, &words, 0);
    }
    words = (struct l4_words){wrong_dwords(SERVER, &local), 0, 0};
    l4_ipc_send(client, l4_short(send.message), &words, 0);
}

static void server_main(uint32_t unused)
{
    struct l4_message box;

    (void)unused;
    space_prepare();
    buffers_prepare(SERVER);
    l4_message_init(&box, 0);
    if (job.bytes <= WORDS * 4)
        serve(l4_short(&box), l4_short(&box));
    else
        serve(l4_long(&outbox[SERVER].head), l4_long(&inbox[SERVER].head));
    thread_stop();
}

__attribute__((always_inline)) static inline void trip(l4_id_t server, struct l4_part send, struct l4_part receive,
                                                       volatile struct local *local)
{
    struct l4_words words = words_to_send(local);
    uint32_t result = l4_ipc_call(server, send, receive, &words, 0);

    keep(local, result, &words);
}

/* All trips of the case; returns the wrong dwords that the client received. A STOP without a START says nothing, so the
 * warm-ups need no branch inside the region. */
__attribute__((always_inline)) static inline uint32_t make_trips(l4_id_t server, struct l4_part send,
                                                                 struct l4_part receive, bool yield)
{
    volatile struct local local = {.sent = {pattern(CLIENT, 0), pattern(CLIENT, 1), pattern(CLIENT, 2)}};

    for (uint32_t i = 0; i < job.warmups + job.samples; i++) {
        bool yield_now = yield && (i - job.warmups) % LOAD_YIELD_EVERY == LOAD_YIELD_EVERY - 1;
        started[i] = clock_read();
        if (i >= job.warmups)
            marker_start();
        trip(server, send, receive, &local);
        if (yield_now)
            l4_thread_switch(L4_NIL_ID);
        marker_stop();
        stopped[i] = clock_read();
    }
    return wrong_dwords(CLIENT, &local);
}

static uint32_t make_trips_of_job(l4_id_t server)
{
    struct l4_message box;

    l4_message_init(&box, 0);
    if (job.temperature == LOAD)
        return make_trips(server, l4_short(&box), l4_short(&box), true);
    if (job.bytes <= WORDS * 4)
        return make_trips(server, l4_short(&box), l4_short(&box), false);
    return make_trips(server, l4_long(&outbox[CLIENT].head), l4_long(&inbox[CLIENT].head), false);
}

static const char *space_name(bool small)
{
    return small ? "small" : "large";
}

static const char *tasks_name(void)
{
    return job.pair.one_task ? "one" : "two";
}

static void print_case(void)
{
    bool clock = clock_present();

    console_print("@case %s tasks=%s client_space=%s server_space=%s bytes=%u", job.name, tasks_name(),
                  space_name(job.pair.client_small), space_name(job.pair.server_small), job.bytes);
    console_print(" temperature=%s warmups=%u n=%u metric=round_trip\n", job.temperature == COLD ? "cold" : "warm",
                  job.warmups, job.samples);
    for (uint32_t i = 0; i < job.samples; i++) {
        console_print(i % 16 == 0 ? "@values " : " ");
        console_print(clock ? "%u" : "-", (uint32_t)(stopped[job.warmups + i] - started[job.warmups + i]));
        console_print(i % 16 == 15 || i == job.samples - 1 ? "\n" : "");
    }
}

/* Asks the server how many dwords it found wrong in its last request. */
static uint32_t servers_wrong_dwords(l4_id_t server)
{
    struct l4_words words = {0};
    uint32_t result = l4_ipc_call(server, l4_short(&outbox[CLIENT].head), l4_short(&inbox[CLIENT].head), &words, 0);

    return l4_error(result) ? 1 : words.w0;
}

static void client_main(uint32_t unused)
{
    (void)unused;
    space_prepare();
    buffers_prepare(CLIENT);
    if (job.pair.one_task)
        thread_start(SERVER_LTHREAD, server_main, 0);
    l4_id_t server = boss_call(EVENT_READY, space_is_small(), 0).w1;

    marker_case();
    uint32_t wrong = make_trips_of_job(server);
    marker_end();
    uint32_t servers_wrong = servers_wrong_dwords(server);
    print_case();
    uint32_t failures = !check(job.name, wrong == 0, "the client received the server's payload");
    failures += !check(job.name, servers_wrong == 0, "the server received the client's payload");
    boss_call(EVENT_DONE, failures, 0);
    thread_stop();
}

/* The crowd of the load case. Its threads sleep first, so that the root task can set their priorities unhindered. */
static void busy_thread(uint32_t unused)
{
    (void)unused;
    thread_sleep(20);
    for (;;)
        __asm__ volatile("");
}

static void sleeper_thread(uint32_t ms)
{
    for (;;)
        thread_sleep(ms);
}

static void crowd_main(uint32_t busy)
{
    space_prepare();
    pages_touch_for_writing(small_stacks, sizeof(small_stacks));
    for (uint32_t i = 0; i < CROWD; i++)
        thread_start_on(small_stacks[i], SMALL_STACK_SIZE, 1 + i, busy ? busy_thread : sleeper_thread, 1 + i % 4);
    boss_call(EVENT_READY, 0, 0);
    thread_stop();
}

static void crowd_start(uint32_t number, bool busy)
{
    struct event event;
    l4_id_t crowd = task_start(number, crowd_main, busy);

    boss_wait_for(EVENT_READY, &event, L4_FOREVER);
    for (uint32_t i = 0; busy && i < CROWD; i++)
        thread_set_priority(l4_thread_of(crowd, 1 + i), thread_get_priority(crowd) - 1);
    boss_reply(crowd, (struct l4_words){0});
}

/* Starts client and server and waits until both have all their pages; false if one is not in the space it should be. */
static bool partners_start(l4_id_t *client, l4_id_t *server)
{
    bool as_asked = true;

    *client = *server = L4_NIL_ID;
    if (!job.pair.one_task && job.pair.server_small)
        task_make_small(task_start(SERVER_TASK, server_main, 0), 2);
    else if (!job.pair.one_task)
        task_start(SERVER_TASK, server_main, 0);
    l4_id_t task = task_start(CLIENT_TASK, client_main, 0);
    if (job.pair.client_small)
        task_make_small(task, 1);
    while (*client == L4_NIL_ID || *server == L4_NIL_ID) {
        struct event event;
        boss_wait_for(EVENT_READY, &event, L4_FOREVER);
        bool is_client = event.from == task;
        *(is_client ? client : server) = event.from;
        as_asked &= event.words.w1 == (is_client ? job.pair.client_small : job.pair.server_small);
    }
    return as_asked;
}

static void case_run(void)
{
    struct event event;
    l4_id_t client, server;

    if (job.temperature == LOAD) {
        crowd_start(BUSY_TASK, true);
        crowd_start(SLEEPER_TASK, false);
    }
    if (partners_start(&client, &server)) {
        boss_reply(client, (struct l4_words){0, server, 0});
        boss_wait_for(EVENT_DONE, &event, L4_FOREVER);
        failures_add(event.words.w1);
    } else {
        check(job.name, false, "client and server are in the spaces that the case names");
    }
    tasks_delete();
}

static void case_consider(struct pair pair, uint32_t bytes, enum temperature temperature)
{
    static const char *const temperatures[] = {[COLD] = "cold", [WARM] = "warm", [LOAD] = "load"};

    if (!VARIANT_SPACE_SMALL && (pair.client_small || pair.server_small))
        return;
    job = (struct job){.pair = pair, .bytes = bytes, .temperature = temperature, .warmups = WARMUPS};
    job.samples = bytes >= LONG_FROM ? LONG_SAMPLES : SAMPLES;
    if (temperature == LOAD)
        job.samples = LOAD_SAMPLES;
    if (temperature == COLD) {
        job.warmups = 0;
        job.samples = 1;
    }
    text_format(job.name, NAME_SIZE, "%s-%s-%s-%u-%s", tasks_name(), space_name(pair.client_small),
                space_name(pair.server_small), bytes, temperatures[temperature]);
    if (case_selected(job.name))
        case_run();
}

static void pingpong_run(void)
{
    enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]), SIZES = sizeof(sizes) / sizeof(sizes[0]) };
    enum { FURTHER = sizeof(further_cases) / sizeof(further_cases[0]) };

    for (uint32_t pair = 0; pair < PAIRS; pair++) {
        for (uint32_t size = 0; size < SIZES; size++) {
            case_consider(pairs[pair], sizes[size], COLD);
            case_consider(pairs[pair], sizes[size], WARM);
        }
    }
    for (uint32_t i = 0; i < FURTHER; i++)
        case_consider(further_cases[i].pair, further_cases[i].bytes, further_cases[i].temperature);
}

const struct program program = {.name = "pingpong", .run = pingpong_run};

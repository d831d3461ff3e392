/* SPDX-License-Identifier: BSD-2-Clause */
/* Does every message arrive as it was sent, and nothing beside it? At every small size, at large ones, at every dword
 * offset in a page and across a 4 MB boundary, on either side, in both directions. */
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum role { CLIENT, SERVER, ROLES };
enum { WORDS = 3, INBOX_DISTANCE = 0x11000, GUARD = 0x60A4D000 };

/* Both sides know the addresses of every trip, so messages carry nothing but pattern. */
struct trip {
    uint32_t dwords;
    uint32_t outbox[ROLES], inbox[ROLES];
};

typedef struct trip trip_planner(uint32_t index);

struct group {
    trip_planner *plan;
    uint32_t trips;
};

static struct trip trip_at(uint32_t dwords, uint32_t offset_out, uint32_t offset_in)
{
    uint32_t outbox = ARENA_START + offset_out, inbox = ARENA_START + INBOX_DISTANCE + offset_in;

    return (struct trip){dwords, {outbox, outbox}, {inbox, inbox}};
}

static struct trip plan_small(uint32_t index)
{
    return trip_at(WORDS + index, 0, 0);
}

static const uint32_t large_sizes[] = {127, 128, 129, 1017, 1018, 1019, 1020, 2048, 4093, 8192, 16384};

static struct trip plan_large(uint32_t index)
{
    return trip_at(large_sizes[index], 0, 0);
}

/* 511 is odd, so the receivers' offsets take every value, too. */
static struct trip plan_offsets(uint32_t index)
{
    return trip_at(24, index % 1024 * 4, index * 511 % 1024 * 4);
}

/* index % 64 dwords of the sender's structure lie below the boundary, index * 7 % 64 of the receiver's. Only one
 * message of a trip crosses it, as a space has but one. */
static struct trip trip_across(uint32_t index, enum role sender, enum role receiver)
{
    struct trip trip = trip_at(64, 0, 0);

    trip.outbox[sender] = ARENA_MIDDLE - index % 64 * 4;
    trip.inbox[receiver] = ARENA_MIDDLE - index * 7 % 64 * 4;
    return trip;
}

static struct trip plan_request_across(uint32_t index)
{
    return trip_across(index, CLIENT, SERVER);
}

static struct trip plan_reply_across(uint32_t index)
{
    return trip_across(index, SERVER, CLIENT);
}

static const struct group groups[] = {
    {plan_small, 81},         {plan_large, sizeof(large_sizes) / sizeof(large_sizes[0])},
    {plan_offsets, 1024},     {plan_request_across, 128},
    {plan_reply_across, 128},
};

/* Set by the root task before the children of a group start. */
static const struct group *group;

static uint32_t pattern(uint32_t index, enum role sender, uint32_t dword)
{
    return (index * 0x10001 + dword + 1) * 0x9E3779B1u + (sender == CLIENT ? 0 : 0x51DE51DE);
}

static struct l4_message *outbox_prepare(uint32_t index, enum role role)
{
    struct trip trip = group->plan(index);
    struct l4_message *outbox = (struct l4_message *)trip.outbox[role];

    l4_message_init(outbox, trip.dwords);
    for (uint32_t i = WORDS; i < trip.dwords; i++)
        l4_message_dwords(outbox)[i] = pattern(index, role, i);
    return outbox;
}

static struct l4_message *inbox_prepare(uint32_t index, enum role role)
{
    struct trip trip = group->plan(index);
    struct l4_message *inbox = (struct l4_message *)trip.inbox[role];

    l4_message_init(inbox, trip.dwords);
    for (uint32_t i = WORDS; i <= trip.dwords; i++)
        l4_message_dwords(inbox)[i] = GUARD;
    return inbox;
}

static struct l4_words first_words(uint32_t index, enum role sender)
{
    return (struct l4_words){pattern(index, sender, 0), pattern(index, sender, 1), pattern(index, sender, 2)};
}

/* Whether `role` got what its partner sent in trip `index`, and the dword after it is untouched. */
static bool arrived(uint32_t index, enum role role, uint32_t result, struct l4_words words)
{
    struct trip trip = group->plan(index);
    const uint32_t *dwords = l4_message_dwords((struct l4_message *)trip.inbox[role]);
    enum role sender = role == CLIENT ? SERVER : CLIENT;
    struct l4_words expected = first_words(index, sender);
    bool ok = l4_error(result) == L4_OK && l4_dwords(result) == trip.dwords && dwords[trip.dwords] == GUARD;

    ok = ok && words.w0 == expected.w0 && words.w1 == expected.w1 && words.w2 == expected.w2;
    for (uint32_t i = WORDS; ok && i < trip.dwords; i++)
        ok = dwords[i] == pattern(index, sender, i);
    return ok;
}

/* Serves the group's trips, then tells how many arrived wrong. */
static void server_main(uint32_t unused)
{
    struct l4_message report;
    struct l4_words words = {0};
    uint32_t wrong = 0;
    l4_id_t client;

    (void)unused;
    l4_message_init(&report, 0);
    uint32_t result = boss_report_and_wait(EVENT_READY, &client, l4_long(inbox_prepare(0, SERVER)), &words);
    for (uint32_t index = 0; index < group->trips; index++) {
        wrong += !arrived(index, SERVER, result, words);
        struct l4_message *outbox = outbox_prepare(index, SERVER);
        struct l4_part receive = l4_short(&report);
        if (index + 1 < group->trips)
            receive = l4_long(inbox_prepare(index + 1, SERVER));
        words = first_words(index, SERVER);
        result = l4_ipc_reply_and_wait(&client, l4_long(outbox), receive, &words, 0);
    }
    words = (struct l4_words){wrong, 0, 0};
    l4_ipc_send(client, l4_short(&report), &words, 0);
    thread_stop();
}

static void client_run(l4_id_t server)
{
    struct l4_message report;
    struct l4_words words = {0};
    uint32_t wrong = 0;

    l4_message_init(&report, 0);
    for (uint32_t index = 0; index < group->trips; index++) {
        struct l4_part send = l4_long(outbox_prepare(index, CLIENT));
        words = first_words(index, CLIENT);
        uint32_t result = l4_ipc_call(server, send, l4_long(inbox_prepare(index, CLIENT)), &words, 0);
        wrong += !arrived(index, CLIENT, result, words);
    }
    words = (struct l4_words){0};
    l4_ipc_call(server, l4_short(&report), l4_short(&report), &words, 0);
    check(current_test_name(), words.w0 == 0, "every request arrived as sent, and nothing beside it");
    check(current_test_name(), wrong == 0, "every reply arrived as sent, and nothing beside it");
}

static const struct test tests[] = {
    {.name = "sizes-3-to-83", .run = client_run, .helper = server_main},
    {.name = "sizes-large", .run = client_run, .helper = server_main},
    {.name = "offsets-in-a-page", .run = client_run, .helper = server_main},
    {.name = "requests-across-4-mb", .run = client_run, .helper = server_main},
    {.name = "replies-across-4-mb", .run = client_run, .helper = server_main},
};

static void contents_run(void)
{
    covers("sizes-3-to-83", "message.dwords ipc.send.memory ipc.receive.memory ipc.cc.dwords message.send-dope.dwords");
    for (uint32_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        group = &groups[i];
        tests_run(&tests[i], 1);
    }
}

const struct program program = {.name = "contents", .run = contents_run};

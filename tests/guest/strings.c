/* SPDX-License-Identifier: BSD-2-Clause */
/* Do strings arrive as the dopes of both sides say: gathered, scattered, cut where they do not fit, and ready to be
 * sent on?
 *
 * Both sides know the shapes of every trip, which follow from its number. The client sends; the server receives and
 * sends on what it has got, by the very dopes; each compares all it can see with a reference: bytes, guards around
 * them, dopes and completion codes. */
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "bench/support/strings.h"
#include "variant_choices.h"

enum { BOX_BYTES = 12 * 1024, GUARD = 0xEE, DWORDS_MAX = 16, WORDS = 3, PARTS_TYPICAL = 5 };

/* One side's parts: where in its box, how long, and whether a part continues the string before. */
struct shape {
    uint32_t count;
    struct {
        uint32_t offset, size;
        bool continues;
    } part[L4_STRINGS_MAX];
};

struct group {
    const char *name;
    uint32_t trips, size_max; /* bytes of a part of the sender's */
    uint32_t box;             /* bytes of a box that are in use */
    bool small;               /* both tasks in small spaces, where there are any */
    bool fresh;               /* the boxes' pages are absent when the first trip begins */
};

/* Set by the root task before the children of a group start. */
static const struct group *group;

static uint8_t outbox[BOX_BYTES], inbox[BOX_BYTES], expected[BOX_BYTES], echo_expected[BOX_BYTES];
static struct {
    struct l4_message head;
    uint32_t rest[DWORDS_MAX + L4_STRINGS_MAX * 4];
} out_message, in_message;

static uint32_t random_state;

/* Xorshift (Marsaglia 2003). */
static uint32_t random_below(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

/* Adds a part behind the others, with a gap of some bytes; one that finds no room is empty. */
static void part_add(struct shape *shape, uint32_t size, bool continues)
{
    uint32_t end = shape->count ? shape->part[shape->count - 1].offset + shape->part[shape->count - 1].size : 0;
    uint32_t offset = end + random_below(7);

    if (shape->count == L4_STRINGS_MAX)
        return;
    if (offset > group->box || size > group->box - offset)
        offset = size = 0;
    shape->part[shape->count].offset = offset;
    shape->part[shape->count].size = size;
    shape->part[shape->count++].continues = continues;
}

/* Parts that have nothing to do with any other shape; even the first may claim to continue something. */
static void shape_any(struct shape *shape, uint32_t size_max)
{
    uint32_t count = random_below(8) ? 1 + random_below(PARTS_TYPICAL) : (uint32_t)L4_STRINGS_MAX;

    shape->count = 0;
    while (count--)
        part_add(shape, random_below(3) ? random_below(size_max) : random_below(5), random_below(3) == 0);
}

static uint32_t string_end(const struct shape *shape, uint32_t first)
{
    uint32_t end = first + 1;

    while (end < shape->count && shape->part[end].continues)
        end++;
    return end;
}

static uint32_t bytes_between(const struct shape *shape, uint32_t first, uint32_t end)
{
    uint32_t bytes = 0;

    for (uint32_t i = first; i < end; i++)
        bytes += shape->part[i].size;
    return bytes;
}

/* One to three parts for each string of `source`, together as long or up to two bytes longer. */
static void shape_fitting(struct shape *shape, const struct shape *source)
{
    shape->count = 0;
    for (uint32_t first = 0, end; first < source->count; first = end) {
        end = string_end(source, first);
        uint32_t left = bytes_between(source, first, end), parts = 1 + random_below(3);
        for (uint32_t i = 0; i < parts; i++) {
            uint32_t size = i + 1 == parts ? left + random_below(3) : random_below(left + 1);
            part_add(shape, size, i > 0);
            left -= size < left ? size : left;
        }
    }
}

struct trip {
    uint32_t dwords;
    struct shape request, server, echo;
};

static void trip_plan(struct trip *trip, uint32_t index)
{
    random_state = (index + 1) * 0x9E3779B1u;
    trip->dwords = WORDS + random_below(DWORDS_MAX - WORDS);
    shape_any(&trip->request, group->size_max);
    if (index % 4 == 3)
        shape_any(&trip->server, group->size_max);
    else
        shape_fitting(&trip->server, &trip->request);
    if (index % 5 == 4)
        shape_any(&trip->echo, group->size_max);
    else
        shape_fitting(&trip->echo, &trip->server);
}

struct outcome {
    struct shape got; /* the target's, each part as long as what came */
    bool cut;
};

/* One string, byte by byte, into the target's parts from `into` on; false: it does not fit. */
static bool string_reference(const struct shape *source, uint32_t first, const uint8_t *from,
                             const struct shape *target, uint32_t into, struct shape *got, uint8_t *to)
{
    const uint32_t end = string_end(source, first), into_end = string_end(target, into);

    for (uint32_t i = first; i < end; i++)
        for (uint32_t byte = 0; byte < source->part[i].size; byte++) {
            while (into < into_end && got->part[into].size == target->part[into].size)
                into++;
            if (into == into_end)
                return false;
            to[target->part[into].offset + got->part[into].size++] = from[source->part[i].offset + byte];
        }
    return true;
}

/* What must be in the target's box `to` after the message. */
static void reference(const struct shape *source, const uint8_t *from, const struct shape *target, uint8_t *to,
                      struct outcome *outcome)
{
    uint32_t first = 0, into = 0;

    memset(to, GUARD, group->box);
    outcome->got = *target;
    for (uint32_t i = 0; i < target->count; i++)
        outcome->got.part[i].size = 0;
    outcome->cut = false;
    while (first < source->count && into < target->count && !outcome->cut) {
        outcome->cut = !string_reference(source, first, from, target, into, &outcome->got, to);
        first = string_end(source, first);
        into = string_end(target, into);
    }
    outcome->cut = outcome->cut || first < source->count;
    outcome->got.count = into;
}

static uint32_t dope_size(const struct shape *shape, uint32_t i)
{
    return shape->part[i].size | (shape->part[i].continues ? L4_STRING_CONTINUES : 0);
}

static void request_prepare(const struct trip *trip)
{
    struct l4_string *strings;

    l4_message_init_strings(&out_message.head, trip->dwords, trip->request.count);
    strings = l4_message_strings(&out_message.head);
    for (uint32_t i = 0; i < trip->request.count; i++) {
        strings[i].send_size = dope_size(&trip->request, i);
        strings[i].send_address = (uint32_t)outbox + trip->request.part[i].offset;
    }
}

static void inbox_prepare(const struct trip *trip, const struct shape *shape)
{
    struct l4_string *strings;

    if (!group->fresh)
        memset(inbox, GUARD, group->box);
    l4_message_init_strings(&in_message.head, trip->dwords, shape->count);
    strings = l4_message_strings(&in_message.head);
    for (uint32_t i = 0; i < shape->count; i++)
        strings[i] = (struct l4_string){~0u, ~0u, dope_size(shape, i), (uint32_t)inbox + shape->part[i].offset};
}

/* Dopes that the message has reached tell what came; the others are as they were. */
static bool dopes_right(const struct shape *target, const struct shape *got)
{
    const struct l4_string *strings = l4_message_strings(&in_message.head);
    bool ok = true;

    for (uint32_t i = 0; i < target->count; i++) {
        uint32_t address = (uint32_t)inbox + target->part[i].offset;
        bool reached = i < got->count;
        ok = ok && strings[i].send_size == (reached ? dope_size(got, i) : ~0u);
        ok = ok && strings[i].send_address == (reached ? address : ~0u);
        ok = ok && strings[i].receive_size == dope_size(target, i) && strings[i].receive_address == address;
    }
    return ok;
}

static bool bytes_right(const struct shape *got, const uint8_t *box_expected)
{
    bool ok = true;

    for (uint32_t i = 0; i < group->box && !group->fresh; i++)
        ok = ok && inbox[i] == box_expected[i];
    for (uint32_t i = 0; i < got->count; i++)
        for (uint32_t byte = 0; byte < got->part[i].size; byte++)
            ok = ok && inbox[got->part[i].offset + byte] == box_expected[got->part[i].offset + byte];
    return ok;
}

static bool arrived(uint32_t result, const struct trip *trip, const struct shape *target, const struct outcome *outcome,
                    const uint8_t *box_expected)
{
    return l4_error(result) == (outcome->cut ? L4_CUT : L4_OK) && l4_dwords(result) == trip->dwords &&
           l4_strings(result) == outcome->got.count && dopes_right(target, &outcome->got) &&
           bytes_right(&outcome->got, box_expected);
}

static struct trip trip;
static struct outcome outcome, echo_outcome;

/* What both sides work out for themselves before trip `index`. */
static void trip_prepare(uint32_t index)
{
    trip_plan(&trip, index);
    request_prepare(&trip);
    reference(&trip.request, outbox, &trip.server, expected, &outcome);
    reference(&outcome.got, expected, &trip.echo, echo_expected, &echo_outcome);
}

static uint32_t sent_result(bool cut)
{
    return cut ? L4_CUT | L4_IN_SEND : L4_OK;
}

static void begin(uint32_t space)
{
    for (uint32_t i = 0; i < group->box; i++)
        outbox[i] = (uint8_t)(i * 7 + i / 251);
    if (group->small)
        task_make_small(l4_myself(), space);
}

/* Receives and sends on; then tells how many trips went wrong. */
static void server_main(uint32_t unused)
{
    struct l4_words words = {0};
    uint32_t wrong = 0;
    l4_id_t client;

    (void)unused;
    begin(2);
    for (uint32_t index = 0; index < group->trips; index++) {
        trip_prepare(index);
        inbox_prepare(&trip, &trip.server);
        uint32_t result = index ? l4_ipc_wait(&client, l4_long(&in_message.head), &words, 0)
                                : boss_report_and_wait(EVENT_READY, &client, l4_long(&in_message.head), &words);
        wrong += !arrived(result, &trip, &trip.server, &outcome, expected);
        if (outcome.cut)
            continue;
        l4_message_forward(&in_message.head, result);
        result = l4_ipc_send(client, l4_long(&in_message.head), &words, 0);
        wrong += l4_error(result) != sent_result(echo_outcome.cut);
    }
    l4_message_init(&in_message.head, 0);
    l4_ipc_wait(&client, l4_short(&in_message.head), &words, 0);
    words.w0 = wrong;
    l4_ipc_send(client, l4_short(&in_message.head), &words, 0);
    thread_stop();
}

static uint32_t cuts, echo_cuts, echoes;

/* One message there and, if it was not cut, back; true if all is as it should be. */
static bool trip_made(l4_id_t server, uint32_t index)
{
    struct l4_words words = {index, ~index, index * 3};

    trip_prepare(index);
    inbox_prepare(&trip, &trip.echo);
    uint32_t result = l4_ipc_call(server, l4_long(&out_message.head), l4_long(&in_message.head), &words, 0);
    cuts += outcome.cut;
    if (outcome.cut)
        return l4_error(result) == sent_result(true);
    echoes++;
    echo_cuts += echo_outcome.cut;
    return arrived(result, &trip, &trip.echo, &echo_outcome, echo_expected) && words.w0 == index &&
           words.w1 == ~index && words.w2 == index * 3;
}

static void client_run(l4_id_t server)
{
    struct l4_words words = {0};
    uint32_t wrong = 0;

    begin(1);
    cuts = echoes = echo_cuts = 0;
    for (uint32_t index = 0; index < group->trips; index++)
        wrong += !trip_made(server, index);
    check(group->name, wrong == 0, "every message sent on came back as it should");
    check(group->name, cuts > 0 && echoes > echo_cuts && (echo_cuts > 0 || group->trips < 20),
          "some messages were cut, on both ways, and others not");
    l4_message_init(&out_message.head, 0);
    l4_ipc_call(server, l4_short(&out_message.head), l4_short(&out_message.head), &words, 0);
    check(group->name, words.w0 == 0, "every message arrived as it should");
    check(group->name, space_is_small() == (group->small && VARIANT_SPACE_SMALL), "the task's space is what it was");
}

static const struct group groups[] = {
    {.name = "bytes", .trips = 160, .size_max = 40, .box = 2048},
    {.name = "pages", .trips = 20, .size_max = 5000, .box = BOX_BYTES},
    {.name = "pages-absent", .trips = 8, .size_max = 5000, .box = BOX_BYTES, .fresh = true},
    {.name = "small-spaces", .trips = 40, .size_max = 300, .box = 4096, .small = true},
};

static void strings_run(void)
{
    struct test test = {.run = client_run, .helper = server_main};

    covers("bytes",
           "string.gather string.scatter string.forward string.send-size string.send-address string.buffer-size "
           "string.buffer-address string.smaller-of-both message.strings-31 message.size-dope.strings "
           "message.size-dope.string-place message.send-dope.strings ipc.cc.strings");
    for (uint32_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        group = &groups[i];
        test.name = group->name;
        tests_run(&test, 1);
    }
}

const struct program program = {.name = "strings", .run = strings_run};

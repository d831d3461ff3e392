/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters by PAPI. That a preset is available says little (a hypervisor may let it be started and never count), so
 * each is started and stopped around a loop that must move it. */
#include "bench/host/counters.h"

#include <ctype.h>
#include <papi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOP_ITERATIONS = 1000000, LOOP_WORDS = 1 << 20, STRIDE = 17, REASON = 128 };

struct preset {
    int code;
    char name[PAPI_MAX_STR_LEN];
};

static struct preset presets[PAPI_MAX_PRESET_EVENTS];
static int found;
static int event_set = PAPI_NULL;
static uint32_t walked[LOOP_WORDS];
static volatile double product;

/* Instructions, branches, loads, stores, floating point and cache misses: each iteration has one of each at least. */
static void known_loop(void)
{
    uint32_t place = 0;
    for (int i = 0; i < LOOP_ITERATIONS; i++) {
        walked[place] += (uint32_t)i;
        place = (place + STRIDE * STRIDE + (walked[place] & 1)) % LOOP_WORDS;
        product = product * 0.5 + 1.0;
    }
}

/* What the loop must count at least. */
static long long least(int code)
{
    switch (code) {
    case PAPI_TOT_INS:
    case PAPI_TOT_CYC:
    case PAPI_BR_INS:
    case PAPI_LD_INS:
    case PAPI_SR_INS:
    case PAPI_LST_INS:
        return LOOP_ITERATIONS;
    default:
        return 1;
    }
}

static void discard(void)
{
    PAPI_cleanup_eventset(event_set);
    PAPI_destroy_eventset(&event_set);
    event_set = PAPI_NULL;
}

/* NULL, or what PAPI says of its refusal. */
static const char *refused(int status)
{
    return status == PAPI_OK ? NULL : PAPI_strerror(status);
}

static const char *start(int code)
{
    const char *why = refused(PAPI_create_eventset(&event_set));
    if (!why)
        why = refused(PAPI_add_event(event_set, code));
    if (!why)
        why = refused(PAPI_start(event_set));
    if (why)
        discard();
    return why;
}

/* NULL if the preset counts. */
static const char *probe(int code)
{
    const char *why = start(code);
    long long counted = 0;
    if (why)
        return why;
    known_loop();
    why = refused(PAPI_stop(event_set, &counted));
    discard();
    if (why)
        return why;
    return counted >= least(code) ? NULL : "starts but does not count";
}

/* A note is one word. */
static void print_note(const char *name, const char *sentence)
{
    char word[REASON];
    snprintf(word, sizeof(word), "%s", sentence);
    for (char *at = word; *at; at++)
        if (isspace((unsigned char)*at) || *at == '=')
            *at = '_';
    printf("@note %s=%s\n", name, word);
}

static void try_preset(int code)
{
    struct preset *next = &presets[found];
    if (PAPI_event_code_to_name(code, next->name) != PAPI_OK)
        return;
    const char *why = probe(code);
    print_note(next->name, why ? why : "counts");
    if (why)
        return;
    next->code = code;
    found++;
}

int counters_open(void)
{
    int version = PAPI_library_init(PAPI_VER_CURRENT);
    if (version != PAPI_VER_CURRENT) {
        print_note("papi", version < 0 ? PAPI_strerror(version) : "the library has another version than its header");
        return 0;
    }
    int code = (int)PAPI_PRESET_MASK;
    if (PAPI_enum_event(&code, PAPI_ENUM_FIRST) != PAPI_OK)
        return 0;
    do
        try_preset(code);
    while (found < PAPI_MAX_PRESET_EVENTS && PAPI_enum_event(&code, PAPI_ENUM_EVENTS) == PAPI_OK);
    return found;
}

const char *counter_name(int index)
{
    return presets[index].name;
}

static void require(const char *why)
{
    if (!why)
        return;
    fprintf(stderr, "a counter that was probed fails: %s\n", why);
    exit(1);
}

void counter_start(int index)
{
    require(start(presets[index].code));
}

uint64_t counter_read(void)
{
    long long counted = 0;
    require(refused(PAPI_read(event_set, &counted)));
    return (uint64_t)counted;
}

void counter_stop(void)
{
    long long counted;
    require(refused(PAPI_stop(event_set, &counted)));
    discard();
}

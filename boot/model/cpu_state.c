// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu_state.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DUMP_BYTES = 8192,
    CLOCK_VIRTUAL = 1,
    CONTROL_WORDS = 4,
    GENERAL_WORDS = 8,
    PROTECTED_MODE = 1 << 0,
    VIRTUAL_8086 = 1 << 17,
    CODE_32_BIT = 1 << 22,
};

static void *(*qemu_get_cpu)(int index);
static void (*qemu_dump)(void *cpu, FILE *file, int flags);
static int64_t (*qemu_clock)(int clock);
static char dump_text[DUMP_BYTES];
static FILE *dump_file;

// QEMU keeps CR0, CR1, CR2, CR3 as consecutive words of the processor object. `control` points at them once exactly one
// place agrees with a dump that has paging on.
static const uint32_t *control;

bool cpu_state_open(char *message, size_t size)
{
    qemu_get_cpu = (void *(*)(int))dlsym(RTLD_DEFAULT, "qemu_get_cpu");
    qemu_dump = (void (*)(void *, FILE *, int))dlsym(RTLD_DEFAULT, "cpu_dump_state");
    qemu_clock = (int64_t(*)(int))dlsym(RTLD_DEFAULT, "qemu_clock_get_ns");
    dump_file = fmemopen(dump_text, sizeof dump_text, "w");
    if (!qemu_get_cpu || !qemu_dump || !qemu_clock || !dump_file) {
        snprintf(message, size, "this QEMU does not export qemu_get_cpu, cpu_dump_state and qemu_clock_get_ns");
        return false;
    }
    return true;
}

// The hexadecimal number `skip` words after `name` in the dump.
static bool dump_value(const char *name, unsigned skip, uint32_t *value)
{
    const char *place = strstr(dump_text, name);
    if (!place)
        return false;
    char *cursor = (char *)place + strlen(name);
    for (unsigned i = 0; i <= skip; i++) {
        char *end;
        *value = (uint32_t)strtoul(cursor, &end, 16);
        if (end == cursor)
            return false;
        cursor = end;
    }
    return true;
}

static bool parse_dump(struct cpu_state *state)
{
    static const char *const general[] = {"EAX=", "ECX=", "EDX=", "EBX=", "ESP=", "EBP=", "ESI=", "EDI="};
    static const char *const segments[] = {"ES =", "CS =", "SS =", "DS =", "FS =", "GS ="};
    bool ok = true;
    for (unsigned i = 0; i < 8; i++)
        ok &= dump_value(general[i], 0, &state->general[i]);
    for (unsigned i = 0; i < 6; i++)
        ok &= dump_value(segments[i], 1, &state->segment_base[i]);
    ok &= dump_value("CS =", 3, &state->code_attributes);
    ok &= dump_value("EFL=", 0, &state->flags) && dump_value("CPL=", 0, &state->privilege);
    ok &= dump_value("LDT=", 1, &state->ldt_base) && dump_value("TR =", 1, &state->task_base);
    ok &= dump_value("GDT=", 0, &state->gdt_base) && dump_value("IDT=", 0, &state->idt_base);
    return ok && dump_value("CR0=", 0, &state->cr0) && dump_value("CR2=", 0, &state->cr2) &&
           dump_value("CR3=", 0, &state->cr3) && dump_value("CR4=", 0, &state->cr4);
}

static void locate_control(const struct cpu_state *state)
{
    const uint32_t *words = qemu_get_cpu(0);
    size_t count = malloc_usable_size((void *)words) / sizeof *words;
    const uint32_t *found = NULL;
    for (size_t i = 0; i + CONTROL_WORDS <= count; i++) {
        if (words[i] != state->cr0 || words[i + 2] != state->cr2 || words[i + 3] != state->cr3)
            continue;
        if (found)
            return;
        found = &words[i];
    }
    control = found;
}

bool cpu_state_read(struct cpu_state *state)
{
    rewind(dump_file);
    qemu_dump(qemu_get_cpu(0), dump_file, 0);
    fflush(dump_file);
    if (!parse_dump(state))
        return false;
    bool paging = state->cr0 >> 31;
    if (control && control[3] != state->cr3)
        control = NULL;
    else if (!control && paging && state->cr3)
        locate_control(state);
    return true;
}

bool cpu_state_is_32_bit(const struct cpu_state *state)
{
    return (state->cr0 & PROTECTED_MODE) && !(state->flags & VIRTUAL_8086) && (state->code_attributes & CODE_32_BIT);
}

uint32_t cpu_state_cr3(struct cpu_state *state)
{
    if (!control && !cpu_state_read(state))
        return state->cr3;
    if (control)
        state->cr3 = control[3];
    return state->cr3;
}

// QEMU keeps the general registers as consecutive words of the processor object, in the order of their encodings. NULL
// unless exactly one place agrees with a dump.
static uint32_t *general;

static uint32_t *locate_general(const struct cpu_state *state)
{
    uint32_t *words = qemu_get_cpu(0);
    size_t count = malloc_usable_size(words) / sizeof *words;
    uint32_t *found = NULL;
    for (size_t i = 0; i + GENERAL_WORDS <= count; i++) {
        if (memcmp(&words[i], state->general, sizeof state->general) != 0)
            continue;
        if (found)
            return NULL;
        found = &words[i];
    }
    return found;
}

bool cpu_state_general(unsigned number, uint32_t *value)
{
    struct cpu_state state;
    if (general) {
        *value = general[number];
        return true;
    }
    if (!cpu_state_read(&state))
        return false;
    general = locate_general(&state);
    *value = state.general[number];
    return true;
}

bool cpu_state_stamp(struct cpu_state *state, uint64_t time)
{
    if (!general && cpu_state_read(state))
        general = locate_general(state);
    if (!general)
        return false;
    general[0] = (uint32_t)time;
    general[2] = (uint32_t)(time >> 32);
    return true;
}

int64_t cpu_state_guest_ns(void)
{
    return qemu_clock(CLOCK_VIRTUAL);
}

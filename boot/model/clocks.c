// SPDX-License-Identifier: GPL-2.0-or-later
#include "clocks.h"

#include "psv.h"

#include <stdio.h>
#include <string.h>

enum { CLOCKS_LIMIT = 10000 };

static const struct kind_name {
    const char *name;
    enum clocks_kind kind;
    unsigned values;
} kind_names[] = {
    {"fixed", CLOCKS_FIXED, 1},
    {"taken", CLOCKS_TAKEN, 2},
    {"io", CLOCKS_IO, 2},
    {"rep", CLOCKS_REP, 4},
    {"rep_io", CLOCKS_REP_IO, 3},
    {"enter", CLOCKS_ENTER, 4},
    {"iret", CLOCKS_IRET, 2},
    {"interrupt", CLOCKS_INTERRUPT, 2},
    {"retf", CLOCKS_RETF, 2},
    {"invlpg", CLOCKS_INVLPG, 2},
    {"level", CLOCKS_LEVEL, 2},
    {"gate", CLOCKS_GATE, 4},
    {"absent", CLOCKS_ABSENT, 0},
    {"range", CLOCKS_RANGE, 2},
    {"multiplier", CLOCKS_MULTIPLIER, 2},
    {"scan_forward", CLOCKS_SCAN_FORWARD, 2},
    {"scan_reverse", CLOCKS_SCAN_REVERSE, 2},
    {"condition", CLOCKS_CONDITION, 2},
};

static const struct kind_name *find_kind(const char *name)
{
    for (unsigned i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (strcmp(kind_names[i].name, name) == 0)
            return &kind_names[i];
    return NULL;
}

static bool parse_values(char *field, const struct kind_name *kind, struct clocks_entry *entry, char *message,
                         size_t size)
{
    unsigned count = 0;
    for (char *word; (word = strsep(&field, " ")) && *word; count++) {
        unsigned value;
        if (count == CLOCKS_VALUES || !psv_number(word, CLOCKS_LIMIT, &value)) {
            snprintf(message, size, "%.40s is not a number of clocks", word);
            return false;
        }
        entry->value[count] = (uint16_t)value;
    }
    if (clocks_by_a_value(entry) && count == kind->values)
        entry->value[count++] = (uint16_t)((entry->value[0] + entry->value[1] + 1u) / 2);
    unsigned expected = clocks_by_a_value(entry) ? CLOCKS_ASSUMED + 1 : kind->values;
    if (count != expected)
        snprintf(message, size, "the kind %s takes %u numbers of clocks", kind->name, kind->values);
    return count == expected;
}

static bool add_entry(struct clocks *clocks, struct clocks_entry *entry, const char *mnemonic, const char *form,
                      char *message, size_t size)
{
    if (strlen(mnemonic) >= CLOCKS_NAME || strlen(form) >= CLOCKS_FORM || clocks->count == CLOCKS_MAX_ROWS)
        snprintf(message, size, "the mnemonic or form is too long, or the table too large");
    else if (clocks_find(clocks, mnemonic, form))
        snprintf(message, size, "%s %s is given twice", mnemonic, form);
    else {
        strcpy(entry->mnemonic, mnemonic);
        strcpy(entry->form, form);
        clocks->entry[clocks->count++] = *entry;
    }
    return message[0] == 0;
}

static bool parse_pair(const char *field, enum clocks_pair *pair, char *message, size_t size)
{
    static const char *const names[] = {"NP", "PU", "PV", "UV"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(field, names[i]) == 0) {
            *pair = (enum clocks_pair)i;
            return true;
        }
    snprintf(message, size, "unknown pairing class %.40s", field);
    return false;
}

// The columns after the clocks begin at `rest`.
static bool store_entry(struct clocks *clocks, const struct psv_row *row, struct clocks_entry entry, unsigned rest,
                        char *message, size_t size)
{
    const struct kind_name *kind = find_kind(row->field[2]);
    if (!kind) {
        snprintf(message, size, "unknown kind %.40s", row->field[2]);
        return false;
    }
    entry.kind = kind->kind;
    if (!parse_values(row->field[3], kind, &entry, message, size) ||
        !psv_sourced(row->field[rest], row->field[rest + 1], message, size))
        return false;
    char *names = row->field[0];
    for (char *name; (name = strsep(&names, " "));)
        if (!add_entry(clocks, &entry, name, row->field[1], message, size))
            return false;
    return true;
}

static bool store_row(void *context, const struct psv_row *row, char *message, size_t size)
{
    return store_entry(context, row, (struct clocks_entry){.pair = PAIR_NONE}, 4, message, size);
}

static bool store_paired_row(void *context, const struct psv_row *row, char *message, size_t size)
{
    struct clocks_entry entry = {.pair = PAIR_NONE};
    return parse_pair(row->field[4], &entry.pair, message, size) && store_entry(context, row, entry, 5, message, size);
}

bool clocks_read(const char *path, bool paired, struct clocks *clocks, char *message)
{
    clocks->count = 0;
    if (paired)
        return psv_read(path, "mnemonic|form|kind|clocks|pair|conf|source|note", store_paired_row, clocks, message);
    return psv_read(path, "mnemonic|form|kind|clocks|conf|source|note", store_row, clocks, message);
}

const struct clocks_entry *clocks_find(const struct clocks *clocks, const char *mnemonic, const char *form)
{
    for (unsigned i = 0; i < clocks->count; i++) {
        const struct clocks_entry *entry = &clocks->entry[i];
        if (strcmp(entry->mnemonic, mnemonic) == 0 && strcmp(entry->form, form) == 0)
            return entry;
    }
    return NULL;
}

unsigned clocks_fixed(const struct clocks_entry *entry, bool alternative)
{
    if (clocks_by_a_value(entry))
        return entry->value[CLOCKS_ASSUMED];
    return entry->value[entry->kind != CLOCKS_FIXED && alternative];
}

unsigned clocks_repeated(const struct clocks_entry *entry, unsigned count, bool beyond_iopl)
{
    if (entry->kind == CLOCKS_REP_IO)
        return entry->value[beyond_iopl] + entry->value[2] * count;
    return count < 2 ? entry->value[count] : entry->value[2] + entry->value[3] * count;
}

unsigned clocks_gate(const struct clocks_entry *entry, bool inner, unsigned parameters)
{
    if (entry->kind != CLOCKS_GATE || !inner)
        return entry->value[0];
    return parameters ? entry->value[2] + entry->value[3] * parameters : entry->value[1];
}

// The early-out multiplication looks at the multiplier's bits up to the highest one, and at no fewer than 3, or 5 of a
// negative one. The least clocks are those of 3 bits.
static unsigned multiplier_clocks(unsigned least, int64_t multiplier)
{
    enum { LEAST_BITS = 3, LEAST_BITS_NEGATIVE = 5 };
    uint64_t magnitude = multiplier < 0 ? -(uint64_t)multiplier : (uint64_t)multiplier;
    unsigned floor = multiplier < 0 ? LEAST_BITS_NEGATIVE : LEAST_BITS;
    unsigned bits = magnitude > 1 ? 64 - (unsigned)__builtin_clzll(magnitude - 1) : 0; // the logarithm, rounded up
    return least - LEAST_BITS + (bits > floor ? bits : floor);
}

// BSF skips zero bytes, then a zero nibble, then zero bits. The least clocks are those of an operand of zero.
static unsigned scan_forward_clocks(unsigned least, uint32_t operand)
{
    enum { START = 2, PER_BYTE = 4, PER_NIBBLE = 3, PER_BIT = 3 };
    if (!operand)
        return least;
    unsigned bit = (unsigned)__builtin_ctz(operand);
    return least + START + PER_BYTE * (bit / 8 + 1) + PER_NIBBLE * (bit % 8 / 4 + 1) + PER_BIT * (bit % 4 + 1);
}

// BSR looks at one bit after the other, from bit 31 whatever the operand's width.
static unsigned scan_reverse_clocks(unsigned least, uint32_t operand)
{
    enum { START = 1, PER_BIT = 3 };
    return operand ? least + START + PER_BIT * ((unsigned)__builtin_clz(operand) + 1) : least;
}

unsigned clocks_for(const struct clocks_entry *entry, int64_t value)
{
    switch (entry->kind) {
    case CLOCKS_MULTIPLIER:
        return multiplier_clocks(entry->value[0], value);
    case CLOCKS_SCAN_FORWARD:
        return scan_forward_clocks(entry->value[0], (uint32_t)value);
    case CLOCKS_SCAN_REVERSE:
        return scan_reverse_clocks(entry->value[0], (uint32_t)value);
    case CLOCKS_CONDITION:
        return entry->value[value == 0];
    default:
        return clocks_fixed(entry, false);
    }
}

unsigned clocks_enter(const struct clocks_entry *entry, unsigned level)
{
    return level < 2 ? entry->value[level] : entry->value[2] + entry->value[3] * level;
}

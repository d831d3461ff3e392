// SPDX-License-Identifier: GPL-2.0-or-later
// How many clocks does an instruction form take with its operands in the cache? The table is clocks.psv.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CLOCKS_VALUES = 4, CLOCKS_MAX_ROWS = 2048, CLOCKS_NAME = 12, CLOCKS_FORM = 16 };

enum clocks_kind {
    CLOCKS_FIXED,
    CLOCKS_TAKEN,
    CLOCKS_IO,
    CLOCKS_REP,
    CLOCKS_REP_IO,
    CLOCKS_ENTER,
    CLOCKS_INTERRUPT,
    CLOCKS_IRET,
    CLOCKS_RETF,
    CLOCKS_GATE,
    CLOCKS_INVLPG,
    CLOCKS_LEVEL,
    CLOCKS_ABSENT,
    // A value decides. Of CLOCKS_RANGE no formula is printed; clocks_for has those of the others.
    CLOCKS_RANGE,
    CLOCKS_MULTIPLIER,
    CLOCKS_SCAN_FORWARD,
    CLOCKS_SCAN_REVERSE,
    CLOCKS_CONDITION,
};

// Of the kinds that a value decides: the place of what is charged where the model does not know it.
enum { CLOCKS_ASSUMED = 2 };

// In which pipe of the Pentium a form may issue when two issue together.
enum clocks_pair { PAIR_NONE, PAIR_U = 1, PAIR_V = 2, PAIR_EITHER = PAIR_U | PAIR_V };

struct clocks_entry {
    char mnemonic[CLOCKS_NAME];
    char form[CLOCKS_FORM];
    enum clocks_kind kind;
    enum clocks_pair pair;
    uint16_t value[CLOCKS_VALUES];
};

struct clocks {
    unsigned count;
    struct clocks_entry entry[CLOCKS_MAX_ROWS];
};

// `paired`: the table has the column `pair`. Refuses an unknown kind, a wrong number of clocks and a form given twice;
// `message` (PSV_MESSAGE bytes) holds a sentence.
bool clocks_read(const char *path, bool paired, struct clocks *clocks, char *message);

// NULL if the table has no such form.
const struct clocks_entry *clocks_find(const struct clocks *clocks, const char *mnemonic, const char *form);

// Clocks of `entry` when the outcome is known: `alternative` is not taken, CPL > IOPL, or the outer level, by kind. A
// kind that a value decides is charged what is assumed of it: the midpoint of its two numbers, rounded up, if the table
// does not say.
unsigned clocks_fixed(const struct clocks_entry *entry, bool alternative);

// Clocks of a repeated string instruction of `count` steps.
unsigned clocks_repeated(const struct clocks_entry *entry, unsigned count, bool beyond_iopl);

// Clocks of a far call or jump through a call gate.
unsigned clocks_gate(const struct clocks_entry *entry, bool inner, unsigned parameters);

static inline bool clocks_by_a_value(const struct clocks_entry *entry)
{
    return entry->kind >= CLOCKS_RANGE;
}

// Clocks of a kind with a formula, for the value that decides: the multiplier, signed if the multiplication is; the
// operand that is scanned, unsigned; the truth of the condition.
unsigned clocks_for(const struct clocks_entry *entry, int64_t value);

unsigned clocks_enter(const struct clocks_entry *entry, unsigned level);

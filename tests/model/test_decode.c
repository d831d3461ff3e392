// SPDX-License-Identifier: BSD-2-Clause
// Does each encoding find its own row of clocks.psv, and does the record say what the instruction does?
#include "check.h"

#include "fixture.h"

#include <stddef.h>
#include <string.h>

static unsigned clocks_of(const char *bytes)
{
    const struct insn *insn = fixture_insn(bytes);
    return insn->clocks ? clocks_fixed(insn->clocks, false) : 9999;
}

static void encodings(void)
{
    EQUAL(clocks_of("50"), 1);    // push eax
    EQUAL(clocks_of("ff f0"), 4); // push eax, long form
    EQUAL(clocks_of("58"), 1);
    EQUAL(clocks_of("8f c0"), 4);
    EQUAL(clocks_of("d1 e0"), 3);    // shl eax,1
    EQUAL(clocks_of("c1 e0 01"), 2); // shl eax,1 as an immediate
    EQUAL(clocks_of("d3 e0"), 3);
    EQUAL(clocks_of("8e d8"), 9);
    EQUAL(clocks_of("8c d8"), 3);
    EQUAL(clocks_of("0f 22 c0"), 17);
    EQUAL(clocks_of("0f 22 d8"), 4);
    EQUAL(clocks_of("f6 f1"), 16);
    EQUAL(clocks_of("66 f7 f1"), 24);
    EQUAL(clocks_of("f7 f1"), 40);
    EQUAL(clocks_of("27"), 9999); // daa: not in the table
}

static void kinds(void)
{
    EQUAL(fixture_insn("0f 31")->clocks->kind, CLOCKS_ABSENT);
    EQUAL(fixture_insn("0f 44 c1")->clocks->kind, CLOCKS_ABSENT);
    EQUAL(fixture_insn("75 10")->clocks->kind, CLOCKS_TAKEN);
    EQUAL(fixture_insn("75 10")->target, 0x1012);
    EQUAL(fixture_insn("75 10")->flags & INSN_BRANCH, INSN_BRANCH);
    EQUAL(fixture_insn("f3 a5")->step_access, 2);
    EQUAL(fixture_insn("f3 ab")->step_access, 1);
    EQUAL(fixture_insn("cd 30")->vector, 0x30);
    EQUAL(fixture_insn("cc")->vector, 3);
    EQUAL(fixture_insn("0f 22 d8")->flags & INSN_CR3_WRITE, INSN_CR3_WRITE);
    EQUAL(fixture_insn("0f 20 d8")->flags & INSN_CR3_WRITE, 0);
    EQUAL(fixture_insn("8e c0")->flags & INSN_SEGMENT_LOAD, INSN_SEGMENT_LOAD);
    EQUAL(fixture_insn("8c c0")->flags & INSN_SEGMENT_LOAD, 0);
}

static void markers(void)
{
    EQUAL(fixture_insn("a9 01 00 34 4c")->marker, MARKER_CASE);
    EQUAL(fixture_insn("a9 05 00 34 4c")->marker, MARKER_END);
    EQUAL(fixture_insn("a9 00 00 34 4c")->marker, MARKER_NONE);
    EQUAL(fixture_insn("a9 06 00 34 4c")->marker, MARKER_NONE);
    EQUAL(fixture_insn("a8 01")->marker, MARKER_NONE);
}

// The same bytes at the same address are one record: comparing pointers tells instructions apart.
static void identity(void)
{
    EQUAL(fixture_insn("f3 a5") == fixture_insn("f3 a5"), true);
    EQUAL(fixture_insn("f3 a5") == fixture_insn("f3 a4"), false);
}

static void formulas(void)
{
    const struct clocks_entry *copy = fixture_insn("f3 a5")->clocks;
    EQUAL(clocks_repeated(copy, 0, false), 5);
    EQUAL(clocks_repeated(copy, 1, false), 13);
    EQUAL(clocks_repeated(copy, 2, false), 18);
    EQUAL(clocks_repeated(copy, 1024, false), 3084);
    const struct clocks_entry *input = fixture_insn("f3 6c")->clocks;
    EQUAL(clocks_repeated(input, 2, false), 26);
    EQUAL(clocks_repeated(input, 2, true), 46);
    EQUAL(clocks_enter(fixture_insn("c8 04 00 03")->clocks, 3), 26);
    EQUAL(clocks_fixed(fixture_insn("0f bd c1")->clocks, false), 55);
    EQUAL(clocks_fixed(fixture_insn("75 10")->clocks, true), 1);
}

void test_decode(void)
{
    encodings();
    kinds();
    markers();
    identity();
    formulas();
}

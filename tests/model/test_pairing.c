// SPDX-License-Identifier: BSD-2-Clause
// Which instructions issue together, and what do the pairs before add? Instructions are given as bytes, through the
// decoder.
#include "check.h"

#include "fixture.h"

#include "boot/model/pairing.h"

#include <stddef.h>

static enum pairing_bar bar(const char *first, const char *second)
{
    return pairing_bar(fixture_pentium_insn(first), fixture_pentium_insn(second));
}

static void classes(void)
{
    EQUAL(bar("89 c8", "89 d3"), PAIRING_JOINS);             // mov eax,ecx; mov ebx,edx: UV, UV
    EQUAL(bar("11 c8", "89 d3"), PAIRING_JOINS);             // adc eax,ecx: PU
    EQUAL(bar("89 d3", "11 c8"), PAIRING_CLASS);             // PU in the v pipe
    EQUAL(bar("39 c8", "74 00"), PAIRING_JOINS);             // cmp eax,ecx; je: PV, and the flags are no dependency
    EQUAL(bar("74 00", "89 d3"), PAIRING_CLASS);             // PV in the u pipe
    EQUAL(bar("f7 d8", "89 d3"), PAIRING_CLASS);             // neg eax: NP
    EQUAL(bar("89 d3", "f7 d8"), PAIRING_CLASS);             //
    EQUAL(bar("a9 01 00 00 00", "89 d3"), PAIRING_JOINS);    // test eax,1: opcode A9
    EQUAL(bar("f7 c1 01 00 00 00", "89 d3"), PAIRING_CLASS); // test ecx,1: opcode F7
    EQUAL(bar("c1 e0 03", "89 d3"), PAIRING_JOINS);          // shl eax,3: PU
    EQUAL(bar("89 d3", "c1 e0 03"), PAIRING_CLASS);          //
    EQUAL(bar("d3 e0", "89 d3"), PAIRING_CLASS);             // shl eax,cl
    EQUAL(bar("c1 c0 03", "89 d3"), PAIRING_CLASS);          // rol eax,3
    EQUAL(bar("d1 c0", "89 d3"), PAIRING_JOINS);             // rol eax,1: PU
    EQUAL(bar("89 d3", "e8 00 00 00 00"), PAIRING_JOINS);    // call
    EQUAL(bar("89 d3", "ff d1"), PAIRING_CLASS);             // call ecx
    EQUAL(bar("89 d3", "0f 84 00 00 00 00"), PAIRING_JOINS); // je, near: its 0Fh is no prefix
    EQUAL(bar("c3", "89 d3"), PAIRING_CLASS);                // ret
    EQUAL(bar("cd 30", "89 d3"), PAIRING_CLASS);             // int
}

static void registers(void)
{
    EQUAL(bar("89 c8", "89 c3"), PAIRING_REGISTER);    // mov eax,ecx; mov ebx,eax: read after write
    EQUAL(bar("89 c8", "89 d0"), PAIRING_REGISTER);    // mov eax,ecx; mov eax,edx: write after write
    EQUAL(bar("89 c3", "89 c8"), PAIRING_JOINS);       // mov ebx,eax; mov eax,ecx: write after read
    EQUAL(bar("b0 01", "b4 02"), PAIRING_REGISTER);    // mov al,1; mov ah,2: parts are the register
    EQUAL(bar("88 c8", "88 c3"), PAIRING_REGISTER);    // mov al,cl; mov bl,al
    EQUAL(bar("89 c8", "8b 18"), PAIRING_REGISTER);    // mov eax,ecx; mov ebx,[eax]
    EQUAL(bar("89 c8", "8b 1c 01"), PAIRING_REGISTER); // mov eax,ecx; mov ebx,[ecx+eax]
}

static void stack(void)
{
    EQUAL(bar("50", "51"), PAIRING_JOINS);             // push eax; push ecx
    EQUAL(bar("50", "e8 00 00 00 00"), PAIRING_JOINS); // push eax; call
    EQUAL(bar("58", "59"), PAIRING_JOINS);             // pop eax; pop ecx
    EQUAL(bar("50", "59"), PAIRING_REGISTER);          // push eax; pop ecx
    EQUAL(bar("58", "51"), PAIRING_REGISTER);          // pop eax; push ecx
    EQUAL(bar("50", "8b 0c 24"), PAIRING_REGISTER);    // push eax; mov ecx,[esp]
    EQUAL(bar("83 c4 04", "51"), PAIRING_REGISTER);    // add esp,4; push ecx
    EQUAL(bar("50", "89 d3"), PAIRING_JOINS);          // push eax; mov ebx,edx
    EQUAL(bar("ff 33", "51"), PAIRING_CLASS);          // push [ebx]
}

static void forms(void)
{
    EQUAL(bar("c7 43 08 05 00 00 00", "89 c1"), PAIRING_DISP_IMM);
    EQUAL(bar("89 c1", "c7 43 08 05 00 00 00"), PAIRING_DISP_IMM);
    EQUAL(bar("c7 03 05 00 00 00", "89 c1"), PAIRING_JOINS);
    EQUAL(bar("89 c1", "66 89 d3"), PAIRING_PREFIX);
    EQUAL(bar("66 89 d3", "89 c1"), PAIRING_JOINS);
    EQUAL(bar("89 c1", "26 8b 13"), PAIRING_PREFIX);
}

// Rows: what the u pipe does; columns: mov or register, read-modify, read-modify-write.
static void pair_times(void)
{
    static const unsigned clocks[3][3] = {{1, 2, 3}, {2, 2, 3}, {3, 4, 5}};
    for (unsigned first = 1; first <= 3; first++)
        for (unsigned second = 1; second <= 3; second++)
            EQUAL(pairing_clocks(first, second), clocks[first - 1][second - 1]);
}

static unsigned agi(const char *before, const char *insn)
{
    return pairing_agi(fixture_pentium_rules(), fixture_pentium_insn(before)->writes, fixture_pentium_insn(insn));
}

static void interlocks(void)
{
    EQUAL(agi("89 d1", "8b 01"), 1);    // mov ecx,edx; mov eax,[ecx]
    EQUAL(agi("89 d1", "8b 04 0b"), 1); // mov ecx,edx; mov eax,[ebx+ecx]: the index, too
    EQUAL(agi("89 d1", "8d 41 04"), 1); // lea
    EQUAL(agi("89 d1", "8b 02"), 0);
    EQUAL(agi("83 c4 04", "50"), 1); // add esp,4; push eax
    EQUAL(agi("50", "51"), 0);
    EQUAL(agi("50", "8b 04 24"), 0); // push eax; mov eax,[esp]
}

static void prefixes(void)
{
    EQUAL(pairing_prefixes(fixture_pentium_insn("66 b8 01 00")), 1);
    EQUAL(pairing_prefixes(fixture_pentium_insn("66 3e 8b 03")), 2);
    EQUAL(pairing_prefixes(fixture_pentium_insn("0f b6 c1")), 1);
    EQUAL(pairing_prefixes(fixture_pentium_insn("f3 a5")), 1);
    EQUAL(pairing_prefixes(fixture_pentium_insn("0f 84 00 00 00 00")), 0);
}

// Four clocks hide three prefix clocks of the next two pairs, not of the third.
static void shadows(void)
{
    const struct insn *insn = fixture_pentium_insn("90");
    struct pairing pairing = {.first = NULL};
    pairing_issue(&pairing, insn, false, 4);
    EQUAL(pairing_hide(&pairing, 1), 0);
    pairing_issue(&pairing, insn, false, 1);
    EQUAL(pairing_hide(&pairing, 3), 1);
    pairing_issue(&pairing, insn, false, 4);
    pairing_issue(&pairing, insn, false, 1);
    pairing_issue(&pairing, insn, false, 1);
    EQUAL(pairing_hide(&pairing, 1), 1);
}

// The interlock looks at both of the pair before, and a pair's second not at its first.
static void issue(void)
{
    struct pairing pairing = {.first = NULL};
    pairing_issue(&pairing, fixture_pentium_insn("89 d1"), false, 1);
    EQUAL(pairing.first != NULL, true);
    pairing_issue(&pairing, fixture_pentium_insn("89 d3"), true, 0);
    EQUAL(pairing.first == NULL, true);
    EQUAL(pairing.writes, 1 << 1 | 1 << 3);
    pairing_issue(&pairing, fixture_pentium_insn("f7 d8"), false, 1);
    EQUAL(pairing.first == NULL, true);
    EQUAL(pairing.before, 1 << 1 | 1 << 3);
    EQUAL(pairing.writes, 1 << 0);
}

void test_pairing(void)
{
    classes();
    registers();
    stack();
    forms();
    pair_times();
    interlocks();
    prefixes();
    shadows();
    issue();
}

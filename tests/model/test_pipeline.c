// SPDX-License-Identifier: BSD-2-Clause
// Which clocks does decoding add? Instructions are given as bytes, through the decoder.
#include "check.h"

#include "fixture.h"

#include "boot/model/pipeline.h"

#include <string.h>

// The stalls of the second instruction after the first, which took `clocks`.
static struct pipeline_stalls pair(const char *first, unsigned clocks, const char *second, bool redirected)
{
    struct pipeline pipeline;
    pipeline_clear(&pipeline);
    pipeline_after(&pipeline, fixture_insn(first), clocks, clocks, redirected);
    return pipeline_stalls(&pipeline, fixture_rules(), fixture_insn(second));
}

static void interlocks(void)
{
    EQUAL(pair("89 d1", 1, "8b 01", false).agi, 1);    // mov ecx,edx; mov eax,[ecx]
    EQUAL(pair("89 d1", 1, "8b 02", false).agi, 0);    // mov ecx,edx; mov eax,[edx]
    EQUAL(pair("89 d1", 1, "8b 04 0b", false).agi, 0); // mov ecx,edx; mov eax,[ebx+ecx]: index only
    EQUAL(pair("89 d1", 1, "8b 04 19", false).agi, 1); // mov ecx,edx; mov eax,[ecx+ebx]
    EQUAL(pair("89 11", 1, "8b 01", false).agi, 0);    // mov [ecx],edx; mov eax,[ecx]: memory, not ECX
    EQUAL(pair("59", 1, "8b 01", false).agi, 1);       // pop ecx; mov eax,[ecx]
    EQUAL(pair("f7 e1", 28, "8b 02", false).agi, 1);   // mul ecx; mov eax,[edx]: implicit destination
    EQUAL(pair("b1 05", 1, "8b 01", false).agi, 1);    // mov cl,5; mov eax,[ecx]
    EQUAL(pair("89 d1", 1, "8d 41 04", false).agi, 1); // mov ecx,edx; lea eax,[ecx+4]
    EQUAL(pair("89 d1", 1, "ff e1", false).agi, 0);    // mov ecx,edx; jmp ecx: no address
}

static void stack_pointer(void)
{
    EQUAL(pair("83 c4 04", 1, "50", false).agi, 1); // add esp,4; push eax
    EQUAL(pair("89 ec", 1, "5d", false).agi, 1);    // mov esp,ebp; pop ebp
    EQUAL(pair("83 c4 04", 1, "c3", false).agi, 1); // add esp,4; ret
    EQUAL(pair("83 c4 04", 1, "e8 00 00 00 00", false).agi, 1);
    EQUAL(pair("50", 1, "51", false).agi, 0);             // push eax; push ecx
    EQUAL(pair("50", 1, "8b 04 24", false).agi, 0);       // push eax; mov eax,[esp]
    EQUAL(pair("c9", 5, "c3", false).agi, 0);             // leave; ret
    EQUAL(pair("83 c4 04", 1, "8b 04 24", false).agi, 1); // add esp,4; mov eax,[esp]
}

static void address_forms(void)
{
    EQUAL(pair("90", 1, "8b 04 0b", false).index, 1); // mov eax,[ebx+ecx]
    EQUAL(pair("90", 1, "8b 04 24", false).index, 0); // mov eax,[esp]: SIB without index
    EQUAL(pair("90", 1, "c7 43 08 05 00 00 00", false).disp_imm, 1);
    EQUAL(pair("90", 1, "c7 03 05 00 00 00", false).disp_imm, 0);
    EQUAL(pair("90", 1, "8b 43 08", false).disp_imm, 0);
    EQUAL(pair("90", 1, "c7 44 0b 08 05 00 00 00", false).index, 1);
    EQUAL(pair("90", 1, "c7 44 0b 08 05 00 00 00", false).disp_imm, 0); // not added to index
}

static void prefixes(void)
{
    EQUAL(pair("90", 1, "66 b8 01 00", false).prefix, 1);
    EQUAL(pair("90", 1, "66 3e 8b 03", false).prefix, 2);
    EQUAL(pair("c1 e0 03", 2, "66 b8 01 00", false).prefix, 0);
    EQUAL(pair("eb 00", 3, "66 b8 01 00", true).prefix, 1);
    EQUAL(pair("89 d1", 1, "66 8b 01", false).prefix, 0); // hidden by the AGI
    EQUAL(pair("c1 e0 03", 2, "66 3e 8b 03", false).prefix, 1);
    EQUAL(pair("90", 1, "f3 a5", false).prefix, 0);
    EQUAL(pair("90", 1, "0f b6 c1", false).prefix, 0);
    EQUAL(pair("90", 1, "f0 ff 03", false).prefix, 1);
}

static void partial_registers(void)
{
    EQUAL(pair("b0 01", 1, "89 c1", false).partial_register, 1); // mov al,1; mov ecx,eax
    EQUAL(pair("b4 01", 1, "89 c1", false).partial_register, 1); // mov ah,1; mov ecx,eax
    EQUAL(pair("66 b8 01 00", 1, "89 c1", false).partial_register, 1);
    EQUAL(pair("b0 01", 1, "88 c1", false).partial_register, 0); // mov al,1; mov cl,al
    EQUAL(pair("b8 01 00 00 00", 1, "89 c1", false).partial_register, 0);
    EQUAL(pair("b0 01", 1, "8b 00", false).partial_register, 0); // mov al,1; mov eax,[eax]: the AGI covers it
}

// The byte-register stall of the third instruction after the first two, which took these clocks.
static unsigned third(const char *first, unsigned clocks, const char *second, unsigned clocks2, const char *last)
{
    struct pipeline pipeline;
    pipeline_clear(&pipeline);
    pipeline_after(&pipeline, fixture_insn(first), clocks, clocks, false);
    pipeline_after(&pipeline, fixture_insn(second), clocks2, clocks2, false);
    return pipeline_stalls(&pipeline, fixture_rules(), fixture_insn(last)).byte_write;
}

static void byte_registers_before_addresses(void)
{
    EQUAL(third("88 ca", 1, "90", 1, "8b 03"), 1);          // mov dl,cl; nop; mov eax,[ebx]
    EQUAL(third("90", 1, "88 ca", 1, "8b 03"), 0);          // nop; mov dl,cl; mov eax,[ebx]
    EQUAL(third("88 c2", 1, "b1 03", 1, "8b 3b"), 2);       // mov dl,al; mov cl,3; mov edi,[ebx]
    EQUAL(third("90", 1, "b3 03", 1, "8b 03"), 1);          // nop; mov bl,3; mov eax,[ebx]: the AGI moves it back
    EQUAL(third("88 ca", 1, "c1 e0 03", 2, "8b 03"), 0);    // three clocks before
    EQUAL(third("c1 e2 03", 2, "90", 1, "8b 03"), 0);       // a whole register
    EQUAL(third("88 ca", 1, "90", 1, "a1 00 00 00 00"), 0); // no register in the address
    EQUAL(third("88 ca", 1, "90", 1, "50"), 0);             // push eax
}

void test_pipeline(void)
{
    interlocks();
    stack_pointer();
    address_forms();
    prefixes();
    partial_registers();
    byte_registers_before_addresses();
}

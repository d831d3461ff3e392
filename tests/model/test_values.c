// SPDX-License-Identifier: BSD-2-Clause
// Where a value decides: are the clocks those of the printed formula, and is the value taken from the right place?
// Worked out by hand.
#include "check.h"
#include "fixture.h"
#include "fixture_model.h"

#include "boot/model/block.h"
#include "boot/model/execute.h"
#include "boot/model/flow.h"
#include "boot/model/memory.h"

#include <stddef.h>
#include <string.h>

enum { EAX, ECX, EDX, EBX, EBP = 5, ESI };

// The clocks for a word in the register, in memory or in the instruction.
static unsigned clocks_with(const char *bytes, uint32_t word)
{
    const struct insn *insn = fixture_insn(bytes);
    return clocks_for(insn->clocks, insn_value_of(&insn->decides, word));
}

static void multipliers(void)
{
    EQUAL(clocks_with("f7 e1", 0), 13); // mul ecx
    EQUAL(clocks_with("f7 e1", 1), 13);
    EQUAL(clocks_with("f7 e1", 2), 13);
    EQUAL(clocks_with("f7 e1", 3), 13);
    EQUAL(clocks_with("f7 e1", 8), 13);
    EQUAL(clocks_with("f7 e1", 9), 14); // rounded up
    EQUAL(clocks_with("f7 e1", 16), 14);
    EQUAL(clocks_with("f7 e1", 17), 15);
    EQUAL(clocks_with("f7 e1", 0x80000000), 41);
    EQUAL(clocks_with("f7 e1", 0xFFFFFFFF), 42);
    EQUAL(clocks_with("f7 e9", 0x7FFFFFFF), 41); // imul ecx
    EQUAL(clocks_with("f7 e9", 0xFFFFFFFF), 15);
    EQUAL(clocks_with("f7 e9", (uint32_t)-32), 15);
    EQUAL(clocks_with("f7 e9", (uint32_t)-33), 16);
    EQUAL(clocks_with("f7 e9", 0x80000000), 41);
    EQUAL(clocks_with("f6 e1", 0x123400FF), 18); // mul cl
    EQUAL(clocks_with("f6 e5", 0x123411FF), 15); // mul ch
    EQUAL(clocks_with("f6 e9", 0x123400FF), 15); // imul cl
    EQUAL(clocks_with("66 f7 e1", 0x7777FFFF), 26);
    EQUAL(clocks_with("66 f7 e9", 0x77778000), 25);
}

static void scans(void)
{
    EQUAL(clocks_with("0f bc c1", 0), 6); // bsf eax,ecx
    EQUAL(clocks_with("0f bc c1", 1), 18);
    EQUAL(clocks_with("0f bc c1", 2), 21);
    EQUAL(clocks_with("0f bc c1", 3), 18);
    EQUAL(clocks_with("0f bc c1", 8), 27);
    EQUAL(clocks_with("0f bc c1", 0x10), 21);
    EQUAL(clocks_with("0f bc c1", 0x80), 30);
    EQUAL(clocks_with("0f bc c1", 0x100), 22);
    EQUAL(clocks_with("0f bc c1", 0x80000000), 42);
    EQUAL(clocks_with("0f bc 03", 0), 7); // bsf eax,[ebx]
    EQUAL(clocks_with("0f bc 03", 0x80000000), 43);
    EQUAL(clocks_with("66 0f bc c1", 0x10000), 6);
    EQUAL(clocks_with("0f bd c1", 0), 6); // bsr eax,ecx
    EQUAL(clocks_with("0f bd c1", 1), 103);
    EQUAL(clocks_with("0f bd c1", 2), 100);
    EQUAL(clocks_with("0f bd c1", 3), 100);
    EQUAL(clocks_with("0f bd c1", 0x80000000), 10);
    EQUAL(clocks_with("0f bd c1", 0xFFFFFFFF), 10);
    EQUAL(clocks_with("0f bd 03", 1), 104);
    EQUAL(clocks_with("66 0f bd c1", 0x80000001), 103);
}

static void conditions(void)
{
    EQUAL(clocks_with("0f 94 03", 1), 3); // sete [ebx]
    EQUAL(clocks_with("0f 94 03", 0), 4);
    EQUAL(fixture_insn("0f 94 c1")->own[0], 4); // sete cl
}

static void places(void)
{
    EQUAL(fixture_insn("f7 e1")->decides.place, VALUE_REGISTER);
    EQUAL(fixture_insn("f7 e1")->decides.number, ECX);
    EQUAL(fixture_insn("f7 e1")->plain, false);
    EQUAL(fixture_insn("f7 e4")->decides.place, VALUE_UNSEEN); // mul esp
    EQUAL(fixture_insn("f7 e4")->own[0], 28);
    EQUAL(fixture_insn("f7 23")->decides.place, VALUE_MEMORY);
    EQUAL(fixture_insn("0f af d1")->decides.number, ECX); // imul edx,ecx
    EQUAL(fixture_insn("0f af 13")->decides.place, VALUE_MEMORY);
    EQUAL(fixture_insn("0f 94 03")->decides.place, VALUE_MEMORY);
    EQUAL(fixture_insn("0f 94 c1")->decides.place, VALUE_UNSEEN);
    EQUAL(fixture_insn("0f 94 c1")->plain, true);
    EQUAL(fixture_insn("d3 d1")->decides.place, VALUE_UNSEEN); // rcl ecx,cl
    EQUAL(fixture_insn("0f b1 0b")->own[0], 9);                // cmpxchg [ebx],ecx
    EQUAL(fixture_insn("01 c8")->decides.place, VALUE_NONE);
    // imul edx,ecx by 100, by -100 and by 0x12345678; imul dx,cx by -33.
    EQUAL(fixture_insn("6b d1 64")->own[0], 17);
    EQUAL(fixture_insn("6b d1 9c")->own[0], 17);
    EQUAL(fixture_insn("69 d1 78 56 34 12")->own[0], 39);
    EQUAL(fixture_insn("66 6b d1 df")->own[0], 16);
    EQUAL(fixture_insn("6b d1 64")->plain, true);
}

// Passes each instruction, and says how the register is known then.
static enum block_value after(const char *const *passed, unsigned number, uint32_t *constant)
{
    struct block block;
    block_begin(&block);
    for (; *passed; passed++)
        block_pass(&block, fixture_insn(*passed));
    return block_register(&block, number, constant);
}

#define AFTER(number, ...) after((const char *const[]){__VA_ARGS__, NULL}, number, &constant)

static const char load_ecx[] = "8b 0b", load_edx[] = "8b 13", store_edx[] = "89 13", push_edx[] = "52",
                  inc_ecx[] = "41", mov_ecx_100[] = "b9 64 00 00 00", mov_cl_1[] = "b1 01", nop[] = "90";

static void stored_registers(void)
{
    uint32_t constant;
    EQUAL(AFTER(ECX, nop), BLOCK_STORED);
    EQUAL(AFTER(ECX, load_edx), BLOCK_STORED);
    EQUAL(AFTER(EDX, load_edx), BLOCK_UNKNOWN);
    EQUAL(AFTER(ECX, inc_ecx), BLOCK_UNKNOWN);
    EQUAL(AFTER(ECX, inc_ecx, nop), BLOCK_UNKNOWN);
    EQUAL(AFTER(ECX, inc_ecx, store_edx), BLOCK_STORED);
    EQUAL(AFTER(ECX, inc_ecx, load_edx), BLOCK_STORED);
    EQUAL(AFTER(ECX, inc_ecx, push_edx), BLOCK_STORED);
    EQUAL(AFTER(ECX, inc_ecx, load_ecx), BLOCK_UNKNOWN); // written after the access
    EQUAL(AFTER(ECX, store_edx, inc_ecx), BLOCK_UNKNOWN);
    EQUAL(AFTER(ECX, inc_ecx, "8d 13"), BLOCK_UNKNOWN);    // lea
    EQUAL(AFTER(ECX, inc_ecx, "0f 01 3b"), BLOCK_UNKNOWN); // invlpg
    EQUAL(AFTER(ECX, inc_ecx, "f3 ab"), BLOCK_UNKNOWN);    // rep stosd, perhaps of none
    EQUAL(AFTER(ECX, "66 41", nop), BLOCK_UNKNOWN);        // inc cx
    EQUAL(AFTER(ECX, "87 ca"), BLOCK_UNKNOWN);             // xchg edx,ecx
    EQUAL(AFTER(EDX, "f7 e1"), BLOCK_UNKNOWN);             // mul ecx
    EQUAL(AFTER(ESI, "a5"), BLOCK_UNKNOWN);                // movsd
    EQUAL(AFTER(EBX, "27"), BLOCK_UNKNOWN);                // daa: not in the table
    EQUAL(AFTER(EBX, "0f 04"), BLOCK_UNKNOWN);             // no instruction
}

// What the disassembler does not say.
static void hidden_writes(void)
{
    uint32_t constant;
    EQUAL(AFTER(EAX, "d7"), BLOCK_UNKNOWN);          // xlatb
    EQUAL(AFTER(EAX, "0f b1 0b"), BLOCK_UNKNOWN);    // cmpxchg [ebx],ecx
    EQUAL(AFTER(EAX, "0f b1 ca"), BLOCK_UNKNOWN);    // cmpxchg edx,ecx
    EQUAL(AFTER(EBP, "c8 04 00 00"), BLOCK_UNKNOWN); // enter 4,0
    EQUAL(AFTER(EBP, "c9"), BLOCK_UNKNOWN);          // leave
}

static void constants(void)
{
    uint32_t constant = 0;
    EQUAL(AFTER(ECX, mov_ecx_100), BLOCK_CONSTANT);
    EQUAL(constant, 100);
    EQUAL(AFTER(ECX, mov_ecx_100, load_edx), BLOCK_CONSTANT);
    EQUAL(AFTER(ECX, mov_ecx_100, inc_ecx), BLOCK_UNKNOWN);
    EQUAL(AFTER(ECX, mov_ecx_100, mov_cl_1), BLOCK_UNKNOWN);
    EQUAL(AFTER(ECX, mov_ecx_100, mov_cl_1, push_edx), BLOCK_STORED);
    EQUAL(AFTER(ECX, inc_ecx, "31 c9"), BLOCK_CONSTANT); // xor ecx,ecx
    EQUAL(constant, 0);
    EQUAL(AFTER(ECX, inc_ecx, "29 c9"), BLOCK_CONSTANT); // sub ecx,ecx
    EQUAL(AFTER(ECX, inc_ecx, "31 d1"), BLOCK_UNKNOWN);  // xor ecx,edx
    EQUAL(AFTER(ECX, "66 31 c9"), BLOCK_UNKNOWN);        // xor cx,cx
}

// The clocks of its own that the instruction is charged, after one access of `size` bytes if that is not 0.
static unsigned executed(struct model *model, const char *bytes, uint32_t linear, unsigned size, bool store)
{
    const struct flow flow = {.kind = FLOW_FALL};
    const struct insn *insn = fixture_insn(bytes);
    model->current = insn;
    model->access[0] = (struct access){linear, (uint8_t)size, store};
    model->accesses = size ? 1 : 0;
    uint64_t since = model->now;
    memset(model->counters.stalls, 0, sizeof model->counters.stalls);
    execute_insn(model, &flow);
    uint64_t own = model->now - since;
    for (unsigned i = 0; i < STALL_COUNT; i++)
        own -= model->counters.stalls[i];
    return (unsigned)own;
}

static void values_of_memory(void)
{
    struct model *model = fixture_model();
    fixture_put_word(model, 0x3000, 9);
    EQUAL(executed(model, "f7 23", 0x3000, 4, false), 14); // mul dword [ebx]
    EQUAL(executed(model, "f6 23", 0x3000, 1, false), 14);
    fixture_put_word(model, 0x3004, 0x01000000);
    EQUAL(executed(model, "0f bc 03", 0x3005, 4, false), 8 + 4 * 3 + 3 + 3 + 1); // bsf: bit 16 from there
    EQUAL(executed(model, "0f 94 03", 0x3007, 1, true), 3);                      // sete: it wrote 1
    EQUAL(executed(model, "0f 94 03", 0x3008, 1, true), 4);
    EQUAL(executed(model, "f7 23", 0x10000, 4, false), 28); // not in memory
    EQUAL(executed(model, "f7 23", 0, 0, false), 28);
}

// The second half of a dword may lie in another frame.
static void value_in_two_pages(void)
{
    enum { PAGING = 1u << 31, DIRECTORY = 0x1000, TABLE = 0x2000, PRESENT = 1 };
    struct model *model = fixture_model();
    uint32_t value;
    model->cpu.cr0 = PAGING;
    model->cpu.cr3 = DIRECTORY;
    fixture_put_word(model, DIRECTORY, TABLE | PRESENT);
    fixture_put_word(model, TABLE + 5 * 4, 9 << 12 | PRESENT);
    fixture_put_word(model, TABLE + 6 * 4, 4 << 12 | PRESENT);
    fixture_put_word(model, 0x9FFC, 0x12340000);
    fixture_put_word(model, 0x4000, 0x00005678);
    EQUAL(memory_peek_value(model, 0x5FFE, 4, &value), true);
    EQUAL(value, 0x56781234);
    EQUAL(memory_peek_value(model, 0x6FFE, 4, &value), false);
}

// It is of one execution only.
static void values_of_registers(void)
{
    struct model *model = fixture_model();
    model->value_known = true;
    model->value = 9;
    EQUAL(executed(model, "f7 e1", 0, 0, false), 14);
    EQUAL(executed(model, "f7 e1", 0, 0, false), 28);
}

void test_values(void)
{
    multipliers();
    scans();
    conditions();
    places();
    stored_registers();
    hidden_writes();
    constants();
    values_of_memory();
    value_in_two_pages();
    values_of_registers();
}

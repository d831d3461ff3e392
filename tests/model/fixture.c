// SPDX-License-Identifier: BSD-2-Clause
#include "fixture.h"

#include "boot/model/decode.h"
#include "boot/model/psv.h"

#include <stdio.h>
#include <stdlib.h>

enum fixture_machine { FIXTURE_I486, FIXTURE_PENTIUM, FIXTURE_MACHINES };
enum { PATH_BYTES = 512 };

static void require(bool ok, const char *message)
{
    if (ok)
        return;
    printf("%s\n", message);
    exit(1);
}

static const struct {
    const char *folder;
    bool paired;
    enum rules_of rules;
} machines[] = {{MACHINES "/i486", false, RULES_I486}, {MACHINES "/pentium", true, RULES_PENTIUM}};

static const struct clocks *read_clocks(enum fixture_machine machine)
{
    static struct clocks clocks[FIXTURE_MACHINES];
    if (!clocks[machine].count) {
        char message[PSV_MESSAGE], path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/clocks.psv", machines[machine].folder);
        require(clocks_read(path, machines[machine].paired, &clocks[machine], message), message);
    }
    return &clocks[machine];
}

const struct clocks *fixture_clocks(void)
{
    return read_clocks(FIXTURE_I486);
}

static const struct rules *read_rules(enum fixture_machine machine)
{
    static struct rules rules[FIXTURE_MACHINES];
    if (!rules[machine].tlb_entries) {
        char message[PSV_MESSAGE], path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/rules.psv", machines[machine].folder);
        require(rules_read(path, machines[machine].rules, &rules[machine], message), message);
    }
    return &rules[machine];
}

const struct rules *fixture_rules(void)
{
    return read_rules(FIXTURE_I486);
}

const struct rules *fixture_pentium_rules(void)
{
    return read_rules(FIXTURE_PENTIUM);
}

static const struct insn *decode(enum fixture_machine machine, const char *bytes)
{
    static struct decoder *decoder[FIXTURE_MACHINES];
    uint8_t code[INSN_MAX_BYTES];
    size_t size = 0;
    if (!decoder[machine])
        decoder[machine] = decoder_open(read_clocks(machine));
    require(decoder[machine] != NULL, "the decoder cannot be opened");
    for (char *end; *bytes && size < sizeof code; bytes = end)
        code[size++] = (uint8_t)strtoul(bytes, &end, 16);
    return decoder_insn(decoder[machine], 0x1000, code, size);
}

const struct insn *fixture_insn(const char *bytes)
{
    return decode(FIXTURE_I486, bytes);
}

const struct insn *fixture_pentium_insn(const char *bytes)
{
    return decode(FIXTURE_PENTIUM, bytes);
}

// SPDX-License-Identifier: BSD-2-Clause
#include "fixture.h"

#include "boot/model/decode.h"
#include "boot/model/psv.h"

#include <stdio.h>
#include <stdlib.h>

static void require(bool ok, const char *message)
{
    if (ok)
        return;
    printf("%s\n", message);
    exit(1);
}

const struct clocks *fixture_clocks(void)
{
    static struct clocks clocks;
    if (!clocks.count) {
        char message[PSV_MESSAGE];
        require(clocks_read(MACHINE "/clocks.psv", &clocks, message), message);
    }
    return &clocks;
}

const struct rules *fixture_rules(void)
{
    static struct rules rules;
    if (!rules.tlb_entries) {
        char message[PSV_MESSAGE];
        require(rules_read(MACHINE "/rules.psv", &rules, message), message);
    }
    return &rules;
}

const struct insn *fixture_insn(const char *bytes)
{
    static struct decoder *decoder;
    uint8_t code[INSN_MAX_BYTES];
    size_t size = 0;
    if (!decoder)
        decoder = decoder_open(fixture_clocks());
    require(decoder != NULL, "the decoder cannot be opened");
    for (char *end; *bytes && size < sizeof code; bytes = end)
        code[size++] = (uint8_t)strtoul(bytes, &end, 16);
    return decoder_insn(decoder, 0x1000, code, size);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline.h"

#include <string.h>

enum { CLOCKS_KEPT = 8 };

static unsigned agi_clocks(const struct pipeline *pipeline, const struct rules *rules, const struct insn *insn)
{
    if (pipeline->writes & insn->address_base)
        return rules->agi;
    if ((pipeline->writes & REGISTER_ESP) && (insn->flags & INSN_STACK_ADDRESS))
        return rules->agi_esp;
    if (pipeline->writes & insn->address_index)
        return rules->agi_index;
    return 0;
}

static unsigned prefix_clocks(const struct pipeline *pipeline, const struct rules *rules, const struct insn *insn,
                              bool agi)
{
    unsigned clocks = insn->prefixes * rules->prefix;
    bool hidden = insn->prefixes && (agi || pipeline->hides_prefix);
    unsigned saved = hidden ? rules->prefix_hidden : 0;
    return saved < clocks ? clocks - saved : 0;
}

static bool reads_partial(const struct pipeline *pipeline, const struct insn *insn)
{
    return (pipeline->writes_part8 & (insn->reads16 | insn->reads32)) || (pipeline->writes_part16 & insn->reads32);
}

// The rule's "two clocks before" is bit 1: an instruction of one clock lies between, or a wait of one clock, another
// penalty of this rule included. That is how a byte register in both clocks before costs twice.
static unsigned byte_write_clocks(const struct pipeline *pipeline, const struct rules *rules, const struct insn *insn,
                                  unsigned waited)
{
    unsigned stall = 0;
    if (!(insn->address_base | insn->address_index) || !rules->byte_write)
        return 0;
    for (unsigned history = (unsigned)pipeline->byte_writes << waited; history & 2; history <<= rules->byte_write)
        stall += rules->byte_write;
    return stall;
}

bool pipeline_flows(const struct pipeline *pipeline, const struct insn *insn)
{
    uint8_t stack = insn->flags & INSN_STACK_ADDRESS ? REGISTER_ESP : 0;
    return !(pipeline->writes & (insn->address_base | insn->address_index | stack)) &&
           !(pipeline->writes_part8 | pipeline->writes_part16 | pipeline->byte_writes | insn->prefixes) &&
           !(insn->flags & (INSN_INDEX | INSN_DISP_IMM));
}

struct pipeline_stalls pipeline_stalls(const struct pipeline *pipeline, const struct rules *rules,
                                       const struct insn *insn)
{
    struct pipeline_stalls stalls = {.agi = agi_clocks(pipeline, rules, insn)};
    stalls.prefix = prefix_clocks(pipeline, rules, insn, stalls.agi > 0);
    if (insn->flags & INSN_INDEX)
        stalls.index = rules->index;
    else if (insn->flags & INSN_DISP_IMM)
        stalls.disp_imm = rules->disp_imm;
    if (!stalls.agi && reads_partial(pipeline, insn))
        stalls.partial_register = rules->partial_register;
    stalls.byte_write = byte_write_clocks(pipeline, rules, insn, stalls.agi + stalls.partial_register);
    return stalls;
}

void pipeline_after(struct pipeline *pipeline, const struct insn *insn, unsigned clocks, unsigned elapsed,
                    bool redirected)
{
    pipeline->byte_writes = elapsed < CLOCKS_KEPT ? (uint8_t)(pipeline->byte_writes << elapsed) : 0;
    pipeline->byte_writes |= insn->writes_part8 != 0;
    pipeline->writes = insn->writes;
    pipeline->writes_part8 = insn->writes_part8;
    pipeline->writes_part16 = insn->writes_part16;
    pipeline->hides_prefix = clocks > 1 && !redirected;
}

void pipeline_clear(struct pipeline *pipeline)
{
    memset(pipeline, 0, sizeof *pipeline);
}

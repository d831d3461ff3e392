// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline.h"

#include <string.h>

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
    return stalls;
}

void pipeline_after(struct pipeline *pipeline, const struct insn *insn, unsigned clocks, bool redirected)
{
    pipeline->writes = insn->writes;
    pipeline->writes_part8 = insn->writes_part8;
    pipeline->writes_part16 = insn->writes_part16;
    pipeline->hides_prefix = clocks > 1 && !redirected;
}

void pipeline_clear(struct pipeline *pipeline)
{
    memset(pipeline, 0, sizeof *pipeline);
}

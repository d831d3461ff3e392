// SPDX-License-Identifier: GPL-2.0-or-later
#include "pairing.h"

#include <stddef.h>

enum { SHORT_CLOCKS = 3 };

// PUSH, POP and CALL move ESP ahead of the pipeline, so these three pairs do not depend on each other by it.
static bool stack_barred(const struct insn *first, const struct insn *second)
{
    if (!(first->flags & INSN_STACK_ADDRESS) || !((second->reads | second->writes) & REGISTER_ESP))
        return false;
    bool pushes = (first->flags & INSN_PUSH) && (second->flags & (INSN_PUSH | INSN_CALL));
    bool pops = (first->flags & INSN_POP) && (second->flags & INSN_POP);
    return !pushes && !pops;
}

static bool in_pipe(const struct insn *insn, enum clocks_pair pipe)
{
    return insn->clocks && (insn->clocks->pair & pipe);
}

enum pairing_bar pairing_bar(const struct insn *first, const struct insn *second)
{
    if (!in_pipe(first, PAIR_U) || !in_pipe(second, PAIR_V))
        return PAIRING_CLASS;
    if (pairing_prefixes(second))
        return PAIRING_PREFIX;
    if ((first->flags | second->flags) & INSN_DISP_IMM)
        return PAIRING_DISP_IMM;
    if ((first->writes & (second->reads | second->writes)) || stack_barred(first, second))
        return PAIRING_REGISTER;
    return PAIRING_JOINS;
}

unsigned pairing_clocks(unsigned first, unsigned second)
{
    static const uint8_t clocks[SHORT_CLOCKS][SHORT_CLOCKS] = {{1, 2, 3}, {2, 2, 3}, {3, 4, 5}};
    return clocks[first - 1][second - 1];
}

unsigned pairing_prefixes(const struct insn *insn)
{
    return insn->prefixes + !!(insn->flags & INSN_REPEAT_PREFIX) + !!(insn->flags & INSN_ESCAPE);
}

unsigned pairing_agi(const struct rules *rules, uint8_t writes, const struct insn *insn)
{
    bool stack = (writes & REGISTER_ESP) && (insn->flags & INSN_STACK_ADDRESS);
    return stack || (writes & (insn->address_base | insn->address_index)) ? rules->agi : 0;
}

unsigned pairing_hide(struct pairing *pairing, unsigned clocks)
{
    for (unsigned i = 2; i-- > 0;) {
        unsigned hidden = clocks < pairing->hides[i] ? clocks : pairing->hides[i];
        pairing->hides[i] -= hidden;
        clocks -= hidden;
    }
    return clocks;
}

void pairing_issue(struct pairing *pairing, const struct insn *insn, bool second, unsigned busy)
{
    if (second) {
        pairing->first = NULL;
        pairing->writes |= insn->writes;
        pairing->hides[0] += busy;
        return;
    }
    pairing->first = in_pipe(insn, PAIR_U) ? insn : NULL;
    pairing->before = pairing->writes;
    pairing->writes = insn->writes;
    pairing->earlier = pairing->last;
    pairing->last = insn->linear;
    pairing->transfers = false;
    pairing->hides[1] = pairing->hides[0];
    pairing->hides[0] = busy ? busy - 1 : 0;
}

void pairing_clear(struct pairing *pairing)
{
    pairing->first = NULL;
    pairing->writes = pairing->before = 0;
    pairing->hides[0] = pairing->hides[1] = 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Which two instructions of the Pentium issue together, in how many clocks, and what does the pair before add?
#pragma once

#include "insn.h"
#include "params.h"

// Why an instruction does not join the one before it.
enum pairing_bar {
    PAIRING_JOINS,
    PAIRING_CLASS,    // one of the two never pairs in that pipe
    PAIRING_REGISTER, // the second reads or writes what the first writes
    PAIRING_DISP_IMM, // one has a displacement and an immediate
    PAIRING_PREFIX,   // the second has a prefix
    PAIRING_FIRST,    // the code cache does not know yet where the first ends
    PAIRING_FETCH,    // the second was not there in time
};

enum { PAIRING_NO_BANK = -1 };

// What has issued so far. A pair is one instruction or two; the u pipe takes the first, the v pipe the second.
struct pairing {
    const struct insn *first; // alone in the last pair and able to take a partner, or NULL
    unsigned first_clocks;
    int first_bank;         // of its first memory access, or PAIRING_NO_BANK
    bool first_known;       // the code cache knew where it ends
    uint8_t writes, before; // registers written by the last pair, and by the pair before it
    uint32_t last, earlier; // where the last pair began, and the pair before it
    bool transfers;         // the last pair has a control transfer
    unsigned hides[2];      // prefix clocks that the last pair still hides, and those of the pair before it
};

// The static rules; `first` can issue in the u pipe alone.
enum pairing_bar pairing_bar(const struct insn *first, const struct insn *second);

// Clocks of a pair whose instructions take 1 to 3 clocks alone.
unsigned pairing_clocks(unsigned first, unsigned second);

// Prefix bytes that take a clock each to decode; the 0Fh of a jcc is none.
unsigned pairing_prefixes(const struct insn *insn);

// The address-generation interlock of `insn` after a pair that wrote the registers `writes`.
unsigned pairing_agi(const struct rules *rules, uint8_t writes, const struct insn *insn);

// Takes what earlier instructions hide of `clocks` prefix clocks, the older first; what is left must be charged.
unsigned pairing_hide(struct pairing *pairing, unsigned clocks);

// Records that `insn` issued, as the second of the last pair or as the first of a new one, and kept its pipe for `busy`
// clocks.
void pairing_issue(struct pairing *pairing, const struct insn *insn, bool second, unsigned busy);

// Forgets what could join or stall: a flush lies between.
void pairing_clear(struct pairing *pairing);

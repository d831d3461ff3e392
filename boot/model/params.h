// SPDX-License-Identifier: GPL-2.0-or-later
// Which added clocks, structure sizes and bus clocks does the model use? Read from rules.psv and boards/NAME.psv.
#pragma once

#include <stdbool.h>

// A processor's file has the keys that its model uses, and no others; the rest are 0.
enum rules_of { RULES_I486 = 1, RULES_PENTIUM = 2 };

struct rules {
    unsigned agi, agi_index, agi_esp, prefix, prefix_hidden, index, disp_imm, partial_register, byte_write, misaligned;
    unsigned queue_empty, target_crosses_line, descriptor_accessed, inta_cycles, inta_idle;
    unsigned cache_bytes, cache_ways, cache_line_bytes, write_buffers, queue_lines;
    unsigned tlb_entries, tlb_ways, tlb_walk, tlb_one_update, tlb_two_updates;
    unsigned tlb_code_entries, tlb_large_entries;
    unsigned bank_conflict, bank_bytes, banks;
    unsigned btb_entries, btb_ways, mispredict, mispredict_jcc_v;
};

enum { BOARD_NAME = 32 };

// Bus clocks in the r-b-w notation. Without a second-level cache (l2_bytes 0) read_* is the memory itself.
struct board {
    char name[BOARD_NAME];
    unsigned mhz, read_first, read_burst, write;
    unsigned l2_bytes, l2_line_bytes, l2_ways, l2_miss_first, l2_miss_burst;
};

// Both refuse an unknown key, a key given twice, a missing key and a value the model's structures cannot take;
// `message` (PSV_MESSAGE bytes) then holds a sentence.
bool rules_read(const char *path, enum rules_of processor, struct rules *rules, char *message);
// A second-level cache must have lines of `line_bytes`, like the cache of the chip.
bool board_read(const char *path, unsigned line_bytes, struct board *board, char *message);

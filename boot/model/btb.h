// SPDX-License-Identifier: GPL-2.0-or-later
// Where will control go? The Pentium's branch target buffer. An entry belongs to the address of the pair before the one
// with the control transfer, so one of a pair that meanwhile has no transfer may predict falsely.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { BTB_WAYS = 4, BTB_MAX_SETS = 64, BTB_TAKEN = 2, BTB_STRONGLY_TAKEN = 3 };

struct btb_entry {
    bool valid;
    uint8_t state; // 0 and 1 predict not taken, 2 and 3 taken
    uint32_t address, target;
};

struct btb {
    unsigned sets;
    unsigned replaced; // how many entries made room: the next victim's way, in turn
    struct btb_entry entry[BTB_MAX_SETS][BTB_WAYS];
};

void btb_init(struct btb *btb, unsigned entries);
void btb_flush(struct btb *btb);

// Learns the outcome of a control transfer after the pair at `address`; true if it was predicted. `blind`: there was no
// time to use a prediction.
bool btb_transfer(struct btb *btb, uint32_t address, bool taken, uint32_t target, bool blind);

// The pair after the one at `address` has no control transfer: true if the buffer predicted one.
bool btb_false_hit(struct btb *btb, uint32_t address);

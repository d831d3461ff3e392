// SPDX-License-Identifier: GPL-2.0-or-later
#include "btb.h"

#include <stddef.h>
#include <string.h>

void btb_init(struct btb *btb, unsigned entries)
{
    btb->sets = entries / BTB_WAYS;
    btb->replaced = 0;
    btb_flush(btb);
}

void btb_flush(struct btb *btb)
{
    memset(btb->entry, 0, sizeof btb->entry);
}

static struct btb_entry *set_of(struct btb *btb, uint32_t address)
{
    return btb->entry[address & (btb->sets - 1)];
}

static struct btb_entry *find(struct btb *btb, uint32_t address)
{
    struct btb_entry *set = set_of(btb, address);
    for (unsigned way = 0; way < BTB_WAYS; way++)
        if (set[way].valid && set[way].address == address)
            return &set[way];
    return NULL;
}

static struct btb_entry *victim(struct btb *btb, uint32_t address)
{
    struct btb_entry *set = set_of(btb, address);
    for (unsigned way = 0; way < BTB_WAYS; way++)
        if (!set[way].valid)
            return &set[way];
    return &set[btb->replaced++ % BTB_WAYS];
}

// From strongly not taken a taken transfer goes straight to strongly taken.
static void take(struct btb_entry *entry, uint32_t target)
{
    if (entry->state == 0)
        entry->state = BTB_STRONGLY_TAKEN;
    else if (entry->state < BTB_STRONGLY_TAKEN)
        entry->state++;
    entry->target = target;
}

bool btb_transfer(struct btb *btb, uint32_t address, bool taken, uint32_t target, bool blind)
{
    struct btb_entry *entry = find(btb, address);
    bool predicted = entry && entry->state >= BTB_TAKEN;
    bool right = taken ? predicted && entry->target == target && !blind : !predicted;
    if (!entry && taken) {
        entry = victim(btb, address);
        *entry = (struct btb_entry){.valid = true, .address = address};
    }
    if (taken)
        take(entry, target);
    else if (entry && entry->state)
        entry->state--;
    return right;
}

bool btb_false_hit(struct btb *btb, uint32_t address)
{
    struct btb_entry *entry = find(btb, address);
    if (!entry || entry->state < BTB_TAKEN)
        return false;
    entry->state--;
    return true;
}

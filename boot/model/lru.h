// SPDX-License-Identifier: GPL-2.0-or-later
// Which way is replaced? Of four, by the pseudo-LRU of i486 and Pentium: bit 0 names the pair used last (0: ways 0 and
// 1), bit 1 the way used last of the first pair, bit 2 that of the second; the victim is found by going the other way
// at each bit. Of two ways only bit 1 counts, which is true LRU.
#pragma once

#include <stdint.h>

enum { LRU_WAYS = 4 };

static inline uint8_t lru_touch(uint8_t bits, unsigned way)
{
    unsigned pair = way >> 1;
    unsigned inner = 2u << pair;
    unsigned cleared = bits & ~(1u | inner);
    return (uint8_t)(cleared | pair | ((way & 1) ? inner : 0));
}

// The way used last. To touch it again changes nothing.
static inline unsigned lru_latest(uint8_t bits)
{
    const unsigned ways = 0xDC98; // two bits for each of the eight values
    return ways >> bits * 2 & 3;
}

static inline unsigned lru_victim(uint8_t bits, unsigned ways)
{
    unsigned pair = ways == 2 ? 0 : (bits & 1) ^ 1;
    unsigned used = (bits >> (1 + pair)) & 1;
    return pair * 2 + (used ^ 1);
}

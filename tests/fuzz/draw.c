/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/draw.h"

#include "bench/support/memory.h"

enum { BOX_PAGES = 6, BOX_BYTES = BOX_PAGES * L4_PAGE_SIZE };
enum { KEYBOARD = 2 }; /* the id of its line */

uint32_t own_task;

uint32_t next(struct hostile *self)
{
    /* Other threads may write over this one's stack; 0 is the one state that never changes. */
    uint32_t x = self->random ? self->random : shared->counts.calls | 1;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    self->random = x;
    return x >> 3;
}

uint32_t below(struct hostile *self, uint32_t limit)
{
    return next(self) % limit;
}

bool one_in(struct hostile *self, uint32_t n)
{
    return below(self, n) == 0;
}

/* Each thread's own pages of the arena, on both sides of the 4 MB boundary for the middle one. */
static uint32_t box_of(const struct hostile *self)
{
    return ARENA_START + self->lthread * BOX_BYTES;
}

uint32_t any_address(struct hostile *self)
{
    static const uint32_t odd[] = {0,          4,          0xBFFFFFFC, 0xBFFFFFF0, 0xC0000000, 0xC0800000,
                                   0xDFFFFFFC, 0xE0000000, 0xE00A0740, 0xF0000000, 0xF0100000, 0xF7FFFFFC,
                                   0xFF000000, 0xFFFFFFFC, 0x30000000, 0xBFC00000, 0x00400000};

    switch (below(self, 4)) {
    case 0:
        return odd[below(self, sizeof(odd) / sizeof(odd[0]))] + below(self, 3);
    case 1:
        return next(self) << 3;
    default:
        return ARENA_START + below(self, ARENA_END - ARENA_START);
    }
}

uint32_t any_id(struct hostile *self)
{
    static const uint32_t odd[] = {0,        0xFFFFFFFF, 0x00000400, 0x04020001, 1,
                                   KEYBOARD, 16,         0x04FF0001, 0xFFFF0000, 0x04040001};
    uint32_t myself = own_task | self->lthread << L4_LTHREAD_SHIFT;

    switch (below(self, 8)) {
    case 0:
        return odd[below(self, sizeof(odd) / sizeof(odd[0]))];
    case 1:
        return shared->known[below(self, KNOWN_IDS)] ^ 1u << below(self, 32);
    case 2:
        return self->partner;
    case 3:
    case 4:
        return l4_thread_of(myself, below(self, HOSTILE_THREADS));
    default:
        return l4_thread_of(shared->known[below(self, KNOWN_IDS)], below(self, HOSTILE_THREADS));
    }
}

/* Mostly short, since who waits does not call. */
uint32_t any_timeouts(struct hostile *self)
{
    uint32_t faults = below(self, 3) ? l4_fault_timeouts(8 + below(self, 8), 8 + below(self, 8)) : 0;

    if (one_in(self, 4))
        return faults | l4_timeouts(0, 0);
    if (one_in(self, 16))
        return faults | (next(self) & 0xFFFF00FF);
    return faults | l4_timeouts(below(self, 3), below(self, 3));
}

uint32_t any_fpage(struct hostile *self)
{
    uint32_t bits = below(self, 8) ? 12 + below(self, 4) : below(self, 64);
    uint32_t base = one_in(self, 8) ? any_address(self) : box_of(self) + below(self, BOX_BYTES);

    return (base & ~0xFFFu) | bits << 2 | below(self, 4);
}

uint32_t any_window(struct hostile *self)
{
    if (one_in(self, 4))
        return l4_fpage(0, 32, 0);
    return l4_fpage(ARENA_START + 0x10000 * below(self, 4), 16, 0);
}

static uint32_t any_dope(struct hostile *self)
{
    uint32_t dwords = one_in(self, 8) ? next(self) : below(self, 64);
    uint32_t strings = one_in(self, 4) ? below(self, 32) : 0;

    return dwords << L4_DWORD_SHIFT | strings << 8 | (next(self) & 0xFF);
}

/* A structure of random contents, in the thread's own box as a rule; its address. */
uint32_t any_structure(struct hostile *self)
{
    uint32_t offset = (below(self, BOX_BYTES - 512)) & ~3u;
    uint32_t *words = (uint32_t *)(box_of(self) + (one_in(self, 4) ? offset | 0xF80 : offset));

    if (one_in(self, 8))
        return any_address(self);
    words[0] = one_in(self, 2) ? any_window(self) : 0;
    words[1] = any_dope(self);
    words[2] = any_dope(self);
    for (uint32_t i = 3; i < 3 + below(self, 24); i += 2) {
        words[i] = one_in(self, 2) ? any_address(self) : below(self, 300);
        words[i + 1] = one_in(self, 2) ? any_fpage(self) : any_address(self);
    }
    return (uint32_t)words;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode.h"

#include "decode_form.h"

#include <capstone/capstone.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1 << 16, ARENA_INSNS = 1024 };

struct node {
    struct insn insn;
    struct node *next;
};

struct decoder {
    csh capstone;
    const struct clocks *clocks;
    struct node *bucket[BUCKETS];
    struct node *arena;
    unsigned arena_used;
};

struct decoder *decoder_open(const struct clocks *clocks)
{
    struct decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return NULL;
    if (cs_open(CS_ARCH_X86, CS_MODE_32, &decoder->capstone) != CS_ERR_OK) {
        free(decoder);
        return NULL;
    }
    cs_option(decoder->capstone, CS_OPT_DETAIL, CS_OPT_ON);
    decoder->clocks = clocks;
    return decoder;
}

static struct node *new_node(struct decoder *decoder)
{
    if (!decoder->arena || decoder->arena_used == ARENA_INSNS) {
        decoder->arena = aligned_alloc(alignof(struct node), ARENA_INSNS * sizeof *decoder->arena);
        decoder->arena_used = 0;
        if (!decoder->arena)
            abort();
        memset(decoder->arena, 0, ARENA_INSNS * sizeof *decoder->arena);
    }
    return &decoder->arena[decoder->arena_used++];
}

static enum marker marker_of(const uint8_t *bytes, size_t size)
{
    uint32_t immediate;
    if (size != 5 || bytes[0] != 0xA9)
        return MARKER_NONE;
    memcpy(&immediate, bytes + 1, sizeof immediate);
    uint32_t number = immediate - 0x4C340000u;
    return number > MARKER_NONE && number < MARKER_COUNT ? (enum marker)number : MARKER_NONE;
}

static void describe(struct decoder *decoder, struct insn *insn)
{
    cs_insn *decoded;
    if (!cs_disasm(decoder->capstone, insn->bytes, insn->length, insn->linear, 1, &decoded)) {
        snprintf(insn->text, sizeof insn->text, "(bad)");
        insn->changes = UINT8_MAX;
        return;
    }
    snprintf(insn->text, sizeof insn->text, "%.20s%s%.40s", decoded->mnemonic, decoded->op_str[0] ? " " : "",
             decoded->op_str);
    decode_form(decoder->capstone, decoded, decoder->clocks, insn);
    cs_free(decoded, 1);
}

struct insn *decoder_insn(struct decoder *decoder, uint32_t linear, const uint8_t *bytes, size_t size)
{
    struct node **bucket = &decoder->bucket[(linear ^ linear >> 16) % BUCKETS];
    for (struct node *node = *bucket; node; node = node->next)
        if (node->insn.linear == linear && node->insn.length == size && memcmp(node->insn.bytes, bytes, size) == 0)
            return &node->insn;
    struct node *node = new_node(decoder);
    node->next = *bucket;
    *bucket = node;
    struct insn *insn = &node->insn;
    insn->linear = linear;
    insn->length = (uint8_t)size;
    insn->handles = NO_VECTOR;
    memcpy(insn->bytes, bytes, size);
    insn->marker = (uint8_t)marker_of(bytes, size);
    describe(decoder, insn);
    return insn;
}

void decoder_each(const struct decoder *decoder, void (*visit)(const struct insn *insn, void *data), void *data)
{
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++)
        for (const struct node *node = decoder->bucket[bucket]; node; node = node->next)
            visit(&node->insn, data);
}

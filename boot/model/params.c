// SPDX-License-Identifier: GPL-2.0-or-later
#include "params.h"

#include "psv.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { PARAMETER_LIMIT = 1 << 24, MAX_KEYS = 64, EVERY_PROCESSOR = RULES_I486 | RULES_PENTIUM };

struct key {
    const char *name;
    size_t offset;
    unsigned processors; // whose file has the key: a mask of enum rules_of
};

#define RULE(name, processors)                                                                                         \
    {                                                                                                                  \
#name, offsetof(struct rules, name), processors                                                                \
    }
static const struct key rule_keys[] = {
    RULE(agi, EVERY_PROCESSOR),
    RULE(prefix, EVERY_PROCESSOR),
    RULE(misaligned, EVERY_PROCESSOR),
    RULE(queue_empty, EVERY_PROCESSOR),
    RULE(descriptor_accessed, EVERY_PROCESSOR),
    RULE(inta_cycles, EVERY_PROCESSOR),
    RULE(inta_idle, EVERY_PROCESSOR),
    RULE(cache_bytes, EVERY_PROCESSOR),
    RULE(cache_ways, EVERY_PROCESSOR),
    RULE(cache_line_bytes, EVERY_PROCESSOR),
    RULE(write_buffers, EVERY_PROCESSOR),
    RULE(queue_lines, EVERY_PROCESSOR),
    RULE(tlb_entries, EVERY_PROCESSOR),
    RULE(tlb_ways, EVERY_PROCESSOR),
    RULE(tlb_walk, EVERY_PROCESSOR),
    RULE(target_crosses_line, EVERY_PROCESSOR),
    RULE(agi_index, RULES_I486),
    RULE(agi_esp, RULES_I486),
    RULE(prefix_hidden, RULES_I486),
    RULE(index, RULES_I486),
    RULE(disp_imm, RULES_I486),
    RULE(partial_register, RULES_I486),
    RULE(tlb_one_update, RULES_I486),
    RULE(tlb_two_updates, RULES_I486),
    RULE(byte_write, RULES_I486),
    RULE(tlb_code_entries, RULES_PENTIUM),
    RULE(tlb_large_entries, RULES_PENTIUM),
    RULE(bank_conflict, RULES_PENTIUM),
    RULE(bank_bytes, RULES_PENTIUM),
    RULE(banks, RULES_PENTIUM),
    RULE(btb_entries, RULES_PENTIUM),
    RULE(btb_ways, RULES_PENTIUM),
    RULE(mispredict, RULES_PENTIUM),
    RULE(mispredict_jcc_v, RULES_PENTIUM),
};

#define BOARD(name)                                                                                                    \
    {                                                                                                                  \
#name, offsetof(struct board, name), EVERY_PROCESSOR                                                           \
    }
static const struct key board_keys[] = {
    BOARD(mhz),           BOARD(read_first), BOARD(read_burst),    BOARD(write),         BOARD(l2_bytes),
    BOARD(l2_line_bytes), BOARD(l2_ways),    BOARD(l2_miss_first), BOARD(l2_miss_burst),
};

struct key_table {
    const struct key *keys;
    unsigned count;
    unsigned processor;
    bool seen[MAX_KEYS];
    char *base;
    char *name; // where the value of the key `name` goes; NULL if the table has none
};

// Letters, digits and dashes: the name goes into records and file names.
static bool store_name(const struct key_table *table, const struct psv_row *row, char *message, size_t size)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *name = row->field[1];
    if (!name[0] || name[strspn(name, allowed)] || strlen(name) >= BOARD_NAME) {
        snprintf(message, size, "the name must be up to %d small letters, digits and dashes", BOARD_NAME - 1);
        return false;
    }
    strcpy(table->name, name);
    return true;
}

static bool store_key(void *context, const struct psv_row *row, char *message, size_t size)
{
    struct key_table *table = context;
    if (table->name && strcmp(row->field[0], "name") == 0)
        return store_name(table, row, message, size);
    for (unsigned i = 0; i < table->count; i++) {
        if (!(table->keys[i].processors & table->processor) || strcmp(row->field[0], table->keys[i].name) != 0)
            continue;
        unsigned value;
        if (table->seen[i])
            snprintf(message, size, "the key %.60s is given twice", row->field[0]);
        else if (!psv_number(row->field[1], PARAMETER_LIMIT, &value))
            snprintf(message, size, "the value of %.60s is not a number of clocks or a size", row->field[0]);
        else if (psv_sourced(row->field[2], row->field[3], message, size))
            memcpy(table->base + table->keys[i].offset, &value, sizeof value);
        table->seen[i] = true;
        return message[0] == 0;
    }
    snprintf(message, size, "unknown key %.60s", row->field[0]);
    return false;
}

static bool read_keys(const char *path, struct key_table *table, char *message)
{
    if (!psv_read(path, "key|value|conf|source|note", store_key, table, message))
        return false;
    for (unsigned i = 0; i < table->count; i++)
        if (!table->seen[i] && (table->keys[i].processors & table->processor)) {
            snprintf(message, PSV_MESSAGE, "%.200s: the key %s is missing", path, table->keys[i].name);
            return false;
        }
    return true;
}

static bool power_of_two(unsigned value)
{
    return value && (value & (value - 1)) == 0;
}

static bool refuse(const char *path, const char *reason, char *message)
{
    snprintf(message, PSV_MESSAGE, "%.200s: %s", path, reason);
    return false;
}

static const char *i486_fault(const struct rules *rules)
{
    if (rules->cache_line_bytes != 16 || rules->cache_ways != 4)
        return "the model of the i486 has 16-byte lines and four ways";
    return NULL;
}

static const char *pentium_fault(const struct rules *rules)
{
    if (rules->cache_line_bytes != 32 || rules->cache_ways != 2 || rules->btb_ways != 4)
        return "the model of the Pentium has 32-byte lines, two ways of them and four of branch targets";
    if (!power_of_two(rules->btb_entries) || rules->btb_entries < 4 || rules->btb_entries > 256)
        return "btb_entries must be a power of two from 4 to 256";
    if (!power_of_two(rules->bank_bytes) || !power_of_two(rules->banks))
        return "bank_bytes and banks must be powers of two";
    return NULL;
}

static bool tlb_size(unsigned entries)
{
    return power_of_two(entries) && entries >= 4 && entries <= 256;
}

static const char *common_fault(const struct rules *rules)
{
    if (rules->tlb_ways != 4 || rules->queue_lines != 2)
        return "the model has TLBs of four ways and a queue of two lines";
    if (!power_of_two(rules->cache_bytes) || rules->cache_bytes < 64 || rules->cache_bytes > 65536)
        return "cache_bytes must be a power of two from 64 to 65536";
    if (!tlb_size(rules->tlb_entries))
        return "tlb_entries must be a power of two from 4 to 256";
    if (rules->write_buffers < 1 || rules->write_buffers > 16)
        return "write_buffers must be from 1 to 16";
    return NULL;
}

bool rules_read(const char *path, enum rules_of processor, struct rules *rules, char *message)
{
    memset(rules, 0, sizeof *rules);
    struct key_table table = {rule_keys, sizeof rule_keys / sizeof *rule_keys, processor, {0}, (char *)rules, NULL};
    if (!read_keys(path, &table, message))
        return false;
    const char *fault = processor == RULES_I486 ? i486_fault(rules) : pentium_fault(rules);
    if (!fault)
        fault = common_fault(rules);
    if (!fault && processor == RULES_PENTIUM &&
        (!tlb_size(rules->tlb_code_entries) || !tlb_size(rules->tlb_large_entries)))
        fault = "tlb_code_entries and tlb_large_entries must be powers of two from 4 to 256";
    return !fault || refuse(path, fault, message);
}

bool board_read(const char *path, unsigned line_bytes, struct board *board, char *message)
{
    memset(board, 0, sizeof *board);
    struct key_table table = {board_keys, sizeof board_keys / sizeof *board_keys, EVERY_PROCESSOR, {0}, (char *)board,
                              board->name};
    if (!read_keys(path, &table, message))
        return false;
    if (!board->name[0])
        return refuse(path, "the key name is missing", message);
    if (!board->mhz || !board->read_first || !board->read_burst || !board->write)
        return refuse(path, "mhz, read_first, read_burst and write must be at least 1", message);
    if (!board->l2_bytes)
        return true;
    if (board->l2_line_bytes != line_bytes || board->l2_ways != 1 || !power_of_two(board->l2_bytes))
        return refuse(path,
                      "a second-level cache must be direct mapped, with the chip's lines and a power of two of bytes",
                      message);
    if (board->l2_miss_first < board->read_first || board->l2_miss_burst < board->read_burst)
        return refuse(path, "a second-level miss cannot be faster than a hit", message);
    return true;
}

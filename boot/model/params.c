// SPDX-License-Identifier: GPL-2.0-or-later
#include "params.h"

#include "psv.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { PARAMETER_LIMIT = 1 << 24, MAX_KEYS = 32 };

struct key {
    const char *name;
    size_t offset;
};

#define RULE(name)                                                                                                     \
    {                                                                                                                  \
#name, offsetof(struct rules, name)                                                                            \
    }
static const struct key rule_keys[] = {
    RULE(agi),         RULE(agi_index),      RULE(agi_esp),
    RULE(prefix),      RULE(prefix_hidden),  RULE(index),
    RULE(disp_imm),    RULE(misaligned),     RULE(partial_register),
    RULE(queue_empty), RULE(inta_cycles),    RULE(target_crosses_line),
    RULE(inta_idle),   RULE(cache_bytes),    RULE(descriptor_accessed),
    RULE(cache_ways),  RULE(write_buffers),  RULE(cache_line_bytes),
    RULE(queue_lines), RULE(tlb_entries),    RULE(tlb_ways),
    RULE(tlb_walk),    RULE(tlb_one_update), RULE(tlb_two_updates),
    RULE(byte_write),
};

#define BOARD(name)                                                                                                    \
    {                                                                                                                  \
#name, offsetof(struct board, name)                                                                            \
    }
static const struct key board_keys[] = {
    BOARD(mhz),           BOARD(read_first), BOARD(read_burst),    BOARD(write),         BOARD(l2_bytes),
    BOARD(l2_line_bytes), BOARD(l2_ways),    BOARD(l2_miss_first), BOARD(l2_miss_burst),
};

struct key_table {
    const struct key *keys;
    unsigned count;
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
        if (strcmp(row->field[0], table->keys[i].name) != 0)
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
        if (!table->seen[i]) {
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

bool rules_read(const char *path, struct rules *rules, char *message)
{
    memset(rules, 0, sizeof *rules);
    struct key_table table = {rule_keys, sizeof rule_keys / sizeof *rule_keys, {0}, (char *)rules, NULL};
    if (!read_keys(path, &table, message))
        return false;
    if (rules->cache_line_bytes != 16 || rules->cache_ways != 4 || rules->tlb_ways != 4 || rules->queue_lines != 2)
        return refuse(path, "the model has 16-byte lines, four ways and a queue of two lines", message);
    if (!power_of_two(rules->cache_bytes) || rules->cache_bytes < 64 || rules->cache_bytes > 65536)
        return refuse(path, "cache_bytes must be a power of two from 64 to 65536", message);
    if (!power_of_two(rules->tlb_entries) || rules->tlb_entries < 4 || rules->tlb_entries > 256)
        return refuse(path, "tlb_entries must be a power of two from 4 to 256", message);
    if (rules->write_buffers < 1 || rules->write_buffers > 16)
        return refuse(path, "write_buffers must be from 1 to 16", message);
    return true;
}

bool board_read(const char *path, struct board *board, char *message)
{
    memset(board, 0, sizeof *board);
    struct key_table table = {board_keys, sizeof board_keys / sizeof *board_keys, {0}, (char *)board, board->name};
    if (!read_keys(path, &table, message))
        return false;
    if (!board->name[0])
        return refuse(path, "the key name is missing", message);
    if (!board->mhz || !board->read_first || !board->read_burst || !board->write)
        return refuse(path, "mhz, read_first, read_burst and write must be at least 1", message);
    if (!board->l2_bytes)
        return true;
    if (board->l2_line_bytes != 16 || board->l2_ways != 1 || !power_of_two(board->l2_bytes))
        return refuse(path,
                      "a second-level cache must be direct mapped, with 16-byte lines and a power of two of bytes",
                      message);
    if (board->l2_miss_first < board->read_first || board->l2_miss_burst < board->read_burst)
        return refuse(path, "a second-level miss cannot be faster than a hit", message);
    return true;
}

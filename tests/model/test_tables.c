// SPDX-License-Identifier: BSD-2-Clause
// Are malformed parameter files refused, each with a sentence that says where and why?
#include "check.h"

#include "boot/model/clocks.h"
#include "boot/model/params.h"
#include "boot/model/psv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_BYTES = 8192 };

static char path[] = "/tmp/l4lab-table-XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

static void read_shipped(const char *name, char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", MACHINES "/i486", name);
    FILE *file = fopen(full, "r");
    size_t size = fread(text, 1, TEXT_BYTES - 1, file);
    text[size] = 0;
    fclose(file);
}

// The shipped board with `from` replaced by `to`.
static void write_board(const char *from, const char *to)
{
    char text[TEXT_BYTES], changed[TEXT_BYTES];
    read_shipped("boards/async-l2.psv", text);
    char *place = strstr(text, from);
    EQUAL(place != NULL, true);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    write_file(changed);
}

static void shipped_files(void)
{
    static const char *const boards[] = {"ideal", "fast-50", "async-l2", "dram-only"};
    char message[PSV_MESSAGE], full[512];
    for (unsigned i = 0; i < 4; i++) {
        struct board board = {0};
        snprintf(full, sizeof full, "%s/boards/%s.psv", MACHINES "/i486", boards[i]);
        EQUAL(board_read(full, 16, &board, message), true);
        EQUAL(strcmp(board.name, boards[i]), 0);
    }
}

static void refused_board(const char *from, const char *to, const char *sentence)
{
    char message[PSV_MESSAGE] = "";
    struct board board = {0};
    write_board(from, to);
    EQUAL(board_read(path, 16, &board, message), false);
    CONTAINS(message, sentence);
}

static void board_files(void)
{
    refused_board("read_first|3", "speed|3", "unknown key speed");
    refused_board("read_first|3", "read_burst|3", "the key read_burst is given twice");
    refused_board("read_first|3", "read_first|-3", "the value of read_first is not a number");
    refused_board("read_first|3", "read_first|3x", "the value of read_first is not a number");
    refused_board("read_first|3|C|", "read_first|3|Z|", "the confidence must be A, B or C");
    refused_board("read_first|3|C|R|", "read_first|3|C||", "the source is missing");
    refused_board("read_first|3|C", "# read_first|3|C", "the key read_first is missing");
    refused_board("write|3|C|R|", "write|3|C|R", "wrong number of fields");
    refused_board("write|3|", "write|0|", "must be at least 1");
    refused_board("key|value|", "value|key|", "the columns are not the expected ones");
    refused_board("l2_miss_first|8", "l2_miss_first|2", "a second-level miss cannot be faster");
    refused_board("l2_bytes|262144", "l2_bytes|262145", "power of two");
    refused_board("name|async-l2", "name|a/b", "small letters");
}

static void refused_clocks(const char *row, const char *sentence)
{
    static struct clocks clocks;
    char message[PSV_MESSAGE] = "", text[TEXT_BYTES];
    snprintf(text, sizeof text, "mnemonic|form|kind|clocks|conf|source|note\n%s\n", row);
    write_file(text);
    EQUAL(clocks_read(path, false, &clocks, message), false);
    CONTAINS(message, sentence);
}

static void clock_rows(void)
{
    refused_clocks("mov|r,r|sometimes|1|A|D486|", "unknown kind sometimes");
    refused_clocks("mov|r,r|fixed|1 2|A|D486|", "the kind fixed takes 1 numbers");
    refused_clocks("jne|imm|taken|3|A|D486|", "the kind taken takes 2 numbers");
    refused_clocks("mul|r8|multiplier|13|A|D486|", "the kind multiplier takes 2 numbers");
    refused_clocks("mul|r8|multiplier|13 18 16 1|A|D486|", "the kind multiplier takes 2 numbers");
    refused_clocks("mov|r,r|fixed|one|A|D486|", "one is not a number of clocks");
    refused_clocks("mov|r,r|fixed|1|A|D486|\nadd mov|r,r|fixed|1|A|D486|", "line 3: mov r,r is given twice");
    refused_clocks("mov|r,r|fixed|1|A|D486", "wrong number of fields");
}

// What is charged where the value is not known: the midpoint, unless the row says something else.
static void assumed_clocks(void)
{
    static struct clocks clocks;
    char message[PSV_MESSAGE] = "";
    write_file(
        "mnemonic|form|kind|clocks|conf|source|note\nmul|r8|multiplier|13 18|A|D486|\nbsf|r,r|range|6 42 7|B|D486|\n");
    EQUAL(clocks_read(path, false, &clocks, message), true);
    EQUAL(clocks_fixed(clocks_find(&clocks, "mul", "r8"), false), 16);
    EQUAL(clocks_fixed(clocks_find(&clocks, "bsf", "r,r"), false), 7);
}

static void missing_file(void)
{
    char message[PSV_MESSAGE] = "";
    struct rules rules = {0};
    EQUAL(rules_read("/nonexistent/rules.psv", RULES_I486, &rules, message), false);
    CONTAINS(message, "cannot open /nonexistent/rules.psv");
}

void test_tables(void)
{
    int file = mkstemp(path);
    close(file);
    shipped_files();
    board_files();
    clock_rows();
    assumed_clocks();
    missing_file();
    unlink(path);
}

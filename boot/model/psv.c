// SPDX-License-Identifier: GPL-2.0-or-later
#include "psv.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned psv_split(char *text, char **field)
{
    unsigned count = 0;
    char *cursor = text;
    while (cursor && count < PSV_COLUMNS)
        field[count++] = strsep(&cursor, "|");
    return cursor ? PSV_COLUMNS + 1 : count;
}

static unsigned psv_columns(const char *header)
{
    unsigned count = 1;
    for (; *header; header++)
        count += *header == '|';
    return count;
}

static bool psv_refuse(char *message, const char *path, unsigned line, const char *reason)
{
    snprintf(message, PSV_MESSAGE, "%.200s line %u: %.400s", path, line, reason);
    return false;
}

static bool psv_rows(FILE *file, const char *path, const char *header, psv_row_fn row_fn, void *context, char *message)
{
    struct psv_row row = {.line = 0};
    bool header_seen = false;
    while (fgets(row.text, sizeof row.text, file)) {
        row.line++;
        char *end = strchr(row.text, '\n');
        if (!end)
            return psv_refuse(message, path, row.line, "the line is too long or does not end with a newline");
        *end = 0;
        if (row.text[0] == '#' || row.text[0] == 0)
            continue;
        if (!header_seen) {
            if (strcmp(row.text, header) != 0)
                return psv_refuse(message, path, row.line, "the columns are not the expected ones");
            header_seen = true;
            continue;
        }
        if (psv_split(row.text, row.field) != psv_columns(header))
            return psv_refuse(message, path, row.line, "wrong number of fields");
        char reason[PSV_MESSAGE] = "";
        if (!row_fn(context, &row, reason, sizeof reason))
            return psv_refuse(message, path, row.line, reason);
    }
    return header_seen || psv_refuse(message, path, row.line, "the table has no header");
}

bool psv_read(const char *path, const char *header, psv_row_fn row_fn, void *context, char *message)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        snprintf(message, PSV_MESSAGE, "cannot open %.200s: %.100s", path, strerror(errno));
        return false;
    }
    bool ok = psv_rows(file, path, header, row_fn, context, message);
    fclose(file);
    return ok;
}

bool psv_number(const char *field, unsigned long limit, unsigned *value)
{
    if (!isdigit((unsigned char)field[0]))
        return false;
    char *end;
    errno = 0;
    unsigned long number = strtoul(field, &end, 10);
    if (*end || errno || number > limit)
        return false;
    *value = (unsigned)number;
    return true;
}

bool psv_sourced(const char *confidence, const char *source, char *message, size_t size)
{
    bool known = confidence[0] && !confidence[1] && strchr("ABC", confidence[0]);
    if (!known)
        snprintf(message, size, "the confidence must be A, B or C");
    else if (!source[0])
        snprintf(message, size, "the source is missing");
    return known && source[0];
}

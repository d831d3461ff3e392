// SPDX-License-Identifier: GPL-2.0-or-later
// How is a table of the machine folder read? Fields separated by `|`, first line the column names, `#` a comment line.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PSV_COLUMNS = 8, PSV_LINE = 512, PSV_MESSAGE = 640 };

struct psv_row {
    unsigned line;
    char text[PSV_LINE];
    char *field[PSV_COLUMNS];
};

// Called once per data row; returns false after writing a sentence into `message` if it refuses the row.
typedef bool (*psv_row_fn)(void *context, const struct psv_row *row, char *message, size_t size);

// Reads `path`, whose header must be exactly `header`. On failure returns false, and `message` (PSV_MESSAGE bytes)
// holds one sentence that names the file and the line.
bool psv_read(const char *path, const char *header, psv_row_fn row_fn, void *context, char *message);

// Parses a decimal number of at most `limit` that fills the whole field.
bool psv_number(const char *field, unsigned long limit, unsigned *value);

// True if the row's confidence is A, B or C and its source is not empty; otherwise writes a sentence.
bool psv_sourced(const char *confidence, const char *source, char *message, size_t size);

// SPDX-License-Identifier: GPL-2.0-or-later
// What did each instruction of one sample cost? The file trace.tsv.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;
struct processor;
struct insn;

// Asks for one sample's trace. On failure returns false and writes a sentence.
bool trace_open(const char *path, const struct processor *processor, long case_number, long index, char *message,
                size_t size);

// Called at START and STOP: rows are written only for the sample asked for.
void trace_start(const struct model *model, long case_number, long index);
void trace_stop(void);

// Adds `name=VALUE` or `name=VALUE:what` to the notes of the row being built; nothing outside the sample asked for.
void trace_note(const char *name, uint32_t value, const char *what);

// Adds a word to the notes.
void trace_word(const char *word);

// Writes the row of `insn` with everything charged since the row before. `text` replaces the instruction's own if not
// NULL.
void trace_row(const struct model *model, const struct insn *insn, unsigned privilege, const char *text);

// False if the file could not be written completely.
bool trace_close(void);

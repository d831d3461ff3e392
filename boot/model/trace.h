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

// Rows are being written: a sample that was asked for is open.
extern bool trace_active;

// Called at START and STOP: rows are written only for the sample asked for.
void trace_start(const struct model *model, long case_number, long index);
void trace_stop(void);

// The three below while a row is being built.
void trace_put_note(const char *name, uint32_t value, const char *what);
void trace_put_word(const char *word);
void trace_put_row(const struct model *model, const struct insn *insn, unsigned privilege, const char *text);

// Adds `name=VALUE` or `name=VALUE:what` to the notes of the row being built; nothing outside the sample asked for.
static inline void trace_note(const char *name, uint32_t value, const char *what)
{
    if (__builtin_expect(trace_active, false))
        trace_put_note(name, value, what);
}

// Adds a word to the notes.
static inline void trace_word(const char *word)
{
    if (__builtin_expect(trace_active, false))
        trace_put_word(word);
}

// Writes the row of `insn` with everything charged since the row before. `text` replaces the instruction's own if not
// NULL.
static inline void trace_row(const struct model *model, const struct insn *insn, unsigned privilege, const char *text)
{
    if (__builtin_expect(trace_active, false))
        trace_put_row(model, insn, privilege, text);
}

// False if the file could not be written completely.
bool trace_close(void);

// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace.h"

#include "counts.h"
#include "memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOTES_BYTES = 4096, NOTE_BYTES = 48 }; // the notes grow from NOTES_BYTES

bool trace_active;

static struct {
    FILE *file;
    long case_number, index;
    uint64_t time;
    uint64_t stalls[STALL_COUNT];
    char *notes; // of one row
    size_t notes_used, notes_size;
} trace;

// Room for `more` bytes and an end. A rep that copies megabytes has a note for every line.
static void notes_reserve(size_t more)
{
    size_t size = trace.notes_size ? trace.notes_size : NOTES_BYTES;
    while (size < trace.notes_used + more + 1)
        size *= 2;
    if (size == trace.notes_size)
        return;
    char *notes = realloc(trace.notes, size);
    if (!notes) {
        fputs("l4lab-model: no memory for a row of the trace\n", stderr);
        _exit(MODEL_EXIT);
    }
    trace.notes = notes;
    trace.notes_size = size;
}

bool trace_open(const char *path, const struct processor *processor, long case_number, long index, char *message,
                size_t size)
{
    trace.case_number = case_number;
    trace.index = index;
    trace.file = fopen(path, "we");
    if (!trace.file) {
        snprintf(message, size, "cannot write %.200s: %.100s", path, strerror(errno));
        return false;
    }
    notes_reserve(0);
    fputs("linear\tphysical\tcycles\tbase\t", trace.file);
    for (unsigned i = 0; i < STALL_COUNT; i++)
        if (processor->causes >> i & 1)
            fprintf(trace.file, "%s\t", stall_names[i]);
    fputs("privilege\tbytes\ttext\tnotes\n", trace.file);
    return true;
}

static void begin_row(const struct model *model)
{
    trace.time = model->now;
    memcpy(trace.stalls, model->counters.stalls, sizeof trace.stalls);
    trace.notes_used = 0;
    trace.notes[0] = 0;
}

void trace_start(const struct model *model, long case_number, long index)
{
    if (!trace.file || case_number != trace.case_number || index != trace.index)
        return;
    trace_active = true;
    begin_row(model);
}

void trace_stop(void)
{
    trace_active = false;
}

__attribute__((cold)) void trace_put_word(const char *word)
{
    size_t length = strlen(word);
    notes_reserve(length + 1);
    if (trace.notes_used)
        trace.notes[trace.notes_used++] = ' ';
    memcpy(trace.notes + trace.notes_used, word, length + 1);
    trace.notes_used += length;
}

__attribute__((cold)) void trace_put_note(const char *name, uint32_t value, const char *what)
{
    char note[NOTE_BYTES];
    snprintf(note, sizeof note, "%.12s=%08" PRIX32 "%s%.8s", name, value, what ? ":" : "", what ? what : "");
    trace_put_word(note);
}

static void put_costs(const struct model *model)
{
    uint64_t cycles = model->now - trace.time;
    uint64_t base = cycles;
    for (unsigned i = 0; i < STALL_COUNT; i++)
        base -= model->counters.stalls[i] - trace.stalls[i];
    fprintf(trace.file, "%" PRIu64 "\t%" PRIu64 "\t", cycles, base);
    for (unsigned i = 0; i < STALL_COUNT; i++)
        if (model->processor->causes >> i & 1)
            fprintf(trace.file, "%" PRIu64 "\t", model->counters.stalls[i] - trace.stalls[i]);
}

// Clocks that a value decides, which was not known; the midpoint was charged.
static void note_range(const struct model *model, const struct insn *insn)
{
    char word[NOTE_BYTES];
    if (insn->decides.place == VALUE_NONE || insn->decides.place == VALUE_IMMEDIATE || model->value_known)
        return;
    unsigned first = insn->clocks->value[0], second = insn->clocks->value[1];
    snprintf(word, sizeof word, "range=%u-%u", first < second ? first : second, first < second ? second : first);
    trace_put_word(word);
}

__attribute__((cold)) void trace_put_row(const struct model *model, const struct insn *insn, unsigned privilege,
                                         const char *text)
{
    uint32_t physical = 0;
    if (!text)
        note_range(model, insn);
    memory_peek_address(model, insn->linear, &physical);
    fprintf(trace.file, "%08" PRIX32 "\t%08" PRIX32 "\t", insn->linear, physical);
    put_costs(model);
    fprintf(trace.file, "%u\t", privilege);
    for (unsigned i = 0; i < insn->length && !text; i++)
        fprintf(trace.file, "%02x", insn->bytes[i]);
    fprintf(trace.file, "\t%s\t%s\n", text ? text : insn->text, trace.notes);
    begin_row(model);
}

bool trace_close(void)
{
    if (!trace.file)
        return true;
    bool failed = ferror(trace.file);
    return fclose(trace.file) == 0 && !failed;
}

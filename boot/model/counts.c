// SPDX-License-Identifier: GPL-2.0-or-later
#include "counts.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

const char *const stall_names[STALL_COUNT] = {
    "agi",        "prefix", "index", "disp_imm", "pairing",  "bank",  "branch",
    "misaligned", "cache",  "tlb",   "write",    "prefetch", "other",
};

static void put_string(FILE *file, const char *text)
{
    if (!text) {
        fputs("null", file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', file);
        if ((unsigned char)*text >= ' ')
            fputc(*text, file);
    }
    fputc('"', file);
}

bool counts_open(struct counts *counts, const char *path, const struct processor *processor, const char *board,
                 const char *hash, char *message, size_t size)
{
    *counts = (struct counts){.path = path, .processor = processor, .timed = processor != NULL, .case_number = -1};
    counts->file = fopen(path, "we");
    if (!counts->file) {
        snprintf(message, size, "cannot write %.200s: %.100s", path, strerror(errno));
        return false;
    }
    fprintf(counts->file, "{\"type\":\"model\",\"model\":\"%s\",\"board\":", processor ? processor->name : "none");
    put_string(counts->file, board);
    fputs(",\"model_hash\":", counts->file);
    put_string(counts->file, hash);
    fputs("}\n", counts->file);
    return true;
}

void counts_case(struct counts *counts)
{
    counts->case_number++;
    counts->index = 0;
}

void counts_start(struct counts *counts, const struct model *model)
{
    counts->open = true;
    counts->start = model->counters;
    counts->start_time = model->now;
}

// A count that only a timed run knows.
static void put_timed(const struct counts *counts, const char *name, uint64_t value)
{
    if (counts->timed)
        fprintf(counts->file, ",\"%s\":%" PRIu64, name, value);
    else
        fprintf(counts->file, ",\"%s\":null", name);
}

static void put_interrupts(const struct counts *counts, const struct counters *now)
{
    const char *separator = "";
    fputs(",\"interrupts\":{", counts->file);
    for (unsigned vector = 0; vector < VECTORS; vector++) {
        uint64_t count = now->interrupts[vector] - counts->start.interrupts[vector];
        if (!count)
            continue;
        fprintf(counts->file, "%s\"%u\":%" PRIu64, separator, vector, count);
        separator = ",";
    }
    fputs("}", counts->file);
}

static void put_stalls(const struct counts *counts, const struct counters *now)
{
    if (!counts->timed) {
        fputs(",\"stalls\":null", counts->file);
        return;
    }
    fputs(",\"stalls\":{", counts->file);
    const char *separator = "";
    for (unsigned i = 0; i < STALL_COUNT; i++) {
        if (!(counts->processor->causes >> i & 1))
            continue;
        fprintf(counts->file, "%s\"%s\":%" PRIu64, separator, stall_names[i], now->stalls[i] - counts->start.stalls[i]);
        separator = ",";
    }
    fputs("}", counts->file);
}

void counts_stop(struct counts *counts, const struct model *model)
{
    if (!counts->open)
        return;
    const struct counters *now = &model->counters, *then = &counts->start;
    counts->open = false;
    fprintf(counts->file, "{\"type\":\"sample\",\"case\":%ld,\"index\":%ld", counts->case_number, counts->index++);
    put_timed(counts, "cycles", model->now - counts->start_time);
    put_timed(counts, "clock", counts->start_time);
    fprintf(counts->file, ",\"instructions\":%" PRIu64 ",\"iterations\":%" PRIu64 ",\"restarts\":%" PRIu64,
            now->instructions - then->instructions, now->iterations - then->iterations, now->restarts - then->restarts);
    fprintf(counts->file, ",\"cr3_loads\":%" PRIu64, now->cr3_loads - then->cr3_loads);
    put_interrupts(counts, now);
    put_timed(counts, "tlb_misses", now->tlb_misses - then->tlb_misses);
    put_timed(counts, "cache_misses", now->cache_misses - then->cache_misses);
    put_timed(counts, "reads", now->reads - then->reads);
    put_timed(counts, "writes", now->writes - then->writes);
    put_stalls(counts, now);
    put_timed(counts, "kernel_cycles", now->kernel_cycles - then->kernel_cycles);
    put_timed(counts, "user_cycles", now->user_cycles - then->user_cycles);
    if (counts->timed && counts->processor->paired) {
        put_timed(counts, "pairs", now->pairs - then->pairs);
        put_timed(counts, "mispredicts", now->mispredicts - then->mispredicts);
    }
    fprintf(counts->file, ",\"halts\":%" PRIu64 "}\n", now->halts - then->halts);
    counts->samples++;
}

void counts_outside(struct counts *counts, uint64_t untimed, uint64_t not_followed)
{
    counts->attached = true;
    counts->untimed = untimed;
    counts->not_followed = not_followed;
}

bool counts_end(struct counts *counts, const struct model *model, const double *guest_seconds, const char *reason)
{
    fprintf(counts->file, "{\"type\":\"end\",\"status\":\"%s\"", reason ? "error" : "ok");
    if (reason) {
        fputs(",\"reason\":", counts->file);
        put_string(counts->file, reason);
    }
    const struct counters *total = &model->counters;
    fprintf(counts->file, ",\"samples\":%" PRIu64 ",\"instructions\":%" PRIu64, counts->samples, total->instructions);
    fprintf(counts->file, ",\"iterations\":%" PRIu64 ",\"restarts\":%" PRIu64, total->iterations, total->restarts);
    fprintf(counts->file, ",\"empty_passes\":%" PRIu64, total->empty_passes);
    if (counts->attached)
        fprintf(counts->file, ",\"untimed\":%" PRIu64 ",\"not_followed\":%" PRIu64, counts->untimed,
                counts->not_followed);
    if (guest_seconds)
        fprintf(counts->file, ",\"guest_seconds\":%.9f", *guest_seconds);
    else
        fputs(",\"guest_seconds\":null", counts->file);
    if (counts->timed)
        fprintf(counts->file, ",\"modelled_seconds\":%.9f}\n", (double)model->now / (model->board.mhz * 1e6));
    else
        fputs(",\"modelled_seconds\":null}\n", counts->file);
    bool failed = ferror(counts->file);
    return fclose(counts->file) == 0 && !failed;
}

// SPDX-License-Identifier: BSD-2-Clause
// Is what a run leaves behind the difference between the two ends of each sample?
#include "check.h"
#include "fixture_model.h"

#include "boot/model/counts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_BYTES = 4096 };

static void read_and_remove(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(text, 1, TEXT_BYTES - 1, file) : 0;
    text[size] = '\0';
    if (file)
        fclose(file);
    unlink(path);
}

static const char *new_file(void)
{
    static char path[] = "/tmp/l4lab-counts-XXXXXX";
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int file = mkstemp(path);
    if (file >= 0)
        close(file);
    return path;
}

static void samples_of_a_timed_run(void)
{
    struct model *model = fixture_model();
    struct counts counts;
    char message[TEXT_BYTES] = "", text[TEXT_BYTES];
    const char *path = new_file();
    EQUAL(counts_open(&counts, path, model->processor, "a \"board\"", NULL, message, sizeof message), true);
    counts_case(&counts);
    counts_stop(&counts, model); // nothing is open: no sample
    model->now = 1000;
    model->counters.instructions = 7;
    counts_start(&counts, model);
    model->now += 37;
    model->counters.instructions += 5;
    model->counters.interrupts[32]++;
    model->counters.stalls[STALL_TLB] += 9;
    counts_stop(&counts, model);
    const double seconds = 0.5;
    EQUAL(counts_end(&counts, model, &seconds, NULL), true);
    read_and_remove(path, text);
    CONTAINS(text, "\"model\":\"i486\",\"board\":\"a \\\"board\\\"\",\"model_hash\":null}\n");
    CONTAINS(text, "{\"type\":\"sample\",\"case\":0,\"index\":0,\"cycles\":37,\"clock\":1000,\"instructions\":5,");
    CONTAINS(text, "\"interrupts\":{\"32\":1},\"tlb_misses\":0,");
    CONTAINS(text, "\"tlb\":9,");
    EQUAL(strstr(text, "\"pairing\"") == NULL, true); // an i486 has none
    // 1037 clocks at 50 MHz.
    CONTAINS(text, "{\"type\":\"end\",\"status\":\"ok\",\"samples\":1,\"instructions\":12,");
    CONTAINS(text, "\"guest_seconds\":0.500000000,\"modelled_seconds\":0.000020740}\n");
}

static void a_run_that_only_counts(void)
{
    struct model *model = fixture_model();
    struct counts counts;
    char message[TEXT_BYTES] = "", text[TEXT_BYTES];
    const char *path = new_file();
    counts_open(&counts, path, NULL, NULL, NULL, message, sizeof message);
    counts_case(&counts);
    counts_start(&counts, model);
    model->counters.instructions = 3;
    counts_stop(&counts, model);
    EQUAL(counts_end(&counts, model, NULL, "no \\ such"), true);
    read_and_remove(path, text);
    CONTAINS(text, "\"model\":\"none\"");
    CONTAINS(text, "\"cycles\":null,\"clock\":null,\"instructions\":3,");
    CONTAINS(text, "\"stalls\":null,");
    CONTAINS(text, "\"status\":\"error\",\"reason\":\"no \\\\ such\",\"samples\":1,");
}

static void a_file_that_cannot_be_written(void)
{
    struct model *model = fixture_model();
    struct counts counts;
    char message[TEXT_BYTES] = "";
    EQUAL(counts_open(&counts, "/nowhere/counts", NULL, NULL, NULL, message, sizeof message), false);
    CONTAINS(message, "cannot write /nowhere/counts: No such file");
    if (counts_open(&counts, "/dev/full", NULL, NULL, NULL, message, sizeof message))
        EQUAL(counts_end(&counts, model, NULL, NULL), false);
}

void test_counts(void)
{
    samples_of_a_timed_run();
    a_run_that_only_counts();
    a_file_that_cannot_be_written();
}

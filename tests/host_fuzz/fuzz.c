/* SPDX-License-Identifier: BSD-2-Clause */
/* The coverage-guided loop: an input that reaches an edge, or an edge's count, that none before has reached is kept,
   and new inputs are changes of kept ones.  Each runs in a child, so a fault ends that run only and nothing is left
   over.

   Debian brings no C++ library for i686 with what the contract tests need already, so there is no libFuzzer for a
   32-bit kernel; gcc's edge callback is all that is used.  The same seed makes the same inputs.

   PROGRAM [--executions N] [--seed S] [--keep FOLDER] FILE...
   Runs the files, then N changes of them.  Exit code: 0, 1 a rule was broken (the input is in FOLDER), 2 usage. */
#include "tests/host_fuzz/fuzz.h"

#include "tests/host/host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EDGES = 1 << 16, INPUT_MAX = 2048, KEPT_MAX = 8192, CHANGES_MAX = 8, SECONDS_PER_RUN = 20 };

struct input {
    uint32_t length;
    uint8_t bytes[INPUT_MAX];
};

static struct input *kept[KEPT_MAX];
static uint32_t kept_count;
static uint8_t *hits;          /* of the present run, shared with its child */
static uint8_t reached[EDGES]; /* a bit per class of counts, over all runs */
static uint32_t edge_before;
static const char *keep_folder;

static const struct input *present;
static uint32_t position;

/* gcc calls it at every edge of what is compiled with -fsanitize-coverage=trace-pc. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    uint32_t here = (uint32_t)(uintptr_t)__builtin_return_address(0) * 0x9E3779B1u >> 16;
    if (hits) {
        hits[here ^ edge_before]++;
    }
    edge_before = here >> 1;
}

bool input_over(void)
{
    return position >= present->length;
}

uint32_t input_byte(void)
{
    return input_over() ? 0 : present->bytes[position++];
}

uint32_t input_word(void)
{
    uint32_t low = input_byte(), high = input_byte() << 8;
    return low | high | input_byte() << 16 | input_byte() << 24;
}

uint32_t input_below(uint32_t count)
{
    return input_byte() % count;
}

void fuzz_broken(const char *file, int line, const char *rule)
{
    printf("%s:%d: not so: %s (input byte %u)\n", file, line, rule, position);
    exit(EXIT_FAILURE);
}

/* true: no rule was broken. */
static bool run(const struct input *input)
{
    memset(hits, 0, EDGES);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS_PER_RUN);
        present = input;
        host_reset();
        fuzz_one();
        exit(EXIT_SUCCESS);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Counts fall into eight classes: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, more. */
static uint8_t class_of(uint8_t count)
{
    uint32_t class = count < 4 ? count - 1u : count < 8 ? 3 : count < 16 ? 4 : count < 32 ? 5 : count < 128 ? 6 : 7;
    return (uint8_t)(1u << class);
}

static bool is_new(void)
{
    bool found = false;
    for (uint32_t edge = 0; edge < EDGES; edge++) {
        if (hits[edge] && !(reached[edge] & class_of(hits[edge]))) {
            reached[edge] |= class_of(hits[edge]);
            found = true;
        }
    }
    return found;
}

static void save(const struct input *input, const char *kind, uint32_t number)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s-%04u.input", keep_folder, kind, number);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(input->bytes, 1, input->length, file) != input->length || fclose(file) != 0) {
        perror(path);
        exit(3);
    }
    if (strcmp(kind, "broken") == 0) {
        printf("the input is %s\n", path);
    }
}

/* Runs an input; keeps it if it is worth it.  A failure ends the program. */
static void consider(const struct input *input, bool save_it)
{
    if (!run(input)) {
        printf("broken off or a rule broken; ");
        if (keep_folder) {
            save(input, "broken", 0);
        }
        exit(EXIT_FAILURE);
    }
    if (is_new() && kept_count < KEPT_MAX) {
        kept[kept_count] = malloc(sizeof(*input));
        *kept[kept_count] = *input;
        if (save_it && keep_folder) {
            save(input, "kept", kept_count);
        }
        kept_count++;
    }
}

static void insert(struct input *input, uint32_t at, const uint8_t *bytes, uint32_t count)
{
    count = count < INPUT_MAX - input->length ? count : INPUT_MAX - input->length;
    memmove(input->bytes + at + count, input->bytes + at, input->length - at);
    memcpy(input->bytes + at, bytes, count);
    input->length += count;
}

static void insert_random(struct input *input, uint32_t at)
{
    uint8_t bytes[16];
    for (uint32_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)random_below(256);
    }
    insert(input, at, bytes, 1 + random_below(sizeof(bytes)));
}

static void insert_other(struct input *input, uint32_t at)
{
    const struct input *other = kept[random_below(kept_count)];
    if (other->length) {
        uint32_t from = random_below(other->length);
        insert(input, at, other->bytes + from, 1 + random_below(other->length - from));
    }
}

static void cut_out(struct input *input, uint32_t at)
{
    uint32_t count = random_below(1 + (input->length - at < 32 ? input->length - at : 32));
    memmove(input->bytes + at, input->bytes + at + count, input->length - at - count);
    input->length -= count;
}

static void change(struct input *input)
{
    uint32_t at = random_below(input->length + 1);
    switch (random_below(5)) {
    case 0:
        insert_random(input, at);
        break;
    case 1:
        insert_other(input, at);
        break;
    case 2:
        cut_out(input, at);
        break;
    default:
        if (at < input->length) {
            input->bytes[at] = (uint8_t)random_below(256);
        }
    }
}

static uint32_t executions;

static void explore(void)
{
    for (uint32_t i = 0; i < executions; i++) {
        struct input input = *kept[random_below(kept_count)];
        for (uint32_t changes = 1 + random_below(CHANGES_MAX); changes > 0; changes--) {
            change(&input);
        }
        consider(&input, true);
    }
}

static void read_file(const char *path)
{
    struct input input = {0};
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    input.length = (uint32_t)fread(input.bytes, 1, INPUT_MAX, file);
    fclose(file);
    printf("%s\n", path);
    consider(&input, false);
}

/* The option at the front of the arguments, which takes one value. */
static void read_option(const char *name, const char *value)
{
    if (strcmp(name, "--executions") == 0) {
        executions = (uint32_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--seed") == 0) { /* each seed begins elsewhere in the one sequence */
        for (uint32_t skipped = (uint32_t)strtoul(value, NULL, 10); skipped > 0; skipped--) {
            random_below(2);
        }
    } else if (strcmp(name, "--keep") == 0) {
        keep_folder = value;
    } else {
        fprintf(stderr, "no such option: %s\n", name);
        exit(2);
    }
}

int main(int count, char **arguments)
{
    int next = 1;
    for (; next + 1 < count && strncmp(arguments[next], "--", 2) == 0; next += 2) {
        read_option(arguments[next], arguments[next + 1]);
    }
    hits = mmap(NULL, EDGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    consider(&(struct input){0}, false);
    for (; next < count; next++) {
        read_file(arguments[next]);
    }
    explore();
    printf("%u executions, %u inputs kept\n", executions, kept_count);
    return EXIT_SUCCESS;
}

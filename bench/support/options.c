/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/options.h"

/* Multiboot 1 in words: the information's flags (bit 3: there is a module list), module count and list; a module's four
 * words, of which the third is its command line. */
enum { INFORMATION_FLAGS = 0, HAS_MODULES = 1 << 3, INFORMATION_MODULE_COUNT = 5, INFORMATION_MODULES = 6 };
enum { MODULE_WORDS = 4, MODULE_COMMAND_LINE = 2, OUR_MODULE = 1 };

/* Whether the word at `text` is `key` (which ends in '='); its value, up to a blank, goes to `value`. */
static bool word_value(const char *text, const char *key, char *value, uint32_t size)
{
    uint32_t length = 0;

    while (*key)
        if (*text++ != *key++)
            return false;
    while (*text && *text != ' ' && length < size - 1)
        value[length++] = *text++;
    value[length] = '\0';
    return true;
}

static void word_read(struct options *options, const char *word)
{
    char clock[GLOB_SIZE];

    word_value(word, "cases=", options->cases, sizeof(options->cases));
    if (!word_value(word, "clock=", clock, sizeof(clock)))
        return;
    options->clock = CLOCK_NONE;
    if (glob_matches("model", clock))
        options->clock = CLOCK_MODEL;
    if (glob_matches("tsc", clock))
        options->clock = CLOCK_TSC;
}

/* The command line of our module; empty if there is none. */
static const char *command_line(const uint32_t *information)
{
    if (!information || !(information[INFORMATION_FLAGS] & HAS_MODULES) ||
        information[INFORMATION_MODULE_COUNT] <= OUR_MODULE)
        return "";
    const uint32_t *modules = (const uint32_t *)information[INFORMATION_MODULES];
    return (const char *)modules[OUR_MODULE * MODULE_WORDS + MODULE_COMMAND_LINE];
}

void options_read(struct options *options, uint32_t multiboot_information)
{
    const char *line = command_line((const uint32_t *)multiboot_information);

    *options = (struct options){.clock = CLOCK_NONE, .cases = "*"};
    for (const char *text = line; *text; text++)
        if (*text != ' ' && (text == line || text[-1] == ' '))
            word_read(options, text);
}

bool glob_matches(const char *glob, const char *name)
{
    if (*glob == '*')
        return glob_matches(glob + 1, name) || (*name && glob_matches(glob, name + 1));
    if (*glob == '\0' || *name == '\0')
        return *glob == *name;
    return (*glob == '?' || *glob == *name) && glob_matches(glob + 1, name + 1);
}

// SPDX-License-Identifier: BSD-2-Clause
// Do the model's parts, without QEMU, do what is worked out by hand?
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static unsigned passed, failed;

static void count(bool ok)
{
    if (ok)
        passed++;
    else
        failed++;
}

void check_equal(const char *file, int line, const char *what, uint64_t value, uint64_t expected)
{
    count(value == expected);
    if (value != expected)
        printf("%s:%d: %s is %" PRIu64 ", expected %" PRIu64 "\n", file, line, what, value, expected);
}

void check_text(const char *file, int line, const char *text, const char *part)
{
    bool found = strstr(text, part) != NULL;
    count(found);
    if (!found)
        printf("%s:%d: \"%s\" does not contain \"%s\"\n", file, line, text, part);
}

int main(void)
{
    test_btb();
    test_bus();
    test_cache();
    test_counts();
    test_decode();
    test_memory();
    test_pairing();
    test_pipeline();
    test_prefetch();
    test_regions();
    test_tables();
    test_tlb();
    test_values();
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

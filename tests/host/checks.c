/* SPDX-License-Identifier: BSD-2-Clause */
/* A contract test's checks, and its main(). */
#include "tests/host/host.h"

#include <inttypes.h>
#include <stdio.h>

static unsigned passed, failed;

static void count(bool ok)
{
    passed += ok;
    failed += !ok;
}

void check_true(const char *file, int line, const char *what, bool ok)
{
    count(ok);
    if (!ok) {
        printf("%s:%d: not so: %s\n", file, line, what);
    }
}

void check_equal(const char *file, int line, const char *what, uint64_t value, uint64_t expected)
{
    count(value == expected);
    if (value != expected) {
        printf("%s:%d: %s is %" PRIx64 ", expected %" PRIx64 "\n", file, line, what, value, expected);
    }
}

int main(void)
{
    host_reset();
    tests();
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

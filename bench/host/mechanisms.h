/* SPDX-License-Identifier: BSD-2-Clause */
/* What does Linux offer where L4 has IPC? Each way of exchanging messages of `bytes` with a child process. */
#pragma once

#include <stdint.h>

enum { MOST_BYTES = 65536 };

struct mechanism {
    const char *name;
    /* Before the fork. */
    void (*open)(void);
    /* In the child: answers messages with their own contents, for ever. */
    void (*serve)(uint32_t bytes);
    /* In the parent: `message` goes out, the answer replaces it. */
    void (*round_trip)(uint8_t *message, uint32_t bytes);
    /* In the parent, after the child has ended. */
    void (*close)(void);
};

extern const struct mechanism mechanisms[];
extern const int mechanism_count;

/* Ends the program with the reason in errno. */
void fail(const char *what) __attribute__((noreturn));

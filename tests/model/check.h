// SPDX-License-Identifier: BSD-2-Clause
// How does a test say what it expected? Every check is counted; a failed one is printed and the others still run.
#pragma once

#include <stdbool.h>
#include <stdint.h>

void check_equal(const char *file, int line, const char *what, uint64_t value, uint64_t expected);
void check_text(const char *file, int line, const char *text, const char *part);

#define EQUAL(value, expected) check_equal(__FILE__, __LINE__, #value, (value), (expected))
#define CONTAINS(text, part)   check_text(__FILE__, __LINE__, (text), (part))

void test_btb(void);
void test_bus(void);
void test_cache(void);
void test_counts(void);
void test_decode(void);
void test_memory(void);
void test_pairing(void);
void test_pipeline(void);
void test_prefetch(void);
void test_regions(void);
void test_tables(void);
void test_tlb(void);
void test_values(void);

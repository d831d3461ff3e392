// SPDX-License-Identifier: BSD-2-Clause
// Which passages of an attached kernel's region count?
#include "check.h"
#include "fixture_model.h"

#include "boot/model/regions.h"

static const uint32_t BEGIN = 0xC0100000, END = 0xC0100040;

static void places(void)
{
    struct regions regions = {.given = true, .begin = BEGIN, .end = END};
    EQUAL(regions_at(&regions, BEGIN), REGION_BEGIN);
    EQUAL(regions_at(&regions, END), REGION_END);
    EQUAL(regions_at(&regions, BEGIN + 1), 0);
    regions.end = BEGIN; // the period of a loop
    EQUAL(regions_at(&regions, BEGIN), REGION_BEGIN | REGION_END);
    regions.given = false;
    EQUAL(regions_at(&regions, BEGIN), 0);
}

static void one_of_three_opens(void)
{
    struct regions regions = {.given = true, .every = 3};
    for (unsigned passage = 0; passage < 7; passage++)
        EQUAL(regions_opens(&regions), passage % 3 == 0);
}

static void one_page_directory(void)
{
    struct model *model = fixture_model();
    struct regions regions = {.given = true, .in_directory = true, .directory = 0x5000};
    model->cpu.cr3 = 0x4000;
    EQUAL(regions_counts(&regions, model, BEGIN), false);
    model->cpu.cr3 = 0x5018; // with the bits for caching
    EQUAL(regions_counts(&regions, model, BEGIN), true);
}

// Without paging an address is its own; the last one of a range belongs to it.
static void one_physical_range(void)
{
    struct model *model = fixture_model();
    struct regions regions = {.given = true, .in_range = true, .low = 0x6000, .high = 0x6FFF};
    EQUAL(regions_counts(&regions, model, 0x5FFF), false);
    EQUAL(regions_counts(&regions, model, 0x6000), true);
    EQUAL(regions_counts(&regions, model, 0x6FFF), true);
    EQUAL(regions_counts(&regions, model, 0x7000), false);
    model->cpu.cr0 = 1u << 31; // and an unmapped one lies nowhere
    EQUAL(regions_counts(&regions, model, 0x6000), false);
}

void test_regions(void)
{
    places();
    one_of_three_opens();
    one_page_directory();
    one_physical_range();
}

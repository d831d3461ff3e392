// SPDX-License-Identifier: BSD-2-Clause
// A whole modelled machine without QEMU, for tests of the parts that need each other.
#pragma once

#include "boot/model/model.h"

// An i486 on the board `ideal` at clock 0: nothing cached, no paging, 64 KB of zeroes. There is one; each call begins
// it anew.
struct model *fixture_model(void);

void fixture_put_word(struct model *model, uint32_t physical, uint32_t value);

// SPDX-License-Identifier: BSD-2-Clause
// The shipped parameter files and a decoder over them, for tests that need instructions.
#pragma once

#include "boot/model/clocks.h"
#include "boot/model/insn.h"
#include "boot/model/params.h"

const struct clocks *fixture_clocks(void);
const struct rules *fixture_rules(void);

// The record of the instruction with these hexadecimal bytes, at address 0x1000.
const struct insn *fixture_insn(const char *bytes);

// The same with the Pentium's files.
const struct rules *fixture_pentium_rules(void);
const struct insn *fixture_pentium_insn(const char *bytes);

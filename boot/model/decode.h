// SPDX-License-Identifier: GPL-2.0-or-later
// Which form of clocks.psv is this instruction, and which added clocks can it cause or suffer?
#pragma once

#include "insn.h"

#include <stddef.h>

struct decoder;

// NULL if the disassembler cannot be opened.
struct decoder *decoder_open(const struct clocks *clocks);

// The record of the `size` bytes at `linear`: the same bytes at the same address give the same record for the life of
// the run.

struct insn *decoder_insn(struct decoder *decoder, uint32_t linear, const uint8_t *bytes, size_t size);

void decoder_each(const struct decoder *decoder, void (*visit)(const struct insn *insn, void *data), void *data);

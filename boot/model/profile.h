// SPDX-License-Identifier: GPL-2.0-or-later
// Which instructions took the time, without any marker?
#pragma once

#include "decode.h"

// Writes a line for each instruction that ran: address, times, cycles. False if the file could not be written
// completely.
bool profile_write(const struct decoder *decoder, const char *path);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/payload.h"

struct l4_message short_box;

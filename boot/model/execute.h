// SPDX-License-Identifier: GPL-2.0-or-later
// What does the instruction that has just ended cost, and what does it change in the machine?
#pragma once

#include "flow.h"
#include "model.h"

// Charges the steps of a repeated string instruction as they come.
void execute_step(struct model *model);

// Charges and retires `model->current`, which is `plain`.
void execute_plain(struct model *model, bool taken);

// Charges and retires `model->current`, which ended as `flow` says. An entry that follows is charged by execute_entry.
void execute_insn(struct model *model, const struct flow *flow);

// Charges an exception or interrupt that no instruction asked for.
void execute_entry(struct model *model, const struct flow *flow, const struct insn *handler);

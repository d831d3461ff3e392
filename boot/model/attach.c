// SPDX-License-Identifier: GPL-2.0-or-later
#include "attach.h"

#include "memory.h"

enum { IOPL_SHIFT = 12, PAGING_BITS = 1 << 31 | 1 << 16 };

void attach_resynchronise(struct model *model)
{
    struct cpu_state before = model->cpu;
    if (!cpu_state_read(&model->cpu))
        model_stop(model, "QEMU's register dump cannot be read");
    const struct cpu_state *now = &model->cpu;
    bool moved = before.cr3 != now->cr3 || before.cr4 != now->cr4 || ((before.cr0 ^ now->cr0) & (uint32_t)PAGING_BITS);
    if (moved)
        memory_flush_tlbs(model);
    model->privilege = now->privilege;
    model->io_privilege = (now->flags >> IOPL_SHIFT) & 3;
}

static void forget_instruction(struct model *model)
{
    model->accesses = model->steps = 0;
    model->begun = false;
}

bool attach_skip(struct attach *attach, struct model *model, const struct insn *next)
{
    const struct insn *insn = model->current;
    attach->untimed++;
    forget_instruction(model);
    return next == insn || next->linear == insn->linear + insn->length;
}

void attach_check(struct model *model, const struct insn *ended)
{
    struct cpu_state state;
    if (!(ended->flags & (INSN_FAR | INSN_IRET)))
        return;
    if (!cpu_state_read(&state))
        model_stop(model, "QEMU's register dump cannot be read");
    if (state.privilege != model->privilege)
        model_stop(model, "the transfer at %08X changes the privilege in a way that is not modelled: %s", ended->linear,
                   ended->text);
}

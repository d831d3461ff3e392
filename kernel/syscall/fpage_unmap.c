/* SPDX-License-Identifier: BSD-2-Clause */
/* fpage_unmap (interface section 6). */
#include "kernel/arch/exception.h"
#include "kernel/ipc/map.h"
#include "kernel/memory/mapping.h"

#define MASK_UNMAP (1u << 1)  /* clear: others keep the pages read-only */
#define MASK_FLUSH (1u << 31) /* the caller loses them, or their writability, too */

void call_fpage_unmap(struct trap_frame *frame)
{
    uint32_t how =
        (frame->ecx & MASK_UNMAP ? (uint32_t)REVOKE_ALL : 0) | (frame->ecx & MASK_FLUSH ? (uint32_t)REVOKE_OWN : 0);
    unmap_fpage(tcb_current()->task, frame->eax, how);
}

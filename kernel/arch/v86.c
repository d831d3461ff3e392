/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a thread get into V86 mode, and back out of it? */
#include "kernel/arch/v86.h"

#include "kernel/arch/processor.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/user_memory.h"

#include "variant_space.h"

enum {
    SELECTOR_MASK = 0xFFFF,
    OFFSET_MASK = 0xFFFF,
    SEGMENT_WORDS = sizeof(struct v86_segments) / sizeof(uint32_t),
    FRAME_WORDS = sizeof(struct trap_frame) / sizeof(uint32_t),
    EFLAGS_OF_USER = 0x50DD5, /* CF PF AF ZF SF TF DF OF RF AC */
};

/* What IRET pops on the way to V86 mode. */
struct v86_iret {
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;
    uint32_t esp;
    uint32_t ss;
    struct v86_segments segments;
};

/* Interrupts stay on and the I/O privilege level is 0, so that INT n, too, comes to the handler.  Back in its protected
   mode a thread that may have level 3 gets it when it needs it. */
static uint32_t v86_eflags(uint32_t eflags)
{
    return (eflags & EFLAGS_OF_USER) | EFLAGS_RESERVED | EFLAGS_INTERRUPTS | EFLAGS_V86;
}

struct trap_frame *v86_trapped(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    if (v86_permit(self)) { /* again: the IRET of emulators has been seen to let users in by itself */
        self->processor->v86 = *(const struct v86_segments *)(frame + 1);
    } else {
        frame->eflags &= ~(uint32_t)EFLAGS_V86;
        frame->cs = SELECTOR_USER_CODE;
        frame->ss = SELECTOR_USER_DATA;
    }
    frame->eflags &= ~(uint32_t)EFLAGS_IOPL_USER;
    frame->ds = SELECTOR_USER_DATA;
    frame->es = SELECTOR_USER_DATA;
    frame->eip &= OFFSET_MASK;
    frame->cs &= SELECTOR_MASK;
    frame->esp &= OFFSET_MASK;
    frame->ss &= SELECTOR_MASK;
    uint32_t *words = (uint32_t *)frame;
    for (uint32_t i = FRAME_WORDS; i-- > 0;) {
        words[i + SEGMENT_WORDS] = words[i];
    }
    cpu_load_fs_gs(SELECTOR_USER_DATA); /* the processor has cleared them, and others go on with them */
    return (struct trap_frame *)(words + SEGMENT_WORDS);
}

uint32_t *v86_leave(struct tcb *thread, uint32_t *frame, uint32_t words)
{
    uint32_t *lower = frame - SEGMENT_WORDS;
    for (uint32_t i = 0; i < words; i++) {
        lower[i] = frame[i];
    }
    *(struct v86_segments *)(lower + words) = thread->processor->v86;
    return lower;
}

bool v86_permit(struct tcb *thread)
{
    if (!processor_state(thread)) {
        return false;
    }
    thread->task->stays_large = true;
    space_grow(thread);
    return true;
}

void v86_begin(struct user_frame *frame)
{
    uint32_t *return_address = (uint32_t *)frame - 1;
    frame->eflags = v86_eflags(frame->eflags);
    frame->ss = frame->esp >> 16;
    frame->esp &= OFFSET_MASK;
    frame->cs = frame->eip >> 16;
    frame->eip &= OFFSET_MASK;
    if (*return_address == (uint32_t)(uintptr_t)ipc_leave) { /* the thread is in IPC */
        *return_address = (uint32_t)(uintptr_t)ipc_leave_special;
    }
}

void v86_end(struct user_frame *frame)
{
    if (frame->eflags & EFLAGS_V86) {
        frame->eflags &= ~(uint32_t)EFLAGS_V86;
        frame->cs = SELECTOR_USER_CODE;
        frame->ss = SELECTOR_USER_DATA;
    }
}

void v86_pack(struct user_frame *frame)
{
    if (frame->eflags & EFLAGS_V86) {
        frame->esp |= frame->ss << 16;
        frame->eip |= frame->cs << 16;
    }
}

bool v86_return_from_handler(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    struct v86_iret wanted = {0};
    uint32_t *words = (uint32_t *)&wanted;
    for (uint32_t i = 0; i < sizeof(wanted) / sizeof(uint32_t); i++) {
        if (!user_read_word(frame->esp + i * sizeof(uint32_t), &words[i])) {
            return false;
        }
    }
    if (!(wanted.eflags & EFLAGS_V86) || !v86_permit(self)) {
        return false;
    }
    self->processor->v86 = wanted.segments;
    frame->eflags = v86_eflags(wanted.eflags);
    frame->eip = wanted.eip & OFFSET_MASK;
    frame->cs = wanted.cs & SELECTOR_MASK;
    frame->esp = wanted.esp & OFFSET_MASK;
    frame->ss = wanted.ss & SELECTOR_MASK;
    return true;
}

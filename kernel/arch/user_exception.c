/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/user_exception.h"

#include "kernel/arch/processor.h"
#include "kernel/ipc/page_fault.h"
#include "kernel/memory/user_memory.h"

#include "variant_space.h"

enum {
    VECTORS_WITH_ERROR_CODE = 1u << 8 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 17,
    GATE_BYTES = 8,
    GATE_PRESENT = 1u << 15,
    EFLAGS_CLEARED = EFLAGS_TRAP | EFLAGS_NESTED | EFLAGS_RESUME | EFLAGS_V86,
};

/* The user's handler for a vector, 0: it cannot be used.  Selector and type of its gate do not matter. */
static enum page_in find_handler(struct trap_frame *frame, uint32_t *handler)
{
    uint32_t low = 0, high = 0;
    const struct tcb *self = tcb_current();
    uint32_t gate = self->user_idt + frame->vector * GATE_BYTES;
    enum page_in result = page_in(frame, gate, GATE_BYTES, false);
    if (result == PAGE_IN_DONE && user_read_word(gate, &low) && user_read_word(gate + sizeof(low), &high)) {
        uint32_t address = (high & 0xFFFF0000) | (low & 0xFFFF);
        *handler = high & GATE_PRESENT && address < space_limit(self) ? address : 0;
    }
    return result;
}

/* Pushes `count` words; the new stack pointer is *esp. */
static enum page_in push(struct trap_frame *frame, uint32_t *esp, const uint32_t *words, uint32_t count)
{
    uint32_t lowest = *esp - count * sizeof(uint32_t);
    enum page_in result = page_in(frame, lowest, count * sizeof(uint32_t), true);
    if (result == PAGE_IN_DONE) {
        for (uint32_t i = 0; i < count; i++) {
            user_write_word(lowest + i * sizeof(uint32_t), words[i]);
        }
        *esp = lowest;
    }
    return result;
}

/* The words of the trap frame that the processor pushes, too.  From V86 mode those are data segments and stack as well,
   and here they go onto the V86 program's own stack. */
static enum page_in push_frame(struct trap_frame *frame, uint32_t *esp)
{
    bool v86 = trap_from_v86(frame);
    bool with_error = VECTORS_WITH_ERROR_CODE >> frame->vector & 1;
    const uint32_t *first = with_error ? &frame->error : &frame->eip;
    const uint32_t *end = v86 ? (const uint32_t *)(frame + 1) : &frame->esp;
    enum page_in result = PAGE_IN_DONE;
    *esp = frame->esp;
    if (v86) {
        *esp += frame->ss << 4;
        const struct v86_segments segments = tcb_current()->processor->v86;
        result = push(frame, esp, &segments.es, sizeof(segments) / sizeof(uint32_t));
    }
    return result == PAGE_IN_DONE ? push(frame, esp, first, (uint32_t)(end - first)) : result;
}

enum mirrored user_exception_mirror(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    uint32_t handler = 0, esp = 0;
    if (!trap_from_user(frame) || !self->user_idt) {
        return MIRROR_NO_TABLE;
    }
    enum page_in result = find_handler(frame, &handler);
    if (result == PAGE_IN_DONE && handler) {
        result = push_frame(frame, &esp);
    }
    if (result == PAGE_IN_CANCELLED) {
        return MIRRORED;
    }
    if (result == PAGE_IN_REFUSED || !handler) {
        return MIRROR_BAD_HANDLER;
    }
    v86_end((struct user_frame *)(frame + 1) - 1);
    frame->eflags &= ~(uint32_t)EFLAGS_CLEARED;
    frame->esp = esp;
    frame->eip = handler;
    return MIRRORED;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a trap mean? */
#include "kernel/arch/exception.h"

#include "kernel/arch/hot.h"
#include "kernel/arch/processor.h"
#include "kernel/arch/user_exception.h"
#include "kernel/arch/user_instruction.h"
#include "kernel/console/console.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/page_fault.h"
#include "kernel/memory/supply.h"
#include "kernel/thread/thread.h"

#include "variant_space.h"

static void (*const system_calls[])(struct trap_frame *) = {
    call_id_nearest, call_fpage_unmap, call_thread_switch, call_thread_schedule, call_lthread_ex_regs, call_task_new,
};

/* The instructions that return to user level (trap.S).  They fault in the kernel if the user's EIP lies beyond its
   segment, which users can bring about. */
extern const char ipc_return[], trap_return[];

static bool at_return_to_user(const struct trap_frame *frame)
{
    return frame->eip == (uint32_t)(uintptr_t)ipc_return || frame->eip == (uint32_t)(uintptr_t)trap_return;
}

static bool users_fault(const struct trap_frame *frame)
{
    return trap_from_user(frame) || at_return_to_user(frame);
}

void exception_stop(struct trap_frame *frame, const char *sentence)
{
    if (!users_fault(frame)) {
        panic(frame, sentence);
    }
    enum mirrored mirrored = user_exception_mirror(frame);
    if (mirrored == MIRRORED) {
        return;
    }
    print("l4lab: exception: thread %x stopped: %s%s\n", tcb_current()->id, sentence,
          mirrored == MIRROR_BAD_HANDLER ? ", for which its own handler cannot be used" : "");
    print_frame(frame);
    thread_block(BLOCKED_STOPPED);
}

static void protection_fault(struct trap_frame *frame)
{
    bool done = segments_repair(frame) || user_instruction_execute(frame);
    if (!done && (!users_fault(frame) || !space_grow(tcb_current()))) {
        exception_stop(frame, "unhandled exception");
    }
}

static void exception(struct trap_frame *frame)
{
    switch (frame->vector) {
    case VECTOR_PAGE_FAULT:
        page_fault(frame);
        break;
    case VECTOR_DEBUG:
        if (!processor_debug_exception(frame)) {
            exception_stop(frame, "unhandled exception");
        }
        break;
    case VECTOR_BREAKPOINT:
        kernel_debugger(frame);
        break;
    case VECTOR_NO_FPU:
        if (!trap_from_user(frame) || !processor_use_fpu()) {
            exception_stop(frame, "unhandled exception");
        }
        break;
    case VECTOR_STACK_FAULT:
    case VECTOR_GENERAL_PROTECTION:
        protection_fault(frame);
        break;
    default:
        exception_stop(frame, "unhandled exception");
    }
}

static void handle(struct trap_frame *frame)
{
    if (frame->vector >= VECTOR_ID_NEAREST) {
        system_calls[frame->vector - VECTOR_ID_NEAREST](frame);
    } else if (frame->vector == VECTOR_TIMER) {
        timer_interrupt(frame);
    } else if (frame->vector > VECTOR_TIMER) {
        interrupt(frame->vector - VECTOR_TIMER);
    } else {
        exception(frame);
    }
}

struct trap_frame *trap(struct trap_frame *frame)
{
    if (trap_from_v86(frame)) {
        frame = v86_trapped(frame);
    }
    handle(frame);
    if (!trap_from_user(frame)) {
        return frame;
    }
    supply_if_low();
    return tcb_current()->processor ? processor_return(frame) : frame;
}

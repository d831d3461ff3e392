/* SPDX-License-Identifier: BSD-2-Clause */
/* A page fault: whose is it, and who repairs it?  The kernel sends the faulting thread's pager a message in the
   thread's name and maps what the pager answers (interface section 12). */
#include "kernel/ipc/page_fault.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/arch/exception.h"
#include "kernel/console/console.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"
#include "kernel/ipc/rpc.h"
#include "kernel/ipc/timeout.h"
#include "kernel/ipc/transfer.h"
#include "kernel/memory/ports.h"
#include "kernel/memory/user_memory.h"
#include "kernel/thread/thread.h"

#include "variant_transfer.h"

enum {
    ERROR_WRITE = 1u << 1,
    FAULT_WORD_WRITE = 1u << 1,
};
#define EIP_IN_KERNEL 0xFFFFFFFFu /* "the fault occurred inside the kernel's copy" */

static uint32_t fault_word_of(uint32_t address, bool write)
{
    return (address & ~3u) | (write ? (uint32_t)FAULT_WORD_WRITE : 0);
}

/* Calls the running thread's pager.  Returns the error of the call, 0 if the pager has answered, perhaps with what fits
   the window. */
static uint32_t call_pager(struct tcb *self, uint32_t fault_word, uint32_t eip, uint32_t window, uint32_t timeouts)
{
    struct ipc_registers message = {
        .send = 0,
        .timeouts = timeouts,
        .word = {fault_word, eip, 0},
        .receive = window | RECEIVE_MAP,
        .partner = self->pager,
    };
    return rpc_call(self, &message, RPC_PAGER);
}

/* Calls the running thread's pager for a fault in the kernel's copy, on one side of the sender's transfer.  Returns the
   error of the call; the time that the partner allows may be over before it. */
static uint32_t call_pager_in_copy(struct tcb *self, struct tcb *sender, enum transfer_phase side, uint32_t fault_word)
{
    bool sends = side == TRANSFER_SOURCE;
    uint32_t timeouts = sends ? sender->transfer.partner->message->timeouts : sender->message->timeouts;
    uint32_t exponent = timeouts >> (sends ? TIMEOUT_RECEIVE_FAULT_SHIFT : TIMEOUT_SEND_FAULT_SHIFT);
    if (timeout_of_faults_over(sender, side, fault_word, exponent)) {
        return RESULT_TIMEOUT;
    }
    return call_pager(self, fault_word, EIP_IN_KERNEL, FPAGE_ALL, timeout_of_page_fault(exponent));
}

/* Is a user-area address that faults in mid-transfer the receiver's? */
static bool is_targets(const struct tcb *self, uint32_t linear)
{
    const struct tcb *receiver = self->transfer.partner;
    uint8_t phase = self->transfer.phase;
    if (!(phase & TRANSFER_SOURCE) || tcb_same_task(self, receiver) || !space_everywhere(receiver)) {
        return phase & TRANSFER_TARGET;
    }
    return linear - space_linear(receiver, 0) < space_limit(receiver);
}

/* Runs on the receiver's kernel stack, in its name, with the fault word of tunnel_page_fault(). */
void tunnel_run(uint32_t fault_word)
{
    struct tcb *self = tcb_current();
    struct tcb *sender = self->transfer.partner;
    if (call_pager_in_copy(self, sender, TRANSFER_TARGET, fault_word)) {
        ipc_break(sender, RESULT_SEND_PAGE_FAULT); /* the sender's timeout bounds the receiver's faults */
    }
    sender->blocked = BLOCKED_NOT;
    thread_wake(sender);
    thread_block(BLOCKED_TRANSFER);
}

void tunnel_page_fault(struct tcb *sender, uint32_t address, bool write)
{
    struct tcb *receiver = sender->transfer.partner;
    transfer_interrupted(sender);
    timeout_stop(receiver); /* the short path has left it listed, and the call to its pager has a timeout of its own */
    /* Not from receiver->esp, where an earlier fault of the same transfer may have left it: the stack must not grow. */
    uint32_t *stack = (uint32_t *)(uintptr_t)ipc_end(receiver->message);
    *--stack = fault_word_of(address, write);
    *--stack = (uint32_t)(uintptr_t)tunnel_start;
    receiver->esp = (uint32_t)(uintptr_t)stack;
    receiver->blocked = BLOCKED_NOT;
    thread_wake(receiver);
    thread_block(BLOCKED_TUNNEL);
}

/* The double copy has given up its buffer: its copy loop ends here, incomplete. */
static void continue_transfer(struct tcb *self, struct trap_frame *frame)
{
    transfer_resumed(self);
    uint32_t first = (uint32_t)(uintptr_t)copy_words, end = (uint32_t)(uintptr_t)copy_end;
    if (self->transfer.buffer_lost && frame->eip - first < end - first) {
        frame->eip = (uint32_t)(uintptr_t)copy_done;
    }
}

/* In the middle of a transfer; the address is a user address of the partner concerned. */
static void fault_in_transfer(struct tcb *self, struct trap_frame *frame, uint32_t linear, bool write)
{
    if (is_targets(self, linear)) {
        tunnel_page_fault(self, space_user_address(self->transfer.partner, linear), write);
    } else {
        transfer_interrupted(self);
        uint32_t word = fault_word_of(space_user_address(self, linear), write);
        if (call_pager_in_copy(self, self, TRANSFER_SOURCE, word)) {
            ipc_break(self, RESULT_RECEIVE_PAGE_FAULT);
        }
    }
    continue_transfer(self, frame);
}

/* lthread_ex_regs ended the call to the pager. */
static bool is_cancelled(uint32_t error)
{
    uint32_t code = error & ~(uint32_t)RESULT_SEND_PHASE;
    return code == RESULT_CANCELLED || code == RESULT_ABORTED;
}

/* EIP as a pager and lthread_ex_regs know it: in V86 mode CS:IP, packed. */
static uint32_t user_eip(const struct trap_frame *frame)
{
    return trap_from_v86(frame) ? frame->cs << 16 | frame->eip : frame->eip;
}

/* The user address is missing; sigma0 has no pager. */
static enum page_in page_in_one(struct tcb *self, const struct trap_frame *frame, uint32_t address, bool write)
{
    if (self->task->number == SIGMA0_TASK) {
        return map_identically(self->task, address) ? PAGE_IN_DONE : PAGE_IN_REFUSED;
    }
    uint32_t error = call_pager(self, fault_word_of(address, write), user_eip(frame), FPAGE_ALL, 0);
    return !error ? PAGE_IN_DONE : is_cancelled(error) ? PAGE_IN_CANCELLED : PAGE_IN_REFUSED;
}

enum page_in page_in(struct trap_frame *frame, uint32_t address, uint32_t bytes, bool write)
{
    struct tcb *self = tcb_current();
    uint32_t last = address + bytes - 1;
    enum page_in result = PAGE_IN_DONE;
    while (result == PAGE_IN_DONE && !user_permits(address, bytes, write)) {
        bool inside = last >= address && last < space_limit(self);
        if (!inside && !space_grow(self)) {
            return PAGE_IN_REFUSED;
        }
        if (inside) {
            result = page_in_one(self, frame, user_permits(address, 1, write) ? last : address, write);
        }
    }
    return result;
}

static void fault_at_user_level(struct tcb *self, struct trap_frame *frame, uint32_t linear, bool write)
{
    if (page_in_one(self, frame, space_user_address(self, linear), write) == PAGE_IN_REFUSED) {
        exception_stop(frame, "page fault that its pager does not handle");
    }
}

void page_fault_of_ports(struct trap_frame *frame, uint32_t fpage)
{
    uint32_t error = call_pager(tcb_current(), fpage, frame->eip, PORT_FPAGE_ALL, 0);
    if (error && !is_cancelled(error)) {
        exception_stop(frame, "use of I/O ports that its pager does not handle");
    }
}

/* Above the users' area: the window in mid-transfer, or somebody's mistake. */
static void fault_in_kernel_area(struct tcb *self, struct trap_frame *frame, uint32_t linear, bool write)
{
    if (trap_from_user(frame)) {
        exception_stop(frame, "user access to the kernel's area");
        return;
    }
    if (!self->transfer.window || linear - WINDOW_AREA >= WINDOW_AREA_SIZE) {
        panic(frame, "page fault of the kernel");
    }
    if (!transfer_resolve_fault(self, linear)) {
        tunnel_page_fault(self, self->transfer.window_target + (linear - WINDOW_AREA), write);
        continue_transfer(self, frame);
    }
}

void page_fault(struct trap_frame *frame)
{
    struct tcb *self = tcb_current();
    uint32_t linear = cpu_read_cr2();
    bool write = frame->error & ERROR_WRITE;
    if (linear >= SMALL_AREA_END) {
        fault_in_kernel_area(self, frame, linear, write);
    } else if (space_resolve_fault(self, linear)) {
        return;
    } else if (linear >= USER_END && trap_from_user(frame) && !space_everywhere(self)) {
        exception_stop(frame, "user access to the kernel's area");
    } else if (self->task->number == SIGMA0_TASK && !is_targets(self, linear)) {
        if (!map_identically(self->task, space_user_address(self, linear))) {
            exception_stop(frame, "sigma0 touched memory that is not its own");
        }
    } else if (trap_from_user(frame)) {
        fault_at_user_level(self, frame, linear, write);
    } else if (self->transfer.phase != TRANSFER_NONE) {
        fault_in_transfer(self, frame, linear, write);
    } else {
        panic(frame, "page fault of the kernel outside a transfer");
    }
}

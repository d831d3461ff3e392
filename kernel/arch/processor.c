/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/processor.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/tables.h"
#include "kernel/ipc/ipc.h"
#include "kernel/memory/slots.h"

#include "variant_space.h"

enum {
    FPU_CONTROL = 0, /* words of its image */
    FPU_TAGS = 2,
    FPU_CONTROL_INITIAL = 0x037F, /* as FNINIT leaves it, with registers of zeros besides */
    FPU_TAGS_EMPTY = 0xFFFF,
    DEBUG_STATUS = 6,
    DEBUG_CONTROL = 7,
    STATUS_HIT = 0x400F,       /* B0-B3, and BS: a single step */
    STATUS_FIXED = 0xFFFF0FF0, /* bits that always read as 1 */
    CONTROL_FIXED = 1u << 10,
    CONTROL_LOCAL = 0x55,         /* L0-L3; the global ones would be everybody's */
    CONTROL_OF_USER = 0xFFFF0155, /* L0-L3, LE, and what to break on */
    CONTROL_KIND_SHIFT = 16,      /* four bits each: two of kind, two of length */
    KIND_MASK = 3,
    KIND_PORT = 2, /* not on an i486 */
};

void ipc_entry(void);
void ipc_entry_special(void);

static struct slots states = {.size = sizeof(struct processor_state)};

static struct tcb *fpu_owner; /* whose registers are in the FPU; NULL: nobody's */

struct processor_state *processor_state(struct tcb *thread)
{
    if (!thread->processor) {
        thread->processor = slots_take(&states);
        if (thread->processor) {
            *thread->processor = (struct processor_state){
                .fpu = {[FPU_CONTROL] = FPU_CONTROL_INITIAL, [FPU_TAGS] = FPU_TAGS_EMPTY},
                .debug_status = STATUS_FIXED,
                .debug_control = CONTROL_FIXED,
            };
        }
    }
    return thread->processor;
}

void processor_forget(struct tcb *thread)
{
    if (fpu_owner == thread) {
        fpu_owner = NULL;
    }
    if (thread->processor) {
        slots_give_back(&states, thread->processor);
        thread->processor = NULL;
    }
}

void processor_now_live(enum processor_live what)
{
    hot.processor_live |= what;
    gate_set(VECTOR_IPC, ipc_entry_special, GATE_USER);
}

void processor_leave_live(void)
{
    if (hot.processor_live & LIVE_FPU) {
        cpu_write_cr0(cpu_read_cr0() | CR0_TASK_SWITCHED);
    }
    if (hot.processor_live & LIVE_BREAKPOINTS) {
        cpu_write_dr7(CONTROL_FIXED);
    }
    if (hot.processor_live & LIVE_PORTS) {
        hot.tss.io_map = IO_MAP_NONE;
    }
    hot.processor_live = 0;
    gate_set(VECTOR_IPC, ipc_entry, GATE_USER);
}

/* An FPU answers FNINIT with a status word of 0.  Asked at the first FPU instruction of a user; until then, and if
   there is none, CR0_NO_FPU is set. */
static bool fpu_exists(void)
{
    uint16_t status = 0x5A5A;
    uint32_t cr0 = cpu_read_cr0();
    if (!(cr0 & CR0_NO_FPU)) {
        return true;
    }
    cpu_write_cr0((cr0 & ~(uint32_t)CR0_NO_FPU) | CR0_MONITOR_FPU | CR0_FPU_EXCEPTIONS);
    __asm__ volatile("fninit\n\tfnstsw %0" : "+m"(status));
    if (status != 0) {
        cpu_write_cr0(cr0);
    }
    return status == 0;
}

bool processor_use_fpu(void)
{
    struct tcb *self = tcb_current();
    struct processor_state *state = fpu_exists() ? processor_state(self) : NULL;
    if (!state) {
        return false;
    }
    cpu_clear_task_switched();
    if (fpu_owner != self) {
        if (fpu_owner) {
            __asm__ volatile("fnsave %0" : "=m"(fpu_owner->processor->fpu));
        } else {
            __asm__ volatile("fninit"); /* an error that a dead owner left pending would hit the kernel */
        }
        __asm__ volatile("frstor %0" : : "m"(state->fpu));
        fpu_owner = self;
    }
    processor_now_live(LIVE_FPU);
    return true;
}

/* DR7 with those breakpoints enabled that lie in the thread's own space; their linear addresses. */
static uint32_t breakpoints_of(const struct tcb *thread, uint32_t linear[BREAKPOINTS])
{
    const struct processor_state *state = thread->processor;
    uint32_t control = state->debug_control;
    for (uint32_t i = 0; i < BREAKPOINTS; i++) {
        uint32_t address = state->breakpoint[i];
        uint32_t kind = control >> (CONTROL_KIND_SHIFT + 4 * i) & KIND_MASK;
        if (address >= space_limit(thread) || kind == KIND_PORT) {
            control &= ~(1u << 2 * i);
        }
        linear[i] = space_linear(thread, address);
    }
    return control;
}

static void enable_breakpoints(const struct tcb *thread)
{
    uint32_t linear[BREAKPOINTS];
    uint32_t control = breakpoints_of(thread, linear);
    if (control & CONTROL_LOCAL) {
        cpu_write_breakpoints(linear);
        processor_now_live(LIVE_BREAKPOINTS);
    }
    if (hot.processor_live & LIVE_BREAKPOINTS) {
        cpu_write_dr7(control | CONTROL_FIXED);
    }
}

static void *resume(struct tcb *self, void *frame, uint32_t bytes, uint32_t eflags)
{
    enable_breakpoints(self);
    return eflags & EFLAGS_V86 ? v86_leave(self, frame, bytes / sizeof(uint32_t)) : frame;
}

struct user_frame *processor_resume(struct user_frame *frame)
{
    struct tcb *self = tcb_current();
    if (!self->processor) { /* only its ports were live */
        return frame;
    }
    return resume(self, frame, sizeof(*frame), frame->eflags);
}

struct trap_frame *processor_return(struct trap_frame *frame)
{
    return resume(tcb_current(), frame, sizeof(*frame), frame->eflags);
}

bool processor_debug_exception(const struct trap_frame *frame)
{
    uint32_t hit = cpu_read_dr6() & STATUS_HIT;
    cpu_write_dr6(STATUS_FIXED);
    if (!trap_from_user(frame)) {
        return true;
    }
    struct processor_state *state = tcb_current()->processor;
    if (state) {
        state->debug_status |= hit;
    }
    return false;
}

static uint32_t *debug_register(struct processor_state *state, uint32_t number)
{
    if (number < BREAKPOINTS) {
        return &state->breakpoint[number];
    }
    return (number | 2) == DEBUG_STATUS ? &state->debug_status : &state->debug_control;
}

bool processor_read_debug(uint32_t number, uint32_t *value)
{
    struct processor_state *state = processor_state(tcb_current());
    if (state) {
        *value = *debug_register(state, number);
    }
    return state;
}

bool processor_write_debug(uint32_t number, uint32_t value)
{
    struct processor_state *state = processor_state(tcb_current());
    if (!state) {
        return false;
    }
    uint32_t *target = debug_register(state, number);
    *target = target == &state->debug_control  ? (value & CONTROL_OF_USER) | CONTROL_FIXED
              : target == &state->debug_status ? (value & STATUS_HIT) | STATUS_FIXED
                                               : value;
    return true;
}

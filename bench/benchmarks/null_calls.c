/* SPDX-License-Identifier: BSD-2-Clause */
/* What does each of the seven system calls cost when it has the least to do?
 *
 * A sample is one call from user to user, through its binding, with the load of its arguments and the store of its
 * result. One task in a large space, nobody else ready; warm: after 8 warm-ups, n = 16. What each has to do:
 *
 *   ipc               neither sends nor receives
 *   id_nearest        tells the caller's own id
 *   fpage_unmap       finds one page that nobody has from the caller
 *   thread_switch     gives the processor up, and nobody else wants it
 *   thread_schedule   tells the caller's own parameters
 *   lthread_ex_regs   tells the registers of the caller itself
 *   task_new          is refused, since the task is another chief's */
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

static volatile l4_id_t self;
static volatile uint32_t result;
static uint8_t page[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));

static void call_ipc(uint32_t index)
{
    l4_id_t partner = self;
    struct l4_words words = {0};

    (void)index;
    result = l4_ipc(l4_none(), l4_none(), 0, &partner, &words);
}

static void call_id_nearest(uint32_t index)
{
    (void)index;
    result = l4_myself();
}

static void call_fpage_unmap(uint32_t index)
{
    (void)index;
    l4_fpage_unmap(l4_fpage((uint32_t)page, L4_PAGE_BITS, 0), L4_UNMAP_ALL);
}

static void call_thread_switch(uint32_t index)
{
    (void)index;
    l4_thread_switch(L4_NIL_ID);
}

static void call_thread_schedule(uint32_t index)
{
    (void)index;
    result = l4_thread_schedule(self, L4_SCHEDULE_UNCHANGED);
}

static void call_lthread_ex_regs(uint32_t index)
{
    uint32_t esp = L4_UNCHANGED, eip = L4_UNCHANGED;

    (void)index;
    result = l4_lthread_ex_regs(0, &esp, &eip, L4_INVALID_ID);
}

static void call_task_new(uint32_t index)
{
    (void)index;
    result = l4_task_new(L4_ROOT, 0, 0, 0, L4_NIL_ID);
}

static bool own_id_came(void)
{
    return result == self;
}

static bool priority_came(void)
{
    return result != L4_INVALID_ID && l4_priority(result) > 0;
}

static bool flags_came(void)
{
    return result & 1 << 9; /* interrupts are enabled at user level */
}

static bool refused(void)
{
    return result == L4_NIL_ID;
}

static bool no_error(void)
{
    return l4_error(result) == L4_OK;
}

static const struct {
    const char *name;
    measured_action *call;
    bool (*is_right)(void);
} calls[] = {
    {"ipc", call_ipc, no_error},
    {"id_nearest", call_id_nearest, own_id_came},
    {"fpage_unmap", call_fpage_unmap, no_error},
    {"thread_switch", call_thread_switch, no_error},
    {"thread_schedule", call_thread_schedule, priority_came},
    {"lthread_ex_regs", call_lthread_ex_regs, flags_came},
    {"task_new", call_task_new, refused},
};

static void client_main(uint32_t row)
{
    measure_prepare();
    pages_touch_for_writing(page, sizeof(page));
    self = l4_myself();
    measure(NULL, calls[row].call);
    measure_report();
    client_done(!check(measurement.name, calls[row].is_right(), "the call answers as it should"));
}

static void null_calls_run(void)
{
    for (uint32_t row = 0; row < sizeof(calls) / sizeof(calls[0]); row++) {
        measurement_set("%s", calls[row].name);
        if (case_selected(measurement.name))
            client_run(client_main, row);
    }
}

const struct program program = {.name = "null_calls", .run = null_calls_run};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/ipc/port_fault.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/port_bitmap.h"
#include "kernel/ipc/page_fault.h"
#include "kernel/memory/ports.h"
#include "kernel/thread/tcb.h"

static struct port_units units_of(uint32_t port, uint32_t bytes)
{
    uint32_t last = port + bytes - 1;
    uint32_t end = last / PORTS_PER_UNIT + 1;
    return (struct port_units){port / PORTS_PER_UNIT, end < PORT_UNITS ? end : (uint32_t)PORT_UNITS};
}

static uint32_t fpage_of_unit(uint32_t unit)
{
    return PORT_FPAGE_MARK | unit * PORTS_PER_UNIT << PORT_FPAGE_PORT_SHIFT |
           (uint32_t)PORT_FPAGE_SIZE_MIN << PORT_FPAGE_SIZE_SHIFT;
}

/* A task with all ports gets the I/O privilege level; false: this thread has it already. */
static bool raise_privilege(struct trap_frame *frame)
{
    bool raised = (frame->eflags & EFLAGS_IOPL_USER) != EFLAGS_IOPL_USER;
    frame->eflags |= EFLAGS_IOPL_USER;
    return raised;
}

bool port_fault(struct trap_frame *frame, uint32_t port, uint32_t bytes)
{
    const struct task *task = tcb_current()->task;
    struct port_units wanted = units_of(port, bytes);
    if (ports_has_all(task)) {
        return raise_privilege(frame);
    }
    uint32_t missing = ports_first(task, wanted, false);
    if (missing < wanted.end) {
        bool all = wanted.end - wanted.first == PORT_UNITS;
        page_fault_of_ports(frame, all ? PORT_FPAGE_ALL : fpage_of_unit(missing));
        return true;
    }
    if (port_bitmap_is_shown()) {
        return false;
    }
    port_bitmap_show(ports_bitmap(task));
    return true;
}

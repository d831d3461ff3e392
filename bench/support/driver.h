/* SPDX-License-Identifier: BSD-2-Clause */
/* How does a task serve a device: which instructions reach its ports, who gives them, and how does its interrupt come?
 *
 * A port that the task does not have is a fault message to its pager, an IO fpage; nothing need be asked for. An
 * interrupt is a message from the id of its line. The line is masked from the interrupt until the next receive that
 * takes it: so a driver quiets its device, then waits again. */
#pragma once

#include "bench/support/boss.h"

static inline uint8_t port_read(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline l4_id_t interrupt_id(uint32_t line)
{
    return line + 1;
}

/* Makes the calling thread the one that gets this line's interrupts: L4_TIMEOUT if it is, L4_OK if it was already and
 * an interrupt was pending, which is hereby taken; L4_NOT_EXISTING if it cannot be. */
uint32_t interrupt_associate(uint32_t line);

/* The calling thread gets no interrupts any more. */
void interrupt_detach(void);

/* Waits up to `ms` milliseconds for the thread's own line: L4_OK, L4_TIMEOUT, or L4_NOT_EXISTING if it is not its own.
 */
uint32_t interrupt_wait(uint32_t line, uint32_t ms);

/* For the root task: takes all ports from sigma0, so that it can pass them on; false if they did not come. */
bool ports_take_all(void);

/* For the root task: gives a child the ports that it faults on. */
enum fault_answer ports_hook(const struct fault *fault, uint32_t *fpage);

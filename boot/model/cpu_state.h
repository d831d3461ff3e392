// SPDX-License-Identifier: GPL-2.0-or-later
// What do the processor's registers hold? The plugin interface does not say; QEMU's own register dump does, as text.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Correct at the first instruction of a translated block only: elsewhere general registers may still be in host
// registers; block.h says which.
struct cpu_state {
    uint32_t general[8];      // EAX ECX EDX EBX ESP EBP ESI EDI
    uint32_t segment_base[6]; // ES CS SS DS FS GS
    uint32_t flags, privilege;
    uint32_t code_attributes; // the second dword of CS's descriptor
    uint32_t ldt_base, task_base, gdt_base, idt_base;
    uint32_t cr0, cr2, cr3, cr4;
};

// Finds QEMU's symbols; on failure returns false and writes a sentence.
bool cpu_state_open(char *message, size_t size);

bool cpu_state_read(struct cpu_state *state);

// Protected mode, 32-bit code, not virtual-8086 mode.
bool cpu_state_is_32_bit(const struct cpu_state *state);

// CR3 alone, from QEMU's own copy once its place is known, so that an address-space switch does not pay for a dump.
uint32_t cpu_state_cr3(struct cpu_state *state);

// The word of the general register with this encoding in QEMU's own copy. False if QEMU's register dump cannot be read.
bool cpu_state_general(unsigned number, uint32_t *value);

// Makes EDX:EAX what the time-stamp counter would have given, in QEMU's own copy of the registers; only at the first
// instruction of a translated block, where the registers are there and not yet read. False if their place is not found.
bool cpu_state_stamp(struct cpu_state *state, uint64_t time);

// Guest virtual time in nanoseconds; only outside the execution of translated code.
int64_t cpu_state_guest_ns(void);

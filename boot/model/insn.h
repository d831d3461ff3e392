// SPDX-License-Identifier: GPL-2.0-or-later
// What does the model know of one instruction before it runs? Computed once, when QEMU translates it.
#pragma once

#include "clocks.h"

#include <stdbool.h>
#include <stdint.h>

enum { INSN_MAX_BYTES = 15, INSN_TEXT = 64, NO_VECTOR = 256 };

enum insn_flag {
    INSN_BRANCH = 1 << 0,         // direct, conditional or not: `target` is valid
    INSN_INDIRECT = 1 << 1,       // may go anywhere: ret, indirect, far
    INSN_IRET = 1 << 2,           // takes privilege and flags from the stack
    INSN_RETF = 1 << 3,           // takes privilege from the stack
    INSN_SOFT_INTERRUPT = 1 << 4, // int n, int3, into: `vector` is valid
    INSN_REP = 1 << 5,
    INSN_LOCKED = 1 << 6,       // bus-locked: buffered writes go out first
    INSN_PORT = 1 << 7,         // in, out
    INSN_SEGMENT_LOAD = 1 << 8, // its stores set accessed bits
    INSN_CR3_WRITE = 1 << 9,    // flushes the TLB
    INSN_STATE_WRITE = 1 << 10, // CR0, GDTR, IDTR, LDTR or TR change
    INSN_INVLPG = 1 << 11,
    INSN_CACHE_FLUSH = 1 << 12,
    INSN_HALT = 1 << 13,
    INSN_FLAGS_WRITE = 1 << 14,   // popf: may change IOPL
    INSN_STACK_ADDRESS = 1 << 15, // its address is ESP, without an addressing form: push, pop, call, ret
    INSN_INDEX = 1 << 16,
    INSN_DISP_IMM = 1 << 17,
    INSN_UNALIGNED_IMAGE = 1 << 18, // its own memory format is not aligned: in the listed clocks
    // For the Pentium only.
    INSN_SERIALISING = 1 << 19, // waits for the write buffers and refetches what follows
    INSN_CONDITIONAL = 1 << 20, // jcc
    INSN_CALL = 1 << 21,
    INSN_PUSH = 1 << 22,   // of a register or an immediate
    INSN_POP = 1 << 23,    // into a register
    INSN_ESCAPE = 1 << 24, // first opcode byte 0Fh, but not a jcc
    INSN_FAR = 1 << 25,    // changes CS: no branch target buffer
    INSN_WRITE_BACK = 1 << 26,
    INSN_REPEAT_PREFIX = 1 << 27, // F2h or F3h, before whatever instruction
    INSN_TIME_STAMP = 1 << 28,    // rdtsc
    INSN_GATE = 1 << 29,          // lcall, ljmp: may lead through a gate
};

enum marker { MARKER_NONE, MARKER_CASE, MARKER_START, MARKER_STOP, MARKER_CLOCK, MARKER_END, MARKER_COUNT };

// Bits of register masks: bit n is the 32-bit register with encoding n (EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI).
enum { REGISTER_NUMBER_ESP = 4, REGISTER_ESP = 1 << REGISTER_NUMBER_ESP };

struct operand_address {
    uint8_t base, index, scale; // register encodings; 8 means none
    int32_t displacement;
    uint8_t segment; // 0 to 5: ES CS SS DS FS GS
};

// Where the value is that decides an instruction's clocks.
enum value_place {
    VALUE_NONE,   // none decides
    VALUE_UNSEEN, // no formula is printed, or the value is in a register only afterwards
    VALUE_IMMEDIATE,
    VALUE_MEMORY,   // what the first access read or wrote
    VALUE_REGISTER, // before the instruction
};

struct insn_value {
    uint8_t place; // enum value_place
    uint8_t bytes;
    uint8_t number, shift; // VALUE_REGISTER: encoding of the 32-bit register, and bits below the value
    bool is_signed;
    uint32_t immediate; // VALUE_IMMEDIATE
};

// The value in a register's word, in memory or in the instruction, as its width and sign have it.
static inline int64_t insn_value_of(const struct insn_value *value, uint32_t word)
{
    unsigned unused = 32 - value->bytes * 8u;
    uint32_t high = word >> value->shift << unused;
    return value->is_signed ? (int32_t)high >> unused : (int64_t)(high >> unused);
}

enum { INSN_ALIGNMENT = 64 };

// What every execution reads comes first, in one line of the host's cache.
struct insn {
    _Alignas(INSN_ALIGNMENT) uint32_t linear;
    uint32_t target;
    uint32_t flags;
    const struct clocks_entry *clocks; // NULL: a form the table does not have
    bool known;                        // it has clocks on this processor
    bool plain;                        // it has no effect beyond registers and memory, and the clocks `own`
    uint16_t own[2];                   // not taken, taken
    uint16_t vector;                   // of a soft interrupt
    uint16_t handles;                  // vector whose handler starts here, or NO_VECTOR
    uint8_t length;
    uint8_t prefixes;
    uint8_t marker;
    uint8_t region;      // mask of enum region_place
    uint8_t level;       // of ENTER
    uint8_t step_access; // memory accesses of one step of a repeated string instruction
    uint8_t address_base, address_index;
    uint8_t writes;                      // all registers written, ESP only if explicitly
    uint8_t writes_part8, writes_part16; // those of which only a byte or a word is written
    uint8_t reads16, reads32;
    uint8_t reads; // all registers read, parts and addresses included
    struct operand_address address;
    uint8_t pointer_access; // INSN_GATE: accesses before those of the descriptor
    struct insn_value decides;
    bool accesses;   // memory, in every execution
    uint8_t changes; // all registers that may change, ESP apart
    uint8_t loads;   // of these the one that becomes `constant`, whatever was in it
    uint32_t constant;
    const struct clocks_entry *gate; // INSN_GATE: its clocks through a call gate; NULL if the table has none
    uint8_t bytes[INSN_MAX_BYTES];
    char text[INSN_TEXT];
    uint64_t times, cycles; // of a profile: how often it ended, and what that took
};

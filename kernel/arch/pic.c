/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/arch/pic.h"

#include "kernel/arch/cpu.h"

enum {
    MASTER_COMMAND = 0x20,
    MASTER_DATA = 0x21,
    SLAVE_COMMAND = 0xA0,
    SLAVE_DATA = 0xA1,
    INITIALIZE = 0x11,
    MODE_8086 = 0x01,
    SPECIFIC_END_OF_INTERRUPT = 0x60,
    SELECT_IN_SERVICE = 0x0B, /* the next read of the command port gives the in-service register */
    VECTOR_MASTER = 0x20,
    VECTOR_SLAVE = 0x28,
    LINES_PER_CONTROLLER = 8,
    LAST_LINE_OF_CONTROLLER = 7,
    MASK_ALL_BUT_CASCADE = 0xFF & ~(1 << LINE_CASCADE),
    MASK_ALL = 0xFF,
};

void pic_init(void)
{
    port_write(MASTER_COMMAND, INITIALIZE);
    port_write(SLAVE_COMMAND, INITIALIZE);
    port_write(MASTER_DATA, VECTOR_MASTER);
    port_write(SLAVE_DATA, VECTOR_SLAVE);
    port_write(MASTER_DATA, 1u << LINE_CASCADE);
    port_write(SLAVE_DATA, LINE_CASCADE);
    port_write(MASTER_DATA, MODE_8086);
    port_write(SLAVE_DATA, MODE_8086);
    port_write(MASTER_DATA, MASK_ALL_BUT_CASCADE);
    port_write(SLAVE_DATA, MASK_ALL);
}

static uint16_t command_port(uint32_t line)
{
    return line < LINES_PER_CONTROLLER ? MASTER_COMMAND : SLAVE_COMMAND;
}

static uint16_t data_port(uint32_t line)
{
    return line < LINES_PER_CONTROLLER ? MASTER_DATA : SLAVE_DATA;
}

static uint8_t bit_of(uint32_t line)
{
    return (uint8_t)(1u << line % LINES_PER_CONTROLLER);
}

void pic_mask(uint32_t line)
{
    port_write(data_port(line), port_read(data_port(line)) | bit_of(line));
}

void pic_unmask(uint32_t line)
{
    port_write(data_port(line), port_read(data_port(line)) & (uint8_t)~bit_of(line));
}

void pic_end_of_interrupt(uint32_t line)
{
    port_write(command_port(line), (uint8_t)(SPECIFIC_END_OF_INTERRUPT | line % LINES_PER_CONTROLLER));
    if (line >= LINES_PER_CONTROLLER) {
        port_write(MASTER_COMMAND, SPECIFIC_END_OF_INTERRUPT | LINE_CASCADE);
    }
}

bool pic_spurious(uint32_t line)
{
    if (line % LINES_PER_CONTROLLER != LAST_LINE_OF_CONTROLLER) {
        return false;
    }
    port_write(command_port(line), SELECT_IN_SERVICE);
    if (port_read(command_port(line)) & bit_of(line)) {
        return false;
    }
    if (line >= LINES_PER_CONTROLLER) { /* the first controller did serve its cascade */
        port_write(MASTER_COMMAND, SPECIFIC_END_OF_INTERRUPT | LINE_CASCADE);
    }
    return true;
}

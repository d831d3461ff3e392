/* SPDX-License-Identifier: BSD-2-Clause */
/* The first serial port: 16450 registers, 115200 baud, 8N1, polled. */
#include "kernel/console/console.h"

#include "kernel/arch/cpu.h"

enum {
    PORT = 0x3F8,
    DATA = PORT + 0,
    INTERRUPT_ENABLE = PORT + 1,
    FIFO_CONTROL = PORT + 2,
    LINE_CONTROL = PORT + 3,
    MODEM_CONTROL = PORT + 4,
    LINE_STATUS = PORT + 5,
    STATUS_RECEIVED = 0x01,
    STATUS_TRANSMITTER_EMPTY = 0x20,
    LINE_DIVISOR_ACCESS = 0x80,
    LINE_8N1 = 0x03,
    DIVISOR_115200 = 1,
};

void serial_init(void)
{
    port_write(INTERRUPT_ENABLE, 0);
    port_write(LINE_CONTROL, LINE_DIVISOR_ACCESS | LINE_8N1);
    port_write(DATA, DIVISOR_115200);
    port_write(INTERRUPT_ENABLE, 0); /* divisor, high byte */
    port_write(LINE_CONTROL, LINE_8N1);
    port_write(FIFO_CONTROL, 0);
    port_write(MODEM_CONTROL, 0x03);
}

void serial_write(char character)
{
    while (!(port_read(LINE_STATUS) & STATUS_TRANSMITTER_EMPTY)) {
    }
    port_write(DATA, (uint8_t)character);
}

char serial_read(void)
{
    while (!(port_read(LINE_STATUS) & STATUS_RECEIVED)) {
    }
    return (char)port_read(DATA);
}

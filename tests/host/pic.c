/* SPDX-License-Identifier: BSD-2-Clause */
/* Does each controller get the masks and acknowledgements of its own lines, and an interrupt that was gone before it
   was acknowledged none?  The test is two controllers. */
#include "tests/host/host.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/pic.h"

enum { MASTER = 0x20, SLAVE = 0xA0, DATA = 1, SPECIFIC_END = 0x60, ACTION = 0xF8, LINE = 0x07, READ_SERVICE = 0x0B };

static struct controller {
    uint8_t mask, in_service;
    bool shows_service;
    int initializing; /* words of the initialization that are still to come */
} controllers[2];

static struct controller *at(uint16_t port)
{
    TRUE((port & ~DATA) == MASTER || (port & ~DATA) == SLAVE);
    return &controllers[(port & ~DATA) == SLAVE];
}

void fake_port_write(uint16_t port, uint8_t value)
{
    struct controller *controller = at(port);
    if (port & DATA && controller->initializing) {
        controller->initializing--;
    } else if (port & DATA) {
        controller->mask = value;
    } else if (value == 0x11) {
        controller->initializing = 3;
    } else if (value == READ_SERVICE) {
        controller->shows_service = true;
    } else {
        EQUAL(value & ACTION, SPECIFIC_END);
        TRUE(controller->in_service >> (value & LINE) & 1);
        controller->in_service &= (uint8_t) ~(1u << (value & LINE));
    }
}

uint8_t fake_port_read(uint16_t port)
{
    const struct controller *controller = at(port);
    TRUE(port & DATA || controller->shows_service);
    return port & DATA ? controller->mask : controller->in_service;
}

/* The processor takes the interrupt of a line; that of a spurious one is in service nowhere but at the cascade. */
static void take(uint32_t line, bool spurious)
{
    controllers[line / 8].in_service |= spurious ? 0 : (uint8_t)(1u << line % 8);
    controllers[0].in_service |= line >= 8 ? 1u << LINE_CASCADE : 0;
}

static void check_nothing_in_service(void)
{
    EQUAL(controllers[0].in_service, 0);
    EQUAL(controllers[1].in_service, 0);
}

void tests(void)
{
    pic_init();
    EQUAL(controllers[0].mask, 0xFF & ~(1 << LINE_CASCADE));
    EQUAL(controllers[1].mask, 0xFF);
    for (uint32_t line = 0; line < LINES; line++) {
        uint8_t before[] = {controllers[0].mask, controllers[1].mask};
        pic_unmask(line);
        EQUAL(controllers[line / 8].mask, before[line / 8] & ~(1u << line % 8));
        EQUAL(controllers[1 - line / 8].mask, before[1 - line / 8]);
        pic_mask(line);
        EQUAL(controllers[line / 8].mask, before[line / 8] | 1u << line % 8);
        take(line, false);
        TRUE(!pic_spurious(line));
        pic_end_of_interrupt(line);
        check_nothing_in_service();
    }
    for (uint32_t line = 7; line < LINES; line += 8) {
        take(line, true);
        TRUE(pic_spurious(line));
        check_nothing_in_service();
    }
}

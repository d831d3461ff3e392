/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/driver.h"

static uint32_t receive_from(l4_id_t source, uint32_t ms)
{
    struct l4_message inbox;
    struct l4_words words = {0};

    l4_message_init(&inbox, 0);
    return l4_error(l4_ipc_receive(source, l4_short(&inbox), &words, l4_timeouts(L4_FOREVER, ms)));
}

uint32_t interrupt_associate(uint32_t line)
{
    return receive_from(interrupt_id(line), 0);
}

void interrupt_detach(void)
{
    receive_from(L4_NIL_ID, 0);
}

uint32_t interrupt_wait(uint32_t line, uint32_t ms)
{
    return receive_from(interrupt_id(line), ms);
}

bool ports_take_all(void)
{
    struct l4_message message;
    struct l4_words words = {l4_port_fpage(0, L4_PORT_BITS_ALL), 0, 0};

    l4_message_init(&message, 0);
    message.receive_fpage = words.w0;
    uint32_t result = l4_ipc_call(L4_SIGMA0, l4_short(&message), l4_map(&message), &words, 0);
    return l4_error(result) == L4_OK && (result & L4_FPAGES_RECEIVED);
}

enum fault_answer ports_hook(const struct fault *fault, uint32_t *fpage)
{
    if (!l4_is_port_fpage(fault->address))
        return FAULT_DEFAULT;
    *fpage = fault->address;
    return FAULT_MAP;
}

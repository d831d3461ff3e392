/* SPDX-License-Identifier: BSD-2-Clause */
/* Moving a message that is more than words in registers.  Part of the page of the short path. */
#include "kernel/ipc/transfer.h"

#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"

#include "variant.h"

enum { MORE_THAN_DWORDS = DOPE_STRINGS_MASK << DOPE_STRINGS_SHIFT };

/* Words that a message carries, as far as they lie below the sender's limit; `strings` is set if it has strings too. */
static inline uint32_t words_sent(const struct tcb *sender, const struct ipc_registers *message, bool *strings)
{
    if (!structure_valid(sender, message->send)) {
        return REGISTER_WORDS;
    }
    uint32_t dope = ((volatile uint32_t *)space_linear(sender, structure_address(message->send)))[STRUCTURE_SEND_DOPE];
    *strings = dope & MORE_THAN_DWORDS;
    return structure_bounded(sender, message->send, dope >> DOPE_DWORDS_SHIFT);
}

/* Message cut or map failed: both partners get the error. */
static __attribute__((noinline)) uint32_t report_error(struct tcb *receiver, enum map_result mapped, bool cut)
{
    uint32_t error = cut ? RESULT_CUT : mapped == MAP_NO_MEMORY ? RESULT_MAP_FAILED : RESULT_OK;
    receiver->message->send |= error | (mapped == MAP_DONE ? (uint32_t)RESULT_MAPPED : 0);
    return error ? error | RESULT_SEND_PHASE : RESULT_OK;
}

PATH(ipc_transfer) uint32_t ipc_transfer(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver)
{
    bool strings = false;
    enum map_result mapped = MAP_NONE;
    ipc_lock(sender, receiver);
    uint32_t dwords = words_sent(sender, message, &strings);
    if (message->send & SEND_MAP) {
        mapped = map_message(sender, message, receiver, dwords);
    }
    uint32_t received = message_dwords(sender, message, receiver, dwords);
    transfer_done(sender);
    ipc_unlock(sender, receiver);

    receiver->message->send = received << DOPE_DWORDS_SHIFT;
    receiver->message->partner = sender->id;
    if (received < dwords || strings || mapped != MAP_NONE) {
        return report_error(receiver, mapped, received < dwords || strings);
    }
    return RESULT_OK;
}

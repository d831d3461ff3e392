/* SPDX-License-Identifier: BSD-2-Clause */
/* Moving a message that is more than words in registers.  Part of the page of the short path. */
#include "kernel/ipc/transfer.h"

#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"
#include "kernel/ipc/strings.h"

#include "variant_message.h"

/* Words that a message carries, as far as they lie below the sender's limit; `strings` gets the number of
   string dopes if there are any. */
static inline uint32_t words_sent(const struct tcb *sender, const struct ipc_registers *message, uint32_t *strings)
{
    if (!structure_valid(sender, message->send)) {
        return REGISTER_WORDS;
    }
    uint32_t dope = structure_head(sender, message->send, STRUCTURE_SEND_DOPE);
    *strings = dope >> DOPE_STRINGS_SHIFT & DOPE_STRINGS_MASK;
    return structure_bounded(sender, message->send, dope >> DOPE_DWORDS_SHIFT);
}

/* The strings, as long as nothing before them went wrong; then what EAX says of all but the dwords. */
static __attribute__((noinline)) uint32_t strings_and_errors(struct tcb *sender, const struct ipc_registers *message,
                                                             struct tcb *receiver, uint32_t strings,
                                                             enum map_result mapped, bool cut)
{
    uint32_t result = mapped == MAP_DONE ? RESULT_MAPPED : 0;
    if (cut) {
        return result | RESULT_CUT;
    }
    if (mapped == MAP_NO_MEMORY) {
        return RESULT_MAP_FAILED;
    }
    if (strings) {
        struct strings_received received = strings_transfer(sender, message, receiver, strings);
        result |= received.dopes << DOPE_STRINGS_SHIFT | (received.cut ? (uint32_t)RESULT_CUT : 0);
    }
    return result;
}

PATH(ipc_transfer) uint32_t ipc_transfer(struct tcb *sender, const struct ipc_registers *message, struct tcb *receiver)
{
    uint32_t strings = 0;
    enum map_result mapped = MAP_NONE;
    ipc_lock(sender, receiver);
    uint32_t dwords = words_sent(sender, message, &strings);
    if (message->send & SEND_MAP) {
        mapped = map_message(sender, message, receiver, dwords);
    }
    uint32_t received = message_dwords(sender, message, receiver, dwords);
    uint32_t result = received << DOPE_DWORDS_SHIFT, error = RESULT_OK;
    if (received < dwords || strings || mapped != MAP_NONE) {
        result |= strings_and_errors(sender, message, receiver, strings, mapped, received < dwords);
        error = result & RESULT_ERROR_MASK;
    }
    transfer_done(sender);
    ipc_unlock(sender, receiver);

    receiver->message->send = result;
    receiver->message->partner = sender->id;
    return error ? error | RESULT_SEND_PHASE : RESULT_OK;
}

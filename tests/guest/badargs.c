/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the kernel go on, whatever arguments its calls are given? */
#include "bench/support/misdeed.h"

static const uint32_t KERNEL_ADDRESS = 0xF0100000, WILD_ADDRESS = 0x30000000, USER_END = 0xC0000000;

static struct {
    struct l4_message head;
    uint32_t rest[64];
} box;

/* One raw trap: what a stub would never pass. Returns EAX. */
static uint32_t raw_ipc(uint32_t send, uint32_t receive, uint32_t partner, uint32_t timeouts)
{
    register uint32_t buffer __asm__("ebp") = receive;

    __asm__ volatile("int $0x30"
                     : "+a"(send), "+r"(buffer), "+c"(timeouts), "+S"(partner)
                     : "d"(1), "b"(2), "D"(3)
                     : "memory");
    return send;
}

/* The helper every row may send to: a thread of its own task that receives long messages for ever. */
static void listener(uint32_t unused)
{
    static uint32_t inbox[3 + 1024];
    struct l4_words words = {0};
    l4_id_t from;

    (void)unused;
    for (;;) {
        l4_message_init((struct l4_message *)inbox, 1024);
        l4_ipc_wait(&from, l4_long((struct l4_message *)inbox), &words, 0);
    }
}

static l4_id_t listener_start(void)
{
    l4_id_t id = thread_start(1, listener, 0);

    thread_sleep(2);
    return id;
}

static const uint32_t NO_RECEIVE = 0xFFFFFFFF, ZERO_TIMEOUTS = 0x11;

static uint32_t send_kernel_address(void)
{
    raw_ipc(KERNEL_ADDRESS, NO_RECEIVE, listener_start(), ZERO_TIMEOUTS);
    return 1;
}

static uint32_t send_user_end(void)
{
    raw_ipc(USER_END - 8, NO_RECEIVE, listener_start(), ZERO_TIMEOUTS);
    return 1;
}

static uint32_t send_wild(void)
{
    raw_ipc(WILD_ADDRESS, NO_RECEIVE, listener_start(), ZERO_TIMEOUTS);
    return 1;
}

static uint32_t send_unaligned(void)
{
    l4_message_init(&box.head, 40);
    raw_ipc((uint32_t)&box | 3, NO_RECEIVE, listener_start(), ZERO_TIMEOUTS);
    return 1;
}

static uint32_t send_huge(void)
{
    l4_message_init(&box.head, 0x7FFFF);
    raw_ipc((uint32_t)&box, NO_RECEIVE, listener_start(), ZERO_TIMEOUTS);
    return 1;
}

static uint32_t send_strings(void)
{
    l4_message_init(&box.head, 8);
    box.head.send_dope |= 31 << 8;
    for (uint32_t i = 0; i < 64; i++)
        box.rest[i] = 0x7FFFFFFF;
    raw_ipc((uint32_t)&box, NO_RECEIVE, listener_start(), ZERO_TIMEOUTS);
    return 1;
}

/* Echoes one message into whatever buffer its caller named. */
static void replier(uint32_t unused)
{
    static uint32_t memory[3 + 64];
    struct l4_message *inbox = (struct l4_message *)memory;
    struct l4_words words = {0};
    l4_id_t from;

    (void)unused;
    l4_message_init(inbox, 40);
    l4_ipc_wait(&from, l4_long(inbox), &words, 0);
    l4_ipc_send(from, l4_long(inbox), &words, 0);
    thread_stop();
}

static uint32_t receive_at(uint32_t address)
{
    l4_message_init(&box.head, 40);
    l4_id_t partner = thread_start(1, replier, 0);
    thread_sleep(2);
    raw_ipc((uint32_t)&box, address, partner, 0);
    return 1;
}

static uint32_t receive_kernel_address(void)
{
    return receive_at(KERNEL_ADDRESS);
}

static uint32_t receive_user_end(void)
{
    return receive_at(USER_END - 32);
}

static uint32_t receive_wild(void)
{
    return receive_at(WILD_ADDRESS);
}

static uint32_t map_garbage(void)
{
    l4_id_t partner = listener_start();

    for (uint32_t bits = 0; bits < 64; bits++) {
        struct l4_words words = {0xFFFFFFFF, l4_fpage(KERNEL_ADDRESS, bits, 3), 0x12345678};
        l4_message_init(&box.head, 0);
        l4_ipc_send(partner, l4_map(&box.head), &words, ZERO_TIMEOUTS);
    }
    return 1;
}

static uint32_t unmap_garbage(void)
{
    for (uint32_t bits = 0; bits < 64; bits++)
        l4_fpage_unmap(l4_fpage(KERNEL_ADDRESS, bits, 0), 0xFFFFFFFF);
    return 1;
}

static uint32_t ids_garbage(void)
{
    static const uint32_t ids[] = {0xFFFFFFFF, 0x00000400, 0xFFFF0000, 0x04FF0001, 0x00000001, 0x000000FF, 0x04000C01};
    uint32_t wrong = 0;

    l4_message_init(&box.head, 0);
    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct l4_words words = {0};
        wrong += !l4_error(l4_ipc_send(ids[i], l4_short(&box.head), &words, ZERO_TIMEOUTS));
        l4_thread_switch(ids[i]);
    }
    return wrong == 0;
}

static uint32_t schedule_garbage(void)
{
    return l4_thread_schedule(L4_INVALID_ID, 0) == 0xFFFFFFFF &&
           l4_thread_schedule(l4_thread_of(l4_myself(), 60), 0x00FFFF10) == 0xFFFFFFFF;
}

static uint32_t ex_regs_kernel_address(void)
{
    uint32_t esp = KERNEL_ADDRESS, eip = KERNEL_ADDRESS;

    l4_lthread_ex_regs(2, &esp, &eip, L4_INVALID_ID);
    esp = eip = 0;
    l4_lthread_ex_regs(0x3FFFFF03, &esp, &eip, 0xDEADBEEF);
    thread_sleep(2);
    return 1;
}

/* Tasks that are not the caller's to create: the kernel's, sigma0, its own chief, itself. */
static uint32_t task_new_not_ours(void)
{
    static const uint32_t ids[] = {0, 0x04020001, 0x04040001, TEST_TASK << L4_TASK_SHIFT};
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        wrong += l4_task_new(ids[i], 255, 0x1000, 0x1000, l4_myself()) != L4_NIL_ID;
    return wrong == 0;
}

static uint32_t null_segments_in_call(void)
{
    l4_message_init(&box.head, 40);
    l4_id_t partner = listener_start();
    __asm__ volatile("movl %0, %%ds\n\tmovl %0, %%es" : : "r"(0) : "memory");
    return l4_error(raw_ipc((uint32_t)&box, NO_RECEIVE, partner, ZERO_TIMEOUTS)) == L4_OK;
}

static uint32_t direction_flag(void)
{
    l4_message_init(&box.head, 40);
    l4_id_t partner = listener_start();
    __asm__ volatile("std" : : : "memory", "cc");
    uint32_t result = raw_ipc((uint32_t)&box, NO_RECEIVE, partner, ZERO_TIMEOUTS);
    __asm__ volatile("cld" : : : "memory", "cc");
    return l4_error(result) == L4_OK;
}

static const struct misdeed rows[] = {
    {"send-kernel-address", send_kernel_address, EITHER},
    {"send-user-end", send_user_end, EITHER},
    {"send-wild", send_wild, EITHER},
    {"send-unaligned", send_unaligned, GOES_ON},
    {"send-huge", send_huge, EITHER},
    {"send-strings", send_strings, EITHER},
    {"receive-kernel-address", receive_kernel_address, GOES_ON},
    {"receive-user-end", receive_user_end, EITHER},
    {"receive-wild", receive_wild, EITHER},
    {"map-garbage", map_garbage, GOES_ON},
    {"unmap-garbage", unmap_garbage, GOES_ON},
    {"ids-garbage", ids_garbage, GOES_ON},
    {"schedule-garbage", schedule_garbage, GOES_ON},
    {"ex-regs-kernel-address", ex_regs_kernel_address, EITHER},
    {"task-new-not-ours", task_new_not_ours, GOES_ON},
    {"null-segments-in-call", null_segments_in_call, GOES_ON},
    {"direction-flag", direction_flag, GOES_ON},
};

static void badargs_run(void)
{
    covers("ids-garbage", "id.invalid id.valid");
    covers("schedule-garbage", "schedule.not-existing");
    covers("task-new-not-ours", "task.refused");
    misdeeds_run(rows, sizeof(rows) / sizeof(rows[0]));
}

const struct program program = {.name = "badargs", .run = badargs_run};

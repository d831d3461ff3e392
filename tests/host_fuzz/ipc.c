/* SPDX-License-Identifier: BSD-2-Clause */
/* The IPC state machine: threads of three clans make any IPC, on their own kernel stacks and with page faults in
   mid-transfer, while ticks and interrupts come, IPC is cancelled, threads end and pages are taken away. */
#include "tests/host_fuzz/fuzz.h"

#include "tests/host/host.h"
#include "tests/host_fuzz/machine.h"
#include "tests/host_fuzz/rules.h"
#include "tests/host_fuzz/world.h"

#include "kernel/arch/pic.h"
#include "kernel/init/info_page.h"
#include "kernel/ipc/interrupt.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/map.h"
#include "kernel/ipc/timeout.h"
#include "kernel/memory/mapping.h"
#include "kernel/thread/thread.h"

#include "variant.h"

enum { WORDS_MANY = 1500 };

static struct ipc_registers asked[ACTORS];
static bool in_ipc[ACTORS];
static struct tcb *victim; /* of the present operation */

static void start_victim(void)
{
    thread_start(victim, 0, USER_FIRST, 0);
}

/* Sizes that fit, that do not, and that reach over the end of the task's memory. */
static uint32_t any_dope(void)
{
    static const uint32_t dwords[] = {0, 2, 3, 4, 7, 40, 900, WORDS_MANY};
    return dwords[input_below(8)] << DOPE_DWORDS_SHIFT | input_below(4) << DOPE_STRINGS_SHIFT;
}

/* The thread's message structure: header, a pair that maps a page, two string dopes of anywhere. */
static void write_structure(const struct tcb *thread)
{
    uint32_t structure = structure_of(thread), size_dope = any_dope();
    write_word(thread->task, structure, FPAGE_ALL);
    write_word(thread->task, structure + 4, size_dope);
    write_word(thread->task, structure + 8, any_dope());
    uint32_t dopes = structure + (STRUCTURE_DWORDS + (size_dope >> DOPE_DWORDS_SHIFT)) * sizeof(uint32_t);
    for (uint32_t i = 0; i < 3 * 2; i++) {
        uint32_t page = input_below(USER_PAGES), form = input_byte();
        write_word(thread->task, dopes + i * 8, (form & 1) << 31 | (form >> 1) * 64);
        write_word(thread->task, dopes + i * 8 + 4, user_address(page) + form * 8);
    }
}

static void enter_ipc(void)
{
    ipc(&tcb_user_frame(tcb_current())->registers);
}

static uint32_t number_of(const struct tcb *thread)
{
    uint32_t number = 0;
    while (number < ACTORS && actors[number] != thread) {
        number++;
    }
    return number;
}

/* Words 0-2 where the message axis has them. */
static void put_words(const struct tcb *thread, struct ipc_registers *registers, uint32_t first, uint32_t second)
{
    registers->word[0] = first;
    registers->word[1] = second;
    write_word(thread->task, structure_of(thread) + STRUCTURE_DWORDS * sizeof(uint32_t), first);
    write_word(thread->task, structure_of(thread) + (STRUCTURE_DWORDS + 1) * sizeof(uint32_t), second);
}

static uint32_t any_destination(void)
{
    uint32_t form = input_byte();
    if (form < 16) {
        return form; /* nil and interrupts */
    }
    uint32_t id = tcb_of_id(actors[form % ACTORS]->id)->id;
    return form < 24 ? id + 1 : id;
}

static uint32_t any_timeouts(void)
{
    static const uint32_t common[] = {0, 0, 0, 0x11, 0x01, 0x10, 0x04040088, 0x0101F0FF};
    uint32_t form = input_byte();
    return form < 0xF0 ? common[form % 8] : input_word();
}

static struct ipc_registers any_ipc(const struct tcb *self)
{
    static const uint32_t none = UINT32_MAX;
    uint32_t structure = structure_of(self), form = input_byte(), window = FPAGE_ALL | RECEIVE_MAP;
    const uint32_t send[] = {0,   0, structure, structure, structure | SEND_MAP, SEND_MAP, structure | SEND_PROPAGATE,
                             none};
    const uint32_t receive[] = {0, RECEIVE_OPEN, structure, structure | RECEIVE_OPEN, window, RECEIVE_OPEN, none, none};
    return (struct ipc_registers){
        .send = send[form % 8],
        .receive = receive[form / 8 % 8],
        .timeouts = any_timeouts(),
        .partner = any_destination(),
    };
}

static void call_ipc(struct tcb *self, struct ipc_registers registers)
{
    uint32_t number = number_of(self);
    asked[number] = registers;
    in_ipc[number] = true;
    rules_propagated = rules_propagated || registers.send & SEND_PROPAGATE;
    tcb_user_frame(self)->registers = registers;
    machine_enter(self, enter_ipc);
}

static void make_ipc(struct tcb *self)
{
    if (input_below(4) == 0) {
        write_structure(self);
    }
    struct ipc_registers registers = any_ipc(self);
    uint32_t page = input_below(USER_PAGES);
    put_words(self, &registers, user_address(page), pager_address(0, page) | 12 << FPAGE_SIZE_SHIFT | input_below(4));
    if (registers.send & SEND_PROPAGATE) {
        tcb_user_frame(self)->esp = structure_of(self) - 4;
        write_word(self->task, structure_of(self) - 4, any_destination());
    }
    call_ipc(self, registers);
}

/* The pager gives the page that its last message was about, and waits for the next. */
static void answer(struct tcb *self)
{
    const struct ipc_registers *got = &tcb_user_frame(self)->registers;
    uint32_t structure = structure_of(self), fault = got->word[0];
    const uint32_t *in_memory = alias(self->task, structure + STRUCTURE_DWORDS * sizeof(uint32_t));
    if (!message_wire_fits(0) && in_memory) {
        fault = *in_memory;
    }
    uint32_t task = tcb_of_id(got->partner)->task == user_tasks[0]   ? 0
                    : tcb_of_id(got->partner)->task == user_tasks[1] ? 1
                                                                     : 2;
    uint32_t page = (fault - USER_FIRST) / PAGE_SIZE % USER_PAGES;
    struct ipc_registers registers = {
        .send = (message_wire_fits(0) ? 0 : structure) | SEND_MAP,
        .receive = structure | RECEIVE_OPEN,
        .partner = got->partner,
    };
    write_word(self->task, structure + 4, 3 << DOPE_DWORDS_SHIFT);
    write_word(self->task, structure + 8, 3 << DOPE_DWORDS_SHIFT);
    uint32_t fpage = pager_address(task, page) | 12 << FPAGE_SIZE_SHIFT | FPAGE_WRITE;
    put_words(self, &registers, fault & ~(uint32_t)(PAGE_SIZE - 1), fpage);
    call_ipc(self, registers);
}

static void take_page(void)
{
    uint32_t task = input_below(USER_TASKS), page = input_below(USER_PAGES);
    struct place place = {pager_task, pager_address(task, page)};
    mapping_revoke(place, input_below(4) ? (uint32_t)REVOKE_ALL : (uint32_t)REVOKE_WRITES);
    page_directory_load(hot.loaded_page_directory);
}

/* As the timer's interrupt; whoever is woken may be preferred at once. */
static void tick(void)
{
    info_page.clock += 1000 << input_below(4) * 4;
    int woken = timeout_expire(info_page.clock);
    struct tcb *self = tcb_current();
    if (self->task && (woken > self->priority || input_below(3) == 0)) {
        thread_yield();
    }
}

static void interrupt_comes(void)
{
    uint32_t line = input_below(LINES);
    for (uint32_t tried = 0; tried < LINES && !line_open[line]; tried++) {
        line = (line + 1) % LINES;
    }
    if (line_open[line] && line != LINE_TIMER && line != LINE_CASCADE) {
        interrupt(line);
    }
}

void machine_interrupts_possible(void)
{
    uint32_t form = input_below(8);
    if (form == 0) {
        tick();
    } else if (form == 1) {
        interrupt_comes();
    }
}

static void cancel_victim(void)
{
    interrupt_detach(victim);
    ipc_cancel(victim);
}

static void kill_victim(void)
{
    thread_kill(victim);
}

static void pick(void)
{
    thread_switch(thread_pick());
}

/* A chief's lthread 0 ends with its whole clan only. */
static void kill_or_start(struct tcb *self)
{
    uint32_t number = input_below(ACTORS);
    victim = actors[number];
    if (victim->id != ID_NIL && victim != self && number != CHIEF) {
        machine_enter(self, kill_victim);
        in_ipc[number] = false;
    } else if (victim->id == ID_NIL) {
        struct task *task = number >= PAGER ? pager_task : user_tasks[number / 2];
        make_thread(task, number % 2)->blocked = BLOCKED_INACTIVE;
        machine_enter(self, start_victim);
    }
}

/* Asks for an interrupt. */
static void associate(struct tcb *self)
{
    enum { AT_ONCE = 0x01 };
    call_ipc(self, (struct ipc_registers){.send = UINT32_MAX, .timeouts = AT_ONCE, .partner = 1 + input_below(LINES)});
}

static void operate(struct tcb *self)
{
    uint32_t form = input_below(32);
    victim = actors[input_below(ACTORS)];
    if (form < 2) {
        machine_enter(self, tick);
    } else if (form == 2) {
        machine_enter(self, interrupt_comes);
    } else if (form < 5) {
        take_page();
    } else if (form == 5) {
        kill_or_start(self);
    } else if (form == 16) {
        associate(self);
    } else if ((form == 6 || form == 17) && victim != self && victim->id != ID_NIL) {
        machine_enter(self, cancel_victim);
    } else if (form == 7) {
        machine_enter(self, thread_yield);
    } else if (form < 16 && self->task == pager_task) {
        answer(self);
    } else {
        make_ipc(self);
    }
}

/* Nobody is ready: the idle thread waits for interrupts, and picks after each. */
static void idle(struct tcb *self)
{
    machine_enter(self, input_below(8) ? tick : interrupt_comes);
    if (machine_at_user_level() == self) {
        machine_enter(self, pick);
    }
}

/* The thread has come back to user level. */
static void require_end_of_ipc(struct tcb *thread)
{
    uint32_t number = number_of(thread);
    if (number < ACTORS && in_ipc[number]) {
        in_ipc[number] = false;
        rules_require_result(&asked[number], &tcb_user_frame(thread)->registers);
    }
}

static void start_all(void)
{
    for (uint32_t i = 0; i < ACTORS; i++) {
        actors[i]->blocked = BLOCKED_INACTIVE;
    }
    for (uint32_t i = 0; i < ACTORS; i++) {
        victim = actors[i];
        machine_enter(tcb_of_id(ID_NIL), start_victim);
    }
    machine_enter(tcb_of_id(ID_NIL), pick);
}

void fuzz_one(void)
{
    make_world();
    start_all();
    while (!input_over()) {
        struct tcb *self = machine_at_user_level();
        if (self->task) {
            operate(self);
        } else {
            idle(self);
        }
        require_end_of_ipc(machine_at_user_level());
        rules_require(machine_at_user_level());
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a task reach exactly the I/O ports that it was given, and lose them when they are taken back?
 *
 * Children obey the root task, which is their pager and sees what they fault on. Ports that are read change nothing. */
#include "bench/support/driver.h"
#include "bench/support/info_page.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum { FIRST = FIRST_TASK, SECOND };
enum { SPEAKER = 0x61, TIMER_LAST = 0x5F, CMOS = 0x71, LAST_PORT = 0xFFFF, UNIT_BITS = 4 };
enum { PATIENCE_MS = 20, LATER_MS = 60, IOPL_SHIFT = 12 };
enum order { TELL, READ, READ_PAIR, READ_STRING, READ_ON, READ_LATER, READ_AND_CALL, IOPL, CLI, PASS_ON, GRANT_ON };

/* Set before the children start, who have copies. */
static uint32_t window;
static l4_id_t second;

static uint32_t faults, fault_word, fault_eip;
static bool refusing;

static uint32_t unit_of(uint32_t port)
{
    return l4_port_fpage(port & ~0xFu, UNIT_BITS);
}

static uint32_t read_pair(uint16_t port)
{
    uint16_t value;

    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint32_t read_string(uint16_t port)
{
    uint8_t bytes[3];
    void *to = bytes;
    uint32_t count = sizeof(bytes);

    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(port) : "memory");
    return count;
}

static uint32_t io_privilege(void)
{
    uint32_t flags;

    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(flags));
    return flags >> IOPL_SHIFT & 3;
}

/* The child's half of PASS_ON and GRANT_ON: the ports of an fpage go to the second child. */
static void pass_on(uint32_t fpage)
{
    struct l4_message outbox;
    struct l4_words words = {0, fpage, 0};

    l4_message_init(&outbox, 0);
    l4_ipc_send(second, l4_map(&outbox), &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS));
}

/* By the kernel's shortest path, since the second child waits. */
static void call_second_to_read(uint32_t port)
{
    struct l4_message message;
    struct l4_words words = {READ, port, 0};

    l4_message_init(&message, 0);
    l4_ipc_call(second, l4_short(&message), l4_short(&message), &words, 0);
}

static uint32_t obey(enum order order, uint32_t argument)
{
    uint16_t port = (uint16_t)argument;

    switch (order) {
    case READ:
        return port_read(port);
    case READ_PAIR:
        return read_pair(port);
    case READ_STRING:
        return read_string(port);
    case READ_ON:
        for (;;)
            port_read(port);
    case READ_AND_CALL:
        port_read(port);
        call_second_to_read(port);
        return 0;
    case READ_LATER:
        for (uint32_t end = kernel_clock_ms() + LATER_MS; kernel_clock_ms() < end;)
            ;
        return port_read(port);
    case IOPL:
        return io_privilege();
    case CLI:
        __asm__ volatile("cli\n\tsti" : : : "memory");
        return 0;
    case PASS_ON:
    case GRANT_ON:
        pass_on(argument | (order == GRANT_ON ? L4_FPAGE_GRANT : 0));
        return 0;
    default:
        return 0;
    }
}

/* Reports what the last order gave, and whether ports or pages came with it. */
static void child(uint32_t unused)
{
    struct l4_message inbox;
    struct l4_words words = {0};
    l4_id_t partner;

    (void)unused;
    l4_message_init(&inbox, 0);
    inbox.receive_fpage = window;
    for (;;) {
        uint32_t result = boss_report_and_wait(EVENT_DONE, &partner, l4_map(&inbox), &words);
        words.w1 = result & L4_FPAGES_RECEIVED ? 0 : obey(words.w0, words.w1);
        words.w2 = result & L4_FPAGES_RECEIVED;
    }
}

static enum fault_answer hook(const struct fault *fault, uint32_t *fpage)
{
    if (!l4_is_port_fpage(fault->address))
        return FAULT_DEFAULT;
    faults++;
    fault_word = fault->address;
    fault_eip = fault->eip;
    return refusing ? FAULT_REFUSE : ports_hook(fault, fpage);
}

static l4_id_t child_start(uint32_t number)
{
    struct event event;
    l4_id_t id = task_start(number, child, 0);

    boss_wait_for(EVENT_DONE, &event, PATIENCE_MS);
    return id;
}

/* Both children, the first knowing the second. */
static l4_id_t children_start(void)
{
    second = child_start(SECOND);
    return child_start(FIRST);
}

/* Has the child obey, serving its faults; false if it does not come back. */
static bool order_with(l4_id_t id, struct l4_part send, struct l4_words words, struct event *event)
{
    struct l4_message outbox;

    faults = 0;
    l4_message_init(&outbox, 0);
    send.message = &outbox;
    if (l4_error(l4_ipc_send(id, send, &words, l4_timeouts(PATIENCE_MS, PATIENCE_MS))))
        return false;
    return boss_wait_for(EVENT_DONE, event, PATIENCE_MS) && event->from == id;
}

static bool order(l4_id_t id, enum order order_word, uint32_t argument)
{
    struct event event;

    return order_with(id, (struct l4_part){NULL, L4_SHORT}, (struct l4_words){order_word, argument, 0}, &event);
}

/* Did the child do this without any fault? */
static bool has_port(l4_id_t id, uint32_t port)
{
    return order(id, READ, port) && faults == 0;
}

/* Sends an fpage; whether the child says that something came. */
static bool give(l4_id_t id, uint32_t fpage)
{
    struct event event;

    return order_with(id, (struct l4_part){NULL, L4_SHORT | L4_MAP}, (struct l4_words){0, fpage, 0}, &event) &&
           event.words.w2;
}

/* The first child passes ports on to the second; both report. */
static void pass(l4_id_t first, enum order how, uint32_t fpage)
{
    struct event event;

    order(first, how, fpage);
    boss_wait_for(EVENT_DONE, &event, PATIENCE_MS);
}

static void prepare(uint32_t child_window)
{
    window = child_window;
    refusing = false;
    boss_set_hook(hook);
}

static void prepare_for_ports(void)
{
    prepare(l4_port_fpage(0, L4_PORT_BITS_ALL));
}

static void port_fault(void)
{
    covers("port-fault", "fault.io fpage.io");
    prepare_for_ports();
    l4_id_t id = child_start(FIRST);

    check("port-fault", order(id, READ, SPEAKER) && faults == 1, "a port that a task does not have is a fault");
    check("port-fault", fault_word == unit_of(SPEAKER), "its word is the IO fpage of the 16 ports around it");
    check("port-fault", fault_eip >= (uint32_t)image_start && fault_eip < (uint32_t)image_private,
          "then comes the instruction pointer");
    check("port-fault", has_port(id, SPEAKER) && has_port(id, SPEAKER), "once given, it is used without a fault");
    check("port-fault", order(id, READ, CMOS) && faults == 1 && fault_word == unit_of(CMOS),
          "the ports beside them are not given with them");
    check("port-fault", order(id, READ_STRING, SPEAKER) && faults == 0, "a string is read from it");
    check("port-fault", order(id, READ_PAIR, TIMER_LAST) && faults == 1 && fault_word == unit_of(TIMER_LAST),
          "an access across a border needs both sides");
    check("port-fault", order(id, READ, LAST_PORT) && faults == 1 && has_port(id, LAST_PORT), "the last port is one");
}

static void refused(void)
{
    prepare_for_ports();
    l4_id_t id = child_start(FIRST);

    refusing = true;
    check("refused", !order(id, READ, SPEAKER) && faults == 1, "without an answer the thread does not come through");
}

static void all_ports(void)
{
    struct event event;

    covers("all-ports", "fpage.io.all start.iopl");
    prepare_for_ports();
    l4_id_t id = child_start(FIRST);
    struct l4_words ask = {IOPL, 0, 0};

    check("all-ports", order_with(id, (struct l4_part){NULL, L4_SHORT}, ask, &event) && event.words.w1 == 0,
          "a task starts with IOPL 0");
    check("all-ports", order(id, CLI, 0) && faults == 1 && fault_word == 0xF0000040,
          "CLI asks for all ports, and is executed if they come");
    check("all-ports", has_port(id, CMOS) && has_port(id, LAST_PORT), "they are all there");
    check("all-ports", order_with(id, (struct l4_part){NULL, L4_SHORT}, ask, &event) && event.words.w1 == 3,
          "with IOPL 3");
    l4_fpage_unmap(unit_of(SPEAKER), L4_UNMAP_ALL);
    check("all-ports", order_with(id, (struct l4_part){NULL, L4_SHORT}, ask, &event) && event.words.w1 == 0,
          "which ends when one is taken back");
    check("all-ports", has_port(id, CMOS) && order(id, READ, SPEAKER) && faults == 1, "and that one is gone");
}

static void windows(void)
{
    covers("windows", "fpage.io.same-place map.io-mismatch");
    prepare(l4_port_fpage(SPEAKER & ~0x1Fu, UNIT_BITS + 1));
    l4_id_t id = child_start(FIRST);

    check("windows", give(id, l4_port_fpage(0, L4_PORT_BITS_ALL)), "ports come into a window for ports");
    check("windows", has_port(id, SPEAKER) && has_port(id, CMOS), "the ports of the window, at their own numbers");
    check("windows", order(id, READ, TIMER_LAST) && faults == 1, "and no others");
    check("windows", !give(id, unit_of(LAST_PORT)), "ports outside it do not come");
    check("windows", !give(id, l4_fpage((uint32_t)image_start, L4_PAGE_BITS, 0)), "nor do pages");
    prepare(l4_fpage(ARENA_MIDDLE, L4_PAGE_BITS, 0));
    id = child_start(FIRST);
    check("windows", !give(id, unit_of(SPEAKER)), "a window for pages takes no ports");
    check("windows", order(id, READ, SPEAKER) && faults == 1, "and the task has none then");
}

static void unmap(void)
{
    covers("unmap", "unmap.io");
    prepare_for_ports();
    l4_id_t id = child_start(FIRST);

    give(id, unit_of(SPEAKER));
    give(id, unit_of(CMOS));
    l4_fpage_unmap(unit_of(SPEAKER), L4_UNMAP_WRITE);
    check("unmap", has_port(id, SPEAKER), "ports are not made read-only");
    l4_fpage_unmap(unit_of(SPEAKER), L4_UNMAP_ALL);
    check("unmap", order(id, READ, SPEAKER) && faults == 1, "ports that were taken back are gone");
    check("unmap", has_port(id, CMOS), "others stay");
}

static void recursive(void)
{
    covers("recursive", "unmap.io");
    prepare_for_ports();
    l4_id_t first = children_start();

    give(first, unit_of(SPEAKER));
    pass(first, PASS_ON, unit_of(SPEAKER));
    check("recursive", has_port(second, SPEAKER) && has_port(first, SPEAKER), "a task passes its ports on");
    l4_fpage_unmap(unit_of(SPEAKER), L4_UNMAP_ALL);
    check("recursive", order(second, READ, SPEAKER) && faults == 1, "they are taken back from the last who has them");
    check("recursive", order(first, READ, SPEAKER) && faults == 1, "and from those between");
    give(first, unit_of(CMOS));
    pass(first, PASS_ON, unit_of(CMOS));
    first = child_start(FIRST);
    check("recursive", order(second, READ, CMOS) && faults == 1, "when a task ends, what it passed on is gone");
    check("recursive", order(first, READ, CMOS) && faults == 1, "its successor begins without");
    check("recursive", has_port(second, SPEAKER), "and what others gave stays");
}

static void grant(void)
{
    covers("grant", "fpage.grant");
    prepare_for_ports();
    l4_id_t first = children_start();

    give(first, unit_of(SPEAKER));
    pass(first, GRANT_ON, unit_of(SPEAKER));
    check("grant", has_port(second, SPEAKER), "ports are granted");
    check("grant", order(first, READ, SPEAKER) && faults == 1, "who grants them has them no more");
    first = child_start(FIRST);
    check("grant", has_port(second, SPEAKER), "they outlive him");
    l4_fpage_unmap(unit_of(SPEAKER), L4_UNMAP_ALL);
    check("grant", order(second, READ, SPEAKER) && faults == 1, "but not their first giver's taking back");
}

/* The processor must not look at one task's permissions while another runs. The other has run before, so that no page
 * fault comes between. */
static l4_id_t children_start_with_ports(void)
{
    struct event event;

    prepare_for_ports();
    l4_id_t first = children_start();
    give(first, unit_of(SPEAKER));
    give(second, unit_of(CMOS));
    order(second, READ_LATER, CMOS);
    boss_wait_for(EVENT_DONE, &event, 2 * LATER_MS);
    refusing = true;
    return first;
}

static void apart_after_ipc(void)
{
    l4_id_t first = children_start_with_ports();

    check("apart-after-ipc", has_port(second, CMOS) && has_port(first, SPEAKER), "two tasks use ports");
    bool came_through = order(first, READ_AND_CALL, SPEAKER);
    check("apart-after-ipc", !came_through && faults == 1, "after a call the other does not have the caller's");
}

/* The second child comes to its reading while the first one, which it shares the processor with, never enters the
 * kernel by itself. */
static void check_apart_after_tick(const char *name, l4_id_t first)
{
    struct event event;

    order(second, READ_LATER, SPEAKER);
    check(name, !order(first, READ_ON, SPEAKER), "a task uses its ports all the time");
    bool came_through = boss_wait_for(EVENT_DONE, &event, 2 * LATER_MS);
    check(name, !came_through && faults == 1, "one that shares the processor with it has none of them");
}

static void apart_after_tick(void)
{
    check_apart_after_tick("apart-after-tick", children_start_with_ports());
}

static void apart_in_small_space(void)
{
    l4_id_t first = children_start_with_ports();

    task_make_small(second, 1);
    check_apart_after_tick("apart-in-small-space", first);
}

static const struct root_test tests[] = {
    {"port-fault", port_fault},
    {"refused", refused},
    {"all-ports", all_ports},
    {"windows", windows},
    {"unmap", unmap},
    {"recursive", recursive},
    {"grant", grant},
    {"apart-after-ipc", apart_after_ipc},
    {"apart-after-tick", apart_after_tick},
    {"apart-in-small-space", apart_in_small_space},
};

static void io_ports_run(void)
{
    covers("sigma0", "fpage.io.all start.iopl");
    check("sigma0", io_privilege() == 0, "the root task starts with IOPL 0");
    check("sigma0", ports_take_all(), "sigma0 gives it all ports");
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "io_ports", .run = io_ports_run};

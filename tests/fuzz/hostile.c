/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the kernel survive tasks that ask it for anything at all? The root task is their pager and their grave-digger:
 * it answers their page faults, more or less, deletes them in the middle of what they do, and starts them anew. Beside
 * them a canary task minds its own memory.
 *
 * A run is given by its seed: the machine counts instructions, so the same seed makes the same calls. What it leaves in
 * memory is looked at from outside (tests/fuzz/invariants.py). */
#include "bench/support/boss.h"
#include "bench/support/console.h"
#include "bench/support/driver.h"
#include "bench/support/memory.h"
#include "bench/support/program.h"
#include "tests/fuzz/hostile.h"

enum { GENERATION_CALLS = 6000, GENERATION_WAITS = 200, ROOT_PRIORITY = 200, HOSTILE_PRIORITY = 100, SLOT_TASKS = 4 };
enum { MODULES = 6, MODULE_COMMAND_LINE = 2, OUR_MODULE = 1, MODULE_WORDS = 4, GIVEN_TASKS = 16 };
/* More calls than a generation can make, and spoiled generations than a run may have. */
enum { DEFAULT_CALLS = 20000, MOST_CALLS = 0x100000, SPOILED_MOST = 10 };
/* The keyboard controller raises line 1 when asked to: it is told which byte the keyboard shall seem to have sent. */
enum { KEYBOARD_DATA = 0x60, KEYBOARD_COMMAND = 0x64, OUTPUT_FULL = 1, INPUT_FULL = 2 };
enum { WRITE_COMMAND_BYTE = 0x60, INTERRUPTS_ON = 0x03, WRITE_OUTPUT = 0xD2, SOME_BYTE = 0x1C };

uint32_t multiboot_information;

static union {
    struct shared shared;
    uint8_t page[L4_PAGE_SIZE];
} box __attribute__((aligned(L4_PAGE_SIZE)));

static union {
    struct witness witness;
    uint8_t page[L4_PAGE_SIZE];
} canary_box __attribute__((aligned(L4_PAGE_SIZE)));

static volatile struct shared *const shared = &box.shared;
static volatile struct witness *const witness = &canary_box.witness;
/* Of all generations, and how many there were; of the spoiled ones, whose counts somebody had overwritten, nothing. */
static struct counts total;
static uint32_t generations, spoiled;
/* Readable, never writable, for whoever asks. */
static uint8_t public_page[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));
static uint32_t random_state, seed;
/* The hostile tasks and the canary; nil: not there. */
static l4_id_t tasks[HOSTILE_TASKS + 1];

static uint32_t next(void)
{
    random_state = random_state * 1664525 + 1013904223;
    return random_state >> 8;
}

/* The number after `key` on the module's command line, or `otherwise`. */
static uint32_t option(const char *key, uint32_t otherwise)
{
    const uint32_t *modules = (const uint32_t *)((const uint32_t *)multiboot_information)[MODULES];
    const char *line = (const char *)modules[OUR_MODULE * MODULE_WORDS + MODULE_COMMAND_LINE];

    for (; *line; line++) {
        uint32_t length = 0, value = 0;
        while (key[length] && line[length] == key[length])
            length++;
        if (key[length])
            continue;
        for (const char *digit = line + length; *digit >= '0' && *digit <= '9'; digit++)
            value = value * 10 + (uint32_t)(*digit - '0');
        return value;
    }
    return otherwise;
}

/* What a fault of one of the children is answered with; false: it stays unanswered. */
static bool fault_answered(l4_id_t from, uint32_t address, bool write, uint32_t *fpage)
{
    uint32_t page = l4_page_base(address), task = l4_task_number(from);

    *fpage = 0;
    if (task < FIRST_TASK || task > CANARY_TASK)
        return next() % 2;
    if (page == SHARED) {
        *fpage = l4_fpage((uint32_t)&box, L4_PAGE_BITS, L4_FPAGE_WRITE);
        return true;
    }
    if (page == WITNESS && task == CANARY_TASK) {
        *fpage = l4_fpage((uint32_t)&canary_box, L4_PAGE_BITS, L4_FPAGE_WRITE);
        return true;
    }
    if (page >= (uint32_t)image_start && page < (uint32_t)image_private && !write) {
        (void)*(const volatile uint8_t *)page;
        *fpage = l4_fpage(page, L4_PAGE_BITS, 0);
        return true;
    }
    uint8_t *frame = task_frame(task, page);
    if (frame && (page < ARENA_START || next() % 16)) {
        *fpage = l4_fpage((uint32_t)frame, L4_PAGE_BITS, L4_FPAGE_WRITE);
        return true;
    }
    *fpage = write || next() % 4 ? 0 : l4_fpage((uint32_t)public_page, L4_PAGE_BITS, 0);
    return *fpage != 0;
}

/* Nobody may keep the root task waiting: a millisecond for a message and for the page faults on its way. */
static uint32_t patience(void)
{
    return l4_timeouts(0, 1) | l4_fault_timeouts(10, 10);
}

/* Serves whoever comes, for a millisecond after the last. */
static void serve(void)
{
    struct l4_message message;
    struct l4_words words = {0};
    uint32_t fpage;
    l4_id_t from;

    for (uint32_t served = 0; served < 64; served++) {
        l4_message_init(&message, 0);
        uint32_t result = l4_ipc_wait(&from, l4_short(&message), &words, patience());
        if (l4_error(result) == L4_TIMEOUT)
            return;
        if (l4_error(result) || !fault_answered(from, words.w0 & ~3u, words.w0 & 2, &fpage))
            continue;
        words = (struct l4_words){l4_page_base(words.w0), fpage, 0};
        l4_ipc_send(from, l4_map(&message), &words, patience());
    }
}

static void known_add(l4_id_t id)
{
    shared->known[next() % KNOWN_IDS] = id;
}

/* Starts a task whose threads have no more priority than root leaves them, and gives it numbers of its own. */
static void start(uint32_t index)
{
    uint32_t number = FIRST_TASK + index, root = l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT;
    thread_entry *entry = number == CANARY_TASK ? canary_main : hostile_main;
    l4_id_t id = task_start(number, entry, 0);

    if (id == L4_NIL_ID)
        return;
    id = l4_task_new(id, HOSTILE_PRIORITY, stack_with_argument(main_stack, sizeof(main_stack), 0), (uint32_t)entry,
                     L4_ROOT);
    thread_set_priority(id, HOSTILE_PRIORITY);
    if (next() % 2)
        task_make_small(id, 1 + index);
    known_add(id);
    tasks[index] = id;
    if (number == CANARY_TASK)
        return;
    for (uint32_t i = 0; i < SLOT_TASKS; i++)
        l4_task_new(root | (GIVEN_TASKS + SLOT_TASKS * index + i) << L4_TASK_SHIFT, id, 0, 0, L4_NIL_ID);
}

static void task_delete(uint32_t index)
{
    if (tasks[index] != L4_NIL_ID)
        l4_task_new(tasks[index], L4_ROOT, 0, 0, L4_NIL_ID);
    tasks[index] = L4_NIL_ID;
}

static void keyboard_command(uint8_t command, uint8_t data)
{
    while (port_read(KEYBOARD_COMMAND) & INPUT_FULL)
        ;
    port_write(KEYBOARD_COMMAND, command);
    while (port_read(KEYBOARD_COMMAND) & INPUT_FULL)
        ;
    port_write(KEYBOARD_DATA, data);
}

/* An interrupt for whoever has asked for line 1. */
static void interrupt_raise(void)
{
    while (port_read(KEYBOARD_COMMAND) & OUTPUT_FULL)
        port_read(KEYBOARD_DATA);
    keyboard_command(WRITE_OUTPUT, SOME_BYTE);
}

/* Whatever the tasks do: one of them is deleted, and with it the tasks it has made. */
static void disturb(void)
{
    uint32_t index = next() % HOSTILE_TASKS;

    if (next() % 64 == 0)
        task_delete(index);
    if (next() % 4 == 0)
        interrupt_raise();
    if (next() % 8 == 0)
        l4_fpage_unmap(l4_fpage((uint32_t)image_private, 20, 0), next() % 2 ? L4_UNMAP_ALL : L4_UNMAP_WRITE);
}

/* Can these be counts? Nobody counts more outcomes than calls, nor more valid calls than outcomes. */
static bool plausible(const struct counts *counts)
{
    uint32_t outcomes = 0;

    for (uint32_t call = 0; call < CALLS; call++) {
        uint32_t of_call = 0;
        for (uint32_t outcome = 0; outcome < OUTCOMES; outcome++) {
            if (counts->outcome[call][outcome] > counts->calls)
                return false;
            of_call += counts->outcome[call][outcome];
        }
        if (counts->valid[call] > of_call)
            return false;
        outcomes += of_call;
    }
    return outcomes <= counts->calls && counts->calls <= MOST_CALLS && counts->instruction[0] <= MOST_CALLS &&
           counts->instruction[1] <= MOST_CALLS;
}

/* Structures of words, one added to the other. */
static void add(struct counts *sum, const struct counts *counts)
{
    for (uint32_t i = 0; i < sizeof(*sum) / sizeof(uint32_t); i++)
        ((uint32_t *)sum)[i] += ((const uint32_t *)counts)[i];
}

/* One life of all tasks. */
static void generation(uint32_t calls)
{
    struct counts counts;

    shared->counts = (struct counts){0};
    shared->seed = seed;
    shared->generation = ++generations;
    for (uint32_t i = 0; i <= HOSTILE_TASKS; i++)
        start(i);
    for (uint32_t waits = 0; waits < GENERATION_WAITS && shared->counts.calls < calls; waits++) {
        serve();
        disturb();
    }
    for (uint32_t i = 0; i <= HOSTILE_TASKS; i++)
        task_delete(i);
    tasks_delete();
    counts = shared->counts;
    if (plausible(&counts))
        add(&total, &counts);
    else
        spoiled++;
}

static void counts_print(void)
{
    static const char *const names[CALLS] = {
        "ipc", "id_nearest", "fpage_unmap", "thread_switch", "thread_schedule", "lthread_ex_regs", "task_new"};

    for (uint32_t call = 0; call < CALLS; call++) {
        console_print("@count %s valid %u\n", names[call], total.valid[call]);
        for (uint32_t outcome = 0; outcome < OUTCOMES; outcome++)
            if (total.outcome[call][outcome])
                console_print("@count %s %x %u\n", names[call], outcome, total.outcome[call][outcome]);
    }
    for (uint32_t outcome = 0; outcome <= REFUSED; outcome++)
        console_print("@count instruction %x %u\n", outcome, total.instruction[outcome]);
}

static void hostile_run(void)
{
    uint32_t limit = option("calls=", DEFAULT_CALLS);

    random_state = seed = option("seed=", 1);
    console_print("@note exceptions=expected seed=%u\n", seed);
    thread_set_priority(L4_ROOT, ROOT_PRIORITY);
    check("ports", ports_take_all(), "sigma0 gives all ports");
    keyboard_command(WRITE_COMMAND_BYTE, INTERRUPTS_ON);
    *witness = (struct witness){0}; /* what the root task has never touched, it cannot map to anybody */
    while (total.calls < limit && spoiled < SPOILED_MOST)
        generation(limit - total.calls < GENERATION_CALLS ? limit - total.calls : GENERATION_CALLS);
    counts_print();
    console_print("@note calls=%u generations=%u spoiled=%u\n", total.calls, generations, spoiled);
    check("counts", total.calls >= limit, "the calls asked for were made in generations whose counts stand");
    check("canary", witness->rounds > 0 && witness->wrong == 0, "the canary task's memory is intact");
}

const struct program program = {.name = "hostile", .run = hostile_run};

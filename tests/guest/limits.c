/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a small space end where its segments end? A task lies between two neighbours in one page directory, whose pages
 * at the two common borders are present: nothing but the segment limit keeps it from them.
 *
 *      BELOW: .. last page | VICTIM: page 0 .. last page | ABOVE: page 0 ..
 *
 * The victim's last byte is its own and it stays small. One step further it either grows to a large space, where the
 * same address is a page of its own, or is stopped; it never reads, writes or executes a neighbour's page.
 *
 * A machine that ignores segment limits cannot show this: there only the rows that stay inside run, and a note says
 * so. */
#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"
#include "kernel/memory/layout.h"
#include "variant_choices.h"

enum { BELOW, VICTIM, ABOVE, TASKS_IN_ROW };
enum { END = SMALL_SPACE_SIZE, LAST_PAGE = END - L4_PAGE_SIZE, STOP_LIMIT_MS = 30 };
enum { SELECTOR_NULL = 0, CODE_MOV_EAX = 0xB8, CODE_RET = 0xC3, CODE_NOP = 0x90, BEYOND_LTHREAD = 1 };

/* Address -4 is, without a limit, the end of the neighbour below; a large task would find the one above in the area. */
#define ADDRESS_BELOW (0u - 4)
#define ADDRESS_ABOVE (SMALL_AREA + (ABOVE + 1) * SMALL_SPACE_SIZE)

/* Every page says whose it is, when read and when executed: it begins with `mov $mark, %eax; ret`. */
enum mark { MARK_FIRST = 0x10, MARK_LAST = 0x20, MARK_OUTSIDE = 0x33 };

enum data_segment { DS, ES, FS, GS };

enum ending { STAYS_SMALL, GROWS, STOPS, EITHER };

/* INSIDE: also on a machine that ignores limits. LARGE: the victim is a large task. */
enum kind { ANY, INSIDE, LARGE };

struct row {
    const char *name, *sentence;
    enum ending ending;
    uint32_t (*act)(uint32_t argument); /* in the victim; 1 if it saw what it should */
    uint32_t argument;
    enum kind kind;
};

typedef uint8_t page[L4_PAGE_SIZE];

/* The root task's: the frames that the three see at the borders of their spaces. */
static page first_pages[TASKS_IN_ROW] __attribute__((aligned(L4_PAGE_SIZE)));
static page last_pages[TASKS_IN_ROW] __attribute__((aligned(L4_PAGE_SIZE)));
static page outside_page __attribute__((aligned(L4_PAGE_SIZE)));

/* What a child reads from its copy. */
static const struct row *current;

static uint32_t pattern(uint32_t mark)
{
    return mark * 0x01010101;
}

/* The first four bytes of a page: the mov with three bytes of its operand. */
static uint32_t first_dword(uint32_t mark)
{
    return pattern(mark) << 8 | CODE_MOV_EAX;
}

static void page_fill(uint8_t *bytes, uint32_t mark)
{
    memset(bytes, (int)mark, L4_PAGE_SIZE);
    bytes[0] = CODE_MOV_EAX;
    bytes[5] = CODE_RET;
}

/* The compiler must not know that an address is a constant: it takes 0 for a null pointer. */
static volatile uint8_t *bytes_at(uint32_t address)
{
    __asm__("" : "+r"(address));
    return (volatile uint8_t *)address;
}

static volatile uint32_t *dword_at(uint32_t address)
{
    return (volatile uint32_t *)bytes_at(address);
}

static uint32_t page_wrong(uint32_t address, uint32_t mark)
{
    const volatile uint8_t *bytes = bytes_at(address);
    uint32_t wrong = (bytes[0] != CODE_MOV_EAX) + (bytes[5] != CODE_RET);

    for (uint32_t i = 1; i < L4_PAGE_SIZE; i++)
        wrong += i != 5 && bytes[i] != mark;
    return wrong;
}

static void pages_fill(void)
{
    for (uint32_t i = 0; i < TASKS_IN_ROW; i++) {
        page_fill(first_pages[i], MARK_FIRST + i);
        page_fill(last_pages[i], MARK_LAST + i);
    }
    page_fill(outside_page, MARK_OUTSIDE);
}

/* Border pages, and the victim's page behind the end once it is large; no others outside the image. */
static enum fault_answer border_hook(const struct fault *fault, uint32_t *fpage)
{
    uint32_t index = l4_task_number(fault->thread) - FIRST_TASK;
    uint32_t page_base = l4_page_base(fault->address);
    uint8_t *frame;

    if (page_base == 0)
        frame = first_pages[index];
    else if (page_base == LAST_PAGE)
        frame = last_pages[index];
    else if (page_base == END && index == VICTIM)
        frame = outside_page;
    else
        return fault->address >= END ? FAULT_REFUSE : FAULT_DEFAULT;
    *fpage = l4_fpage((uint32_t)frame, L4_PAGE_BITS, L4_FPAGE_WRITE);
    return FAULT_MAP;
}

static uint32_t code_call(uint32_t address)
{
    uint32_t result;

    __asm__ volatile("call *%1" : "=a"(result) : "r"(address) : "ecx", "edx", "memory", "cc");
    return result;
}

static uint32_t last_byte(uint32_t unused)
{
    (void)unused;
    volatile uint8_t *byte = bytes_at(END - 1);

    bool seen = *byte == MARK_LAST + VICTIM;
    *byte = 1;
    return seen && *byte == 1;
}

static uint32_t read_through(uint32_t segment, uint32_t address)
{
    uint32_t value = 0;

    if (segment == DS)
        __asm__ volatile("movl %%ds:(%1), %0" : "=r"(value) : "r"(address) : "memory");
    if (segment == ES)
        __asm__ volatile("movl %%es:(%1), %0" : "=r"(value) : "r"(address) : "memory");
    if (segment == FS)
        __asm__ volatile("movl %%fs:(%1), %0" : "=r"(value) : "r"(address) : "memory");
    if (segment == GS)
        __asm__ volatile("movl %%gs:(%1), %0" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static uint32_t read_outside(uint32_t segment)
{
    return read_through(segment, END) == first_dword(MARK_OUTSIDE);
}

static uint32_t read_across(uint32_t unused)
{
    (void)unused;
    return *dword_at(END - 2) == (first_dword(MARK_OUTSIDE) << 16 | (pattern(MARK_LAST + VICTIM) & 0xFFFF));
}

static uint32_t write_outside(uint32_t unused)
{
    (void)unused;
    *dword_at(END) = pattern(1);
    return read_through(ES, END) == pattern(1);
}

static uint32_t copy_across(uint32_t unused)
{
    enum { DWORDS = 8, TO = END - 4 * DWORDS / 2 };
    static const uint32_t source[DWORDS] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint32_t wrong = 0, from = (uint32_t)source, to = TO, count = DWORDS;

    (void)unused;
    __asm__ volatile("cld\n\trep movsl" : "+S"(from), "+D"(to), "+c"(count) : : "memory", "cc");
    for (uint32_t i = 0; i < DWORDS; i++)
        wrong += *dword_at(TO + 4 * i) != source[i];
    return wrong == 0;
}

static uint32_t push_outside(uint32_t unused)
{
    uint32_t popped, kept;

    (void)unused;
    __asm__ volatile("movl %%esp, %1\n\tmovl %2, %%esp\n\tpushl $5\n\tpopl %0\n\tmovl %1, %%esp"
                     : "=&r"(popped), "=&r"(kept)
                     : "r"(END + 8)
                     : "memory");
    return popped == 5;
}

static uint32_t execute(uint32_t address)
{
    if (address == END - 1)
        *bytes_at(address) = CODE_NOP;
    return code_call(address) == pattern(MARK_OUTSIDE);
}

static volatile uint32_t beyond_result;

/* Where the code behind the end returns to, with the page's mark in EAX. */
__asm__("beyond_returned:\n\tmovl %eax, beyond_result\n\tcall thread_stop");
extern uint8_t beyond_returned[];

/* The kernel itself meets the limit, in the iret that starts the thread. */
static uint32_t start_outside(uint32_t unused)
{
    (void)unused;
    uint32_t esp = (uint32_t)&lthread_stacks[BEYOND_LTHREAD - 1][STACK_SIZE - 4], eip = END;

    *dword_at(esp) = (uint32_t)beyond_returned;
    l4_lthread_ex_regs(BEYOND_LTHREAD, &esp, &eip, L4_ROOT);
    thread_sleep(2);
    return beyond_result == pattern(MARK_OUTSIDE);
}

static uint32_t read_at(uint32_t address)
{
    return *dword_at(address) == 0;
}

static uint32_t write_at(uint32_t address)
{
    *dword_at(address) = 1;
    return 1;
}

/* The code segment is readable, so it may stand in a data segment register. */
static uint32_t read_outside_code(uint32_t unused)
{
    (void)unused;
    __asm__ volatile("movl %0, %%fs" : : "r"(SELECTOR_USER_CODE));
    return read_outside(FS);
}

static bool segments_own(void)
{
    bool own = true;

    for (uint32_t segment = DS; segment <= GS; segment++)
        own = own && read_through(segment, 0) == first_dword(MARK_FIRST + VICTIM);
    return own;
}

/* After other tasks have run, by IPC and by time. */
static uint32_t every_segment(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_READY, 0, 0);
    bool after_call = segments_own();
    thread_sleep(2);
    return after_call && segments_own();
}

static uint32_t null_selector(uint32_t segment)
{
    if (segment == ES)
        __asm__ volatile("movl %0, %%es" : : "r"(SELECTOR_NULL));
    else
        __asm__ volatile("movl %0, %%fs" : : "r"(SELECTOR_NULL));
    return read_through(segment, 0) == first_dword(MARK_FIRST + VICTIM);
}

static void victim_main(uint32_t unused)
{
    (void)unused;
    boss_call(EVENT_READY, 0, 0);
    uint32_t right = current->act(current->argument);
    boss_call(EVENT_DONE, right, space_is_small());
    thread_stop();
}

static void neighbour_main(uint32_t index)
{
    page_wrong(0, 0);
    page_wrong(LAST_PAGE, 0);
    boss_call(EVENT_READY, 0, 0);
    uint32_t wrong = page_wrong(0, MARK_FIRST + index);
    wrong += page_wrong(LAST_PAGE, MARK_LAST + index);
    boss_call(EVENT_DONE, wrong, space_is_small());
    thread_stop();
}

/* The task is small, if it shall be, and has touched what it touches at first when this returns. */
static l4_id_t start(uint32_t index, bool small)
{
    struct event event;
    l4_id_t id = task_start(FIRST_TASK + index, index == VICTIM ? victim_main : neighbour_main, index);

    if (small)
        task_make_small(id, 1 + index);
    boss_wait_for(EVENT_READY, &event, TEST_LIMIT_MS);
    return id;
}

/* Lets the victim act, serving a report in between; false if it never came to its end. */
static bool victim_acts(l4_id_t victim, struct event *event)
{
    boss_reply(victim, (struct l4_words){0});
    while (boss_wait(event, STOP_LIMIT_MS)) {
        if (event->words.w0 == EVENT_DONE)
            return true;
        boss_reply(victim, (struct l4_words){0});
    }
    return false;
}

static bool ended_as_told(const struct row *row, bool ended, const struct event *event)
{
    bool small = VARIANT_SPACE_SMALL && row->ending == STAYS_SMALL;

    if (!ended || row->ending == STOPS)
        return !ended && (row->ending == STOPS || row->ending == EITHER);
    return event->words.w1 == 1 && (row->ending == EITHER || event->words.w2 == small);
}

static bool neighbour_intact(l4_id_t neighbour)
{
    struct event event;

    boss_reply(neighbour, (struct l4_words){0});
    return boss_wait_for(EVENT_DONE, &event, TEST_LIMIT_MS) && event.from == neighbour && event.words.w1 == 0 &&
           event.words.w2 == VARIANT_SPACE_SMALL;
}

static void row_run(const struct row *row)
{
    struct event event;

    current = row;
    pages_fill();
    boss_set_hook(border_hook);
    l4_id_t below = start(BELOW, true), above = start(ABOVE, true), victim = start(VICTIM, row->kind != LARGE);
    bool ended = victim_acts(victim, &event);
    check(row->name, ended_as_told(row, ended, &event), row->sentence);
    check(row->name, neighbour_intact(below) && neighbour_intact(above), "both neighbours are intact and still small");
    boss_set_hook(NULL);
    tasks_delete();
}

static const struct row rows[] = {
    {"last-byte", "the last byte inside is the task's own", STAYS_SMALL, last_byte, 0, INSIDE},
    {"every-segment", "every data segment shows the task's own space", STAYS_SMALL, every_segment, 0, INSIDE},
    {"null-es", "a null ES becomes the task's own space again", STAYS_SMALL, null_selector, ES, ANY},
    {"read-outside", "a read behind the end makes the task large", GROWS, read_outside, DS, ANY},
    {"read-outside-es", "ES has the limit too", GROWS, read_outside, ES, ANY},
    {"read-outside-fs", "FS has the limit too", GROWS, read_outside, FS, ANY},
    {"read-outside-gs", "GS has the limit too", GROWS, read_outside, GS, ANY},
    {"read-outside-code", "the code segment has the limit too", GROWS, read_outside_code, 0, ANY},
    {"read-across", "a read over the end makes the task large", GROWS, read_across, 0, ANY},
    {"write-outside", "a write behind the end makes the task large", GROWS, write_outside, 0, ANY},
    {"copy-across", "a string copy over the end goes on in the large space", GROWS, copy_across, 0, ANY},
    {"push-outside", "a push behind the end makes the task large", GROWS, push_outside, 0, ANY},
    {"execute-outside", "a call behind the end makes the task large", GROWS, execute, END, ANY},
    {"execute-across", "code that runs over the end makes the task large", GROWS, execute, END - 1, ANY},
    {"start-outside", "a thread started behind the end makes the task large", GROWS, start_outside, 0, ANY},
    {"read-below", "a read below the space stops the thread", STOPS, read_at, ADDRESS_BELOW, ANY},
    {"write-below", "a write below the space stops the thread", STOPS, write_at, ADDRESS_BELOW, ANY},
    {"read-area", "a large task cannot read a small space", STOPS, read_at, ADDRESS_ABOVE, LARGE},
    {"write-area", "a large task cannot write a small space", STOPS, write_at, ADDRESS_ABOVE, LARGE},
    {"null-fs", "a null FS shows the own space or stops the thread", EITHER, null_selector, FS, ANY},
};

/* A null ES faults where segments are checked, and the kernel then reloads it. */
static bool segments_checked(void)
{
    uint32_t selector;
    static uint32_t word;

    __asm__ volatile("movl %1, %%es\n\tmovl %%es:%2, %0\n\tmovl %%es, %0\n\tmovl %3, %%es"
                     : "=&r"(selector)
                     : "r"(SELECTOR_NULL), "m"(word), "r"(SELECTOR_USER_DATA));
    return (selector & 0xFFFF) == SELECTOR_USER_DATA;
}

static void limits_run(void)
{
    bool checked = segments_checked();

    console_print("@note segments=%s exceptions=expected\n", checked ? "checked" : "ignored");
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (case_selected(rows[i].name) && (checked || rows[i].kind == INSIDE))
            row_run(&rows[i]);
}

const struct program program = {.name = "limits", .run = limits_run};

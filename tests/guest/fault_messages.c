/* SPDX-License-Identifier: BSD-2-Clause */
/* What does a pager get when a thread of another task faults, and what do its answers do? The root task is the pager
 * and waits for the messages itself. */
#include "bench/support/console.h"
#include "bench/support/memory.h"
#include "bench/support/selftest.h"

enum { FAULTING = ARENA_START, FAULT_LIMIT_MS = 50, VALUE = 0x5EED };

static struct l4_message box;

void fault_read(void);
void fault_write(void);

/* Instructions that fault at known addresses, for lthread 0 of a fresh task; it has no stack to speak of. */
__asm__("fault_read:\n\t"
        "movl   0xBE0004, %eax\n"
        "fault_write:\n\t"
        "movl   %eax, 0xBE0008\n\t"
        "1: jmp 1b");
_Static_assert(FAULTING == 0xBE0000, "the address in the instructions above");

/* The next message to the root task within the limit, which is expected from `from`. */
static bool message_wait(l4_id_t from, struct l4_words *words)
{
    l4_id_t partner = L4_NIL_ID;
    uint32_t result = l4_ipc_wait(&partner, l4_short(&box), words, l4_timeouts(0, FAULT_LIMIT_MS));

    return l4_error(result) == L4_OK && partner == from;
}

static void answer_plain(l4_id_t to)
{
    boss_reply(to, (struct l4_words){0, 0, 0});
}

static uint32_t answer_page(l4_id_t to, uint32_t hot_spot, uint32_t frame, uint32_t rights)
{
    struct l4_words words = {hot_spot, l4_fpage(frame, L4_PAGE_BITS, rights), 0};

    return l4_ipc_send(to, l4_map(&box), &words, l4_timeouts(0, 0));
}

/* A task whose lthread 0 begins at `entry`; the page of code there is what it asks for first. */
static l4_id_t faulting_task(void (*entry)(void))
{
    l4_message_init(&box, 0);
    return task_start(FIRST_TASK, (thread_entry *)entry, 0);
}

static uint32_t code_page(void)
{
    return l4_page_base((uint32_t)fault_read);
}

static void first_instruction(void)
{
    struct l4_words words = {0};

    covers("first-instruction",
           "fault.to-pager fault.address fault.eip fault.word-2 task.create.space task.create.pager");
    l4_id_t id = faulting_task(fault_read);
    check("first-instruction", message_wait(id, &words), "a new task's first instruction is a fault for its pager");
    check("first-instruction", words.w0 == ((uint32_t)fault_read & ~3u) && words.w1 == (uint32_t)fault_read,
          "at the entry it was given, as a read");
    check("first-instruction", words.w2 == 0, "word 2 is 0");
}

static void read_and_write(void)
{
    struct l4_words read = {0}, write = {0};

    covers("read-and-write", "fault.address fault.write fault.eip fault.map");
    l4_id_t id = faulting_task(fault_read);
    message_wait(id, &read);
    answer_page(id, code_page(), code_page(), 0);
    check("read-and-write", message_wait(id, &read) && read.w0 == FAULTING + 4 && read.w1 == (uint32_t)fault_read,
          "a read tells its address, bits 0 and 1 clear, and EIP");
    *(volatile uint32_t *)(task_frame(FIRST_TASK, FAULTING) + 4) = VALUE;
    uint32_t frame = (uint32_t)task_frame(FIRST_TASK, FAULTING);
    answer_page(id, FAULTING, frame, 0);
    check("read-and-write",
          message_wait(id, &write) && write.w0 == ((FAULTING + 8) | 2) && write.w1 == (uint32_t)fault_write,
          "a write to a page that can only be read sets bit 1");
    answer_page(id, FAULTING, frame, L4_FPAGE_WRITE);
    check("read-and-write", !message_wait(id, &write) && *(volatile uint32_t *)(frame + 8) == VALUE,
          "and is done once the page can be written");
}

static void answers(void)
{
    struct l4_words words = {0};

    covers("answers", "fault.retry fault.map");
    l4_id_t id = faulting_task(fault_read);
    message_wait(id, &words);
    answer_plain(id);
    check("answers", message_wait(id, &words) && words.w1 == (uint32_t)fault_read,
          "an answer of plain words means try again, so the fault comes again");
    answer_page(id, code_page(), code_page(), 0);
    message_wait(id, &words);
    answer_page(id, FAULTING + L4_PAGE_SIZE, (uint32_t)task_frame(FIRST_TASK, FAULTING), 0);
    check("answers", message_wait(id, &words) && words.w0 == FAULTING + 4,
          "so does a page elsewhere, though it is mapped");
}

/* The pager is gone: the call to it fails. */
static void pager_gone(void)
{
    covers("pager-gone", "fault.error schedule.state.dead");
    l4_message_init(&box, 0);
    l4_id_t dead = task_start(FIRST_TASK, (thread_entry *)fault_read, 0);
    tasks_delete();
    l4_id_t right = l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | (FIRST_TASK + 1) << L4_TASK_SHIFT;
    l4_id_t id = l4_task_new(right, 255, 0, (uint32_t)fault_read, dead);
    thread_sleep(2);
    check("pager-gone", l4_state(l4_thread_schedule(id, L4_SCHEDULE_UNCHANGED)) == 0xF,
          "a thread whose pager does not exist is stopped");
    l4_task_new(id, 255, 0, 0, L4_NIL_ID);
}

static const struct root_test tests[] = {{"first-instruction", first_instruction},
                                         {"read-and-write", read_and_write},
                                         {"answers", answers},
                                         {"pager-gone", pager_gone}};

static void fault_messages_run(void)
{
    console_print("@note exceptions=expected\n");
    root_tests_run(tests, sizeof(tests) / sizeof(tests[0]));
}

const struct program program = {.name = "fault_messages", .run = fault_messages_run};

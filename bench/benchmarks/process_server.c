/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to start a small program and wait for its end, if processes are made by a server?
 *
 *   rpc              a call of the server that it answers at once, for comparison
 *   spawn            the call that makes the process; it has not run yet
 *   spawn-wait       both calls, spawn and wait, until the exit status is there
 *
 * The process server is a task of its own: the chief and the pager of the processes. To spawn is a task_new; the new
 * process faults in one page of code and one of stack, which the server maps from its own, and sends its exit status;
 * the server deletes the task and answers whoever waits. A sample is one such operation of the client, a third task.
 * The client waits for its process outside the sample where waiting is not part of it. All spaces are large. warm:
 * after 8 warm-ups, n = 16. Each status must be the one that its process was given. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/roles.h"

/* Requests are odd: an even word 0 is a page fault. The process tells its status by EXIT. */
enum request { SPAWN = 3, WAIT = 5, EXIT = 7, PING = 9 };
enum { PROCESS_TASK = LAST_TASK, STATUS_OFFSET = 1000, NONE = 0xFFFFFFFF };

static l4_id_t server;

/* The program: its argument comes on its stack, and its status is made of it. */
static uint8_t process_stack[L4_PAGE_SIZE] __attribute__((aligned(L4_PAGE_SIZE)));

static void process_main(uint32_t argument)
{
    struct l4_message box;
    struct l4_words words = {EXIT, argument + STATUS_OFFSET, 0};

    l4_message_init(&box, 0);
    for (;;)
        l4_ipc_send(server, l4_short(&box), &words, 0);
}

/* The server's one process and whoever waits for it. */
static l4_id_t process, waiting;
static uint32_t status;

enum answer { ANSWER_SHORT, ANSWER_MAP, ANSWER_NOBODY };

/* Code is mapped read-only, the stack writable, both from the server's own pages. */
static enum answer serve_fault(struct l4_words *words)
{
    uint32_t page = l4_page_base(words->w0);
    uint32_t rights = page == (uint32_t)process_stack ? L4_FPAGE_WRITE : 0;

    *words = (struct l4_words){page, l4_fpage(page, L4_PAGE_BITS, rights), 0};
    return ANSWER_MAP;
}

static enum answer serve_spawn(struct l4_words *words)
{
    uint32_t esp = stack_with_argument(process_stack, sizeof(process_stack), words->w1);

    status = NONE;
    waiting = L4_NIL_ID;
    process = l4_task_new(process, 255, esp, (uint32_t)process_main, l4_myself());
    words->w0 = process;
    return ANSWER_SHORT;
}

/* The process is gone before anybody learns its status. */
static enum answer serve_exit(struct l4_words *words, l4_id_t *client)
{
    status = words->w1;
    process = l4_task_new(process, l4_myself(), 0, 0, L4_NIL_ID);
    if (waiting == L4_NIL_ID)
        return ANSWER_NOBODY;
    *client = waiting;
    words->w0 = status;
    return ANSWER_SHORT;
}

static enum answer serve_wait(struct l4_words *words, l4_id_t client)
{
    if (status == NONE) {
        waiting = client;
        return ANSWER_NOBODY;
    }
    words->w0 = status;
    return ANSWER_SHORT;
}

static enum answer serve(struct l4_words *words, l4_id_t *client)
{
    if (!(words->w0 & 1))
        return serve_fault(words);
    switch (words->w0) {
    case SPAWN:
        return serve_spawn(words);
    case WAIT:
        return serve_wait(words, *client);
    case EXIT:
        return serve_exit(words, client);
    default:
        return ANSWER_SHORT;
    }
}

static void server_main(uint32_t unused)
{
    struct l4_message box;
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    pages_touch_for_writing(process_stack, sizeof(process_stack));
    server = l4_myself();
    process = l4_task_number(server) << L4_CHIEF_SHIFT | PROCESS_TASK << L4_TASK_SHIFT;
    l4_message_init(&box, 0);
    boss_report_and_wait(EVENT_READY, &client, l4_short(&box), &words);
    for (;;) {
        switch (serve(&words, &client)) {
        case ANSWER_SHORT:
            l4_ipc_reply_and_wait(&client, l4_short(&box), l4_short(&box), &words, 0);
            break;
        case ANSWER_MAP:
            l4_ipc_reply_and_wait(&client, l4_map(&box), l4_short(&box), &words, 0);
            break;
        case ANSWER_NOBODY:
            l4_ipc_wait(&client, l4_short(&box), &words, 0);
        }
    }
}

/* The client. */
static struct l4_message box;
static volatile uint32_t spawned, wrong_statuses;

static uint32_t ask(enum request request, uint32_t argument)
{
    struct l4_words words = {request, argument, 0};

    l4_ipc_call(server, l4_short(&box), l4_short(&box), &words, 0);
    return words.w0;
}

static void ping(uint32_t index)
{
    ask(PING, index);
}

static void spawn(uint32_t index)
{
    spawned = ask(SPAWN, index) != L4_NIL_ID;
}

static void wait(uint32_t index)
{
    wrong_statuses += ask(WAIT, 0) != index + STATUS_OFFSET;
}

static void spawn_and_wait(uint32_t index)
{
    spawn(index);
    wait(index);
}

/* The process of the sample before. */
static void wait_for_last(uint32_t index)
{
    if (index > 0)
        wait(index - 1);
}

static const struct {
    const char *name;
    measured_action *before, *action;
} operations[] = {
    {"rpc", NULL, ping},
    {"spawn", wait_for_last, spawn},
    {"spawn-wait", NULL, spawn_and_wait},
};

static void client_main(uint32_t row)
{
    measure_prepare();
    l4_message_init(&box, 0);
    measure(operations[row].before, operations[row].action);
    measure_report();
    if (operations[row].action == ping)
        client_done(!check(measurement.name, ask(PING, 0) == PING, "the server answers"));
    if (operations[row].action == spawn)
        wait(WARMUPS + SAMPLES - 1);
    bool right = spawned && wrong_statuses == 0;
    client_done(!check(measurement.name, right, "every process ran and had the status of its own"));
}

static void case_run(uint32_t row)
{
    server = server_start(SERVER_TASK, server_main, 0);
    /* The right to make the process's task goes to the server; the root task's own comes back with the server's end. */
    l4_task_new(l4_task_number(L4_ROOT) << L4_CHIEF_SHIFT | PROCESS_TASK << L4_TASK_SHIFT, server, 0, 0, L4_NIL_ID);
    client_run(client_main, row);
}

static void process_server_run(void)
{
    for (uint32_t row = 0; row < sizeof(operations) / sizeof(operations[0]); row++) {
        measurement_set("%s", operations[row].name);
        if (case_selected(measurement.name))
            case_run(row);
    }
}

const struct program program = {.name = "process_server", .run = process_server_run};

/* SPDX-License-Identifier: BSD-2-Clause */
/* What does it cost to have a file system in a server instead of in one's own program?
 *
 *   rpc-open, rpc-close             a call of the file server and its answer
 *   rpc-read-N                      a call that reads N bytes of an open file. The server copies them from the file
 * into its answer, the kernel copies the answer into the client's buffer function-open, -close, -read-N  the same file
 * system, called as functions in the client's own task; one copy
 *
 * A sample is one request: one operation. The file system keeps its files in memory: a directory that is searched by
 * name, open files, and contents of up to 64 KB. The server is a task of its own; both are in large spaces. warm: after
 * 8 warm-ups, n = 16, from 16 KB on 4. The bytes of the last read are compared with what the file was made of. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/memory.h"
#include "bench/support/payload.h"
#include "bench/support/roles.h"

enum { FILES = 8, OPEN_FILES = 4, LONG_FROM = 16384, LONG_SAMPLES = 4, NAME_WORDS = 2 };
enum request { OPEN, CLOSE, READ };
enum { NO_FILE = 0xFFFFFFFF, REQUEST_BITS = 8 };

static const uint32_t sizes[] = {1, 16, 256, 1024, 4096, 16384, 65536};

/* The file system. */
struct file {
    uint32_t name[NAME_WORDS]; /* eight characters */
    uint32_t size;
    uint8_t *contents;
};

static struct file directory[FILES];
static struct file *open_files[OPEN_FILES];
static uint8_t contents[PAYLOAD_MOST] __attribute__((aligned(L4_PAGE_SIZE)));

static uint8_t byte_of_file(uint32_t offset)
{
    return (uint8_t)((offset * 2654435761u) >> 24);
}

/* All files share their contents; the one that is asked for is the last of the directory. */
static void files_make(void)
{
    for (uint32_t i = 0; i < FILES; i++)
        directory[i] = (struct file){{0x656C6966, 0x30303030 + i}, sizeof(contents), contents};
    for (uint32_t i = 0; i < sizeof(contents); i++)
        contents[i] = byte_of_file(i);
}

static uint32_t file_open(uint32_t name0, uint32_t name1)
{
    for (uint32_t i = 0; i < FILES; i++) {
        if (directory[i].name[0] != name0 || directory[i].name[1] != name1)
            continue;
        for (uint32_t handle = 0; handle < OPEN_FILES; handle++) {
            if (!open_files[handle]) {
                open_files[handle] = &directory[i];
                return handle;
            }
        }
    }
    return NO_FILE;
}

static uint32_t file_close(uint32_t handle)
{
    if (handle >= OPEN_FILES || !open_files[handle])
        return NO_FILE;
    open_files[handle] = NULL;
    return handle;
}

/* Returns the bytes that were read: fewer than asked at the end of the file. */
static uint32_t file_read(uint32_t handle, uint32_t offset, uint32_t bytes, void *buffer)
{
    if (handle >= OPEN_FILES || !open_files[handle] || offset > open_files[handle]->size)
        return 0;
    const struct file *file = open_files[handle];
    uint32_t left = file->size - offset;
    uint32_t count = bytes < left ? bytes : left;
    bytes_copy(buffer, file->contents + offset, count);
    return count;
}

/* The server. */
static struct payload answer;

__attribute__((always_inline)) static inline void serve_read(l4_id_t *client, struct l4_words *words)
{
    uint32_t handle = words->w0 >> REQUEST_BITS;
    uint32_t room = words->w2 < PAYLOAD_MOST ? words->w2 : PAYLOAD_MOST;

    *words = (struct l4_words){file_read(handle, words->w1, room, answer.data), 0, 0};
    payload_set_size(&answer, words->w0);
    l4_ipc_reply_and_wait(client, l4_long(&answer.head), l4_short(&short_box), words, 0);
}

__attribute__((always_inline)) static inline void serve_name(l4_id_t *client, struct l4_words *words)
{
    bool opens = (words->w0 & ((1 << REQUEST_BITS) - 1)) == OPEN;

    words->w0 = opens ? file_open(words->w1, words->w2) : file_close(words->w0 >> REQUEST_BITS);
    l4_ipc_reply_and_wait(client, l4_short(&short_box), l4_short(&short_box), words, 0);
}

static void server_main(uint32_t unused)
{
    struct l4_words words = {0};
    l4_id_t client;

    (void)unused;
    measure_prepare();
    files_make();
    payload_init(&answer, PAYLOAD_MOST);
    pages_touch_for_writing(&answer, sizeof(answer));
    boss_report_and_wait(EVENT_READY, &client, l4_short(&short_box), &words);
    for (;;) {
        if ((words.w0 & ((1 << REQUEST_BITS) - 1)) == READ)
            serve_read(&client, &words);
        else
            serve_name(&client, &words);
    }
}

/* The client. */
static struct payload buffer;
static l4_id_t server;
static uint32_t bytes;
static volatile uint32_t handle, got;

static void rpc_open(uint32_t index)
{
    struct l4_words words = {OPEN, directory[FILES - 1].name[0], directory[FILES - 1].name[1]};

    (void)index;
    l4_ipc_call(server, l4_short(&short_box), l4_short(&short_box), &words, 0);
    handle = words.w0;
}

static void rpc_close(uint32_t index)
{
    struct l4_words words = {CLOSE | handle << REQUEST_BITS, 0, 0};

    (void)index;
    l4_ipc_call(server, l4_short(&short_box), l4_short(&short_box), &words, 0);
    got = words.w0;
}

static void rpc_read(uint32_t index)
{
    struct l4_words words = {READ | handle << REQUEST_BITS, 0, bytes};

    (void)index;
    l4_ipc_call(server, l4_short(&short_box), l4_long(&buffer.head), &words, 0);
    got = words.w0;
}

static void function_open(uint32_t index)
{
    (void)index;
    handle = file_open(directory[FILES - 1].name[0], directory[FILES - 1].name[1]);
}

static void function_close(uint32_t index)
{
    (void)index;
    got = file_close(handle);
}

static void function_read(uint32_t index)
{
    (void)index;
    got = file_read(handle, 0, bytes, buffer.data);
}

enum how { RPC, FUNCTION };
static const struct {
    const char *name;
    measured_action *open, *close, *read;
} interfaces[] = {
    [RPC] = {"rpc", rpc_open, rpc_close, rpc_read},
    [FUNCTION] = {"function", function_open, function_close, function_read},
};

/* How many bytes of the last read are not those of the file. */
static uint32_t wrong_bytes(void)
{
    const uint8_t *data = (const uint8_t *)buffer.data;
    uint32_t wrong = got != bytes;

    for (uint32_t i = 0; i < bytes; i++)
        wrong += data[i] != byte_of_file(i);
    return wrong;
}

static uint32_t measure_reading(enum how how)
{
    interfaces[how].open(0);
    measure(NULL, interfaces[how].read);
    measure_report();
    return !check(measurement.name, wrong_bytes() == 0, "the bytes are the file's");
}

/* Each sample opens (or closes) the file; what comes before it puts that right. */
static uint32_t measure_names(enum how how, bool opens)
{
    interfaces[how].open(0);
    if (opens) {
        measure(interfaces[how].close, interfaces[how].open);
    } else {
        interfaces[how].close(0);
        measure(interfaces[how].open, interfaces[how].close);
    }
    measure_report();
    return !check(measurement.name, handle == 0 && got == 0, "the first handle was free and then taken each time");
}

static enum request request;

static void client_main(uint32_t how)
{
    measure_prepare();
    files_make();
    payload_init(&buffer, PAYLOAD_MOST);
    memset(buffer.data, 0xEE, sizeof(buffer.data));
    client_done(request == READ ? measure_reading(how) : measure_names(how, request == OPEN));
}

static void case_run(enum how how)
{
    if (!case_selected(measurement.name))
        return;
    server = server_start(SERVER_TASK, server_main, 0);
    client_run(client_main, how);
}

static void interface_cases(enum how how)
{
    request = OPEN;
    measurement_set("%s-open", interfaces[how].name);
    case_run(how);
    request = CLOSE;
    measurement_set("%s-close", interfaces[how].name);
    case_run(how);
    request = READ;
    for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        bytes = sizes[i];
        measurement_set("%s-read-%u", interfaces[how].name, bytes);
        text_format(measurement.facts, FACTS_SIZE, "bytes=%u", bytes);
        if (bytes >= LONG_FROM)
            measurement.samples = LONG_SAMPLES;
        case_run(how);
    }
}

static void file_server_run(void)
{
    interface_cases(RPC);
    interface_cases(FUNCTION);
}

const struct program program = {.name = "file_server", .run = file_server_run};

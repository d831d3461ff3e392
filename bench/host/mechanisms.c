/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipe, UNIX socket, and shared memory with futexes. */
#include "bench/host/mechanisms.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The turn of the futex mechanism. */
enum { CLIENT, SERVER };
enum { READ_END, WRITE_END, ENDS };

struct shared {
    _Atomic uint32_t turn;
    uint8_t message[MOST_BYTES];
};

static int request[ENDS], answer[ENDS], sockets[ENDS];
static struct shared *shared;
static uint8_t own[MOST_BYTES];

void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void write_all(int to, const uint8_t *bytes, size_t left)
{
    while (left) {
        ssize_t written = write(to, bytes, left);
        if (written <= 0)
            fail("write");
        bytes += written;
        left -= (size_t)written;
    }
}

static void read_all(int from, uint8_t *bytes, size_t left)
{
    while (left) {
        ssize_t got = read(from, bytes, left);
        if (got <= 0)
            fail("read");
        bytes += got;
        left -= (size_t)got;
    }
}

static void pipe_open(void)
{
    if (pipe(request) || pipe(answer))
        fail("pipe");
}

static void pipe_serve(uint32_t bytes)
{
    for (;;) {
        read_all(request[READ_END], own, bytes);
        write_all(answer[WRITE_END], own, bytes);
    }
}

static void pipe_round_trip(uint8_t *message, uint32_t bytes)
{
    write_all(request[WRITE_END], message, bytes);
    read_all(answer[READ_END], message, bytes);
}

static void pipe_close(void)
{
    for (int end = 0; end < ENDS; end++) {
        close(request[end]);
        close(answer[end]);
    }
}

static void socket_open(void)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
        fail("socketpair");
}

static void socket_serve(uint32_t bytes)
{
    for (;;) {
        read_all(sockets[SERVER], own, bytes);
        write_all(sockets[SERVER], own, bytes);
    }
}

static void socket_round_trip(uint8_t *message, uint32_t bytes)
{
    write_all(sockets[CLIENT], message, bytes);
    read_all(sockets[CLIENT], message, bytes);
}

static void socket_close(void)
{
    close(sockets[CLIENT]);
    close(sockets[SERVER]);
}

/* The word is read again after each wait, which may end for no reason. */
static void wait_for(uint32_t turn)
{
    while (atomic_load(&shared->turn) != turn)
        syscall(SYS_futex, &shared->turn, FUTEX_WAIT, turn == CLIENT ? SERVER : CLIENT, NULL, NULL, 0);
}

static void give(uint32_t turn)
{
    atomic_store(&shared->turn, turn);
    syscall(SYS_futex, &shared->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void futex_open(void)
{
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    atomic_store(&shared->turn, CLIENT);
}

static void futex_serve(uint32_t bytes)
{
    for (;;) {
        wait_for(SERVER);
        memcpy(own, shared->message, bytes);
        memcpy(shared->message, own, bytes);
        give(CLIENT);
    }
}

static void futex_round_trip(uint8_t *message, uint32_t bytes)
{
    memcpy(shared->message, message, bytes);
    give(SERVER);
    wait_for(CLIENT);
    memcpy(message, shared->message, bytes);
}

static void futex_close(void)
{
    munmap(shared, sizeof(*shared));
}

const struct mechanism mechanisms[] = {
    {"pipe", pipe_open, pipe_serve, pipe_round_trip, pipe_close},
    {"socket", socket_open, socket_serve, socket_round_trip, socket_close},
    {"futex", futex_open, futex_serve, futex_round_trip, futex_close},
};
const int mechanism_count = sizeof(mechanisms) / sizeof(mechanisms[0]);

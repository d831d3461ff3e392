// SPDX-License-Identifier: GPL-2.0-or-later
#include "ram.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { VIDEO_START = 0xA0000, FIRMWARE_END = 0x100000 };

static bool ram_map_file(struct ram *ram, int file)
{
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size < 4096 || status.st_size > UINT32_MAX)
        return false;
    ram->size = (uint32_t)status.st_size;
    void *bytes = mmap(NULL, ram->size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED)
        return false;
    ram->bytes = bytes;
    ram->page_bits = calloc(ram->size / 4, 1);
    return ram->page_bits != NULL;
}

bool ram_map(struct ram *ram, const char *path, char *message, size_t size)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        snprintf(message, size, "cannot open the guest memory file %.200s: %.100s", path, strerror(errno));
        return false;
    }
    bool mapped = ram_map_file(ram, file);
    close(file);
    if (!mapped)
        snprintf(message, size, "cannot map the guest memory file %.200s", path);
    return mapped;
}

uint32_t ram_word(const struct ram *ram, uint32_t physical)
{
    uint32_t word;
    if (physical > ram->size - sizeof word)
        return 0;
    memcpy(&word, ram->bytes + physical, sizeof word);
    return word;
}

bool ram_uncached(const struct ram *ram, uint32_t physical)
{
    return physical >= ram->size || (physical >= VIDEO_START && physical < FIRMWARE_END);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* How do the first tasks get into memory?  The loader puts module files anywhere, perhaps where an image must go: so
   the files are first moved to the top of the users' memory. */
#include "kernel/init/modules.h"

#include "kernel/console/console.h"
#include "kernel/memory/frames.h"

#include "variant_message.h"

#include <stddef.h>

enum { ELF_MAGIC = 0x464C457F, ELF_LOAD = 1, MODULES = 2 };

struct elf_header {
    uint32_t magic;
    uint8_t identification[12];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint32_t entry;
    uint32_t segments;
    uint32_t sections;
    uint32_t flags;
    uint16_t header_size;
    uint16_t segment_size;
    uint16_t segment_count;
};

struct elf_segment {
    uint32_t type;
    uint32_t offset;
    uint32_t linear;
    uint32_t physical;
    uint32_t file_size;
    uint32_t memory_size;
};

static uint32_t page_down(uint32_t address)
{
    return address & ~(uint32_t)(PAGE_SIZE - 1);
}

/* From the end, since the target lies above the source. */
static void move_up(uint8_t *target, const uint8_t *source, uint32_t bytes)
{
    while (bytes-- > 0) {
        target[bytes] = source[bytes];
    }
}

static void copy_segment(const uint8_t *file, const struct elf_segment *segment)
{
    uint8_t *target = physical_alias(segment->linear);
    for (uint32_t i = 0; i < segment->memory_size; i++) {
        target[i] = i < segment->file_size ? file[segment->offset + i] : 0;
    }
}

static void note_segment(struct start_conditions *start, const struct elf_segment *segment)
{
    uint32_t low = page_down(segment->linear);
    uint32_t high = page_down(segment->linear + segment->memory_size + PAGE_SIZE - 1);
    start->memory.low = start->memory.high == 0 || low < start->memory.low ? low : start->memory.low;
    start->memory.high = high > start->memory.high ? high : start->memory.high;
}

static void load(const uint8_t *file, struct start_conditions *start, uint32_t limit)
{
    const struct elf_header *header = (const struct elf_header *)file;
    if (header->magic != ELF_MAGIC) {
        panic(NULL, "a module is not an ELF image");
    }
    for (uint32_t i = 0; i < header->segment_count; i++) {
        const struct elf_segment *segment =
            (const struct elf_segment *)(file + header->segments + i * header->segment_size);
        if (segment->type != ELF_LOAD || segment->memory_size == 0) {
            continue;
        }
        if (segment->linear < info_page.reserved[0].high || segment->memory_size > limit ||
            segment->linear + segment->memory_size > limit) {
            panic(NULL, "a module is linked outside the users' memory");
        }
        copy_segment(file, segment);
        note_segment(start, segment);
    }
    const uint32_t *entry = physical_alias(header->entry);
    if (!message_wire_fits(entry[-1])) {
        panic(NULL, "a module is not built for this variant's message axis");
    }
    start->eip = header->entry;
    start->esp = start->memory.high;
}

void modules_load(const struct multiboot_info *multiboot)
{
    const struct multiboot_module *module = physical_alias(multiboot->modules);
    const uint8_t *files[MODULES];
    uint32_t top = info_page.reserved[1].low;
    if (!(multiboot->flags & MULTIBOOT_HAS_MODULES) || multiboot->modules_count < MODULES) {
        panic(NULL, "sigma0 and a root task are needed as multiboot modules");
    }
    for (int i = MODULES - 1; i >= 0; i--) {
        uint32_t bytes = module[i].end - module[i].begin;
        top = page_down(top - bytes);
        move_up(physical_alias(top), physical_alias(module[i].begin), bytes);
        files[i] = physical_alias(top);
    }
    load(files[0], &info_page.sigma0, top);
    load(files[1], &info_page.root, top);
}

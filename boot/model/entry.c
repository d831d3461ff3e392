// SPDX-License-Identifier: GPL-2.0-or-later
#include "entry.h"

#include "memory.h"

enum {
    GATE_BYTES = 8,
    GATE_PRESENT = 1 << 15,
    DESCRIPTOR_ACCESSED = 1 << 8,
    DESCRIPTOR_LEVEL_SHIFT = 13,
    SELECTOR_LDT = 4,
    TASK_ESP0 = 4,
    TASK_SS0 = 8,
    FRAME_SAME = 3,
    FRAME_INNER = 5,
    ENTRY_ACCESSES = 20,
    PAGE_OFFSET = 0xFFF,
};

struct accesses {
    unsigned count;
    struct access access[ENTRY_ACCESSES];
};

static void add_access(struct accesses *list, uint32_t linear, bool store)
{
    list->access[list->count++] = (struct access){linear, 4, store};
}

static uint32_t descriptor_address(const struct model *model, uint32_t selector)
{
    uint32_t base = selector & SELECTOR_LDT ? model->cpu.ldt_base : model->cpu.gdt_base;
    return base + (selector & 0xFFF8);
}

// QEMU does not set the bit on this path, so the model's own copy is a bit beside the dword.
void entry_load_descriptor(struct model *model, uint32_t high)
{
    uint32_t physical;
    if ((memory_peek(model, high) & DESCRIPTOR_ACCESSED) || !memory_peek_address(model, high, &physical) ||
        physical >= model->ram.size || model->ram.page_bits[physical / 4] & RAM_DESCRIPTOR)
        return;
    model->ram.page_bits[physical / 4] |= RAM_DESCRIPTOR;
    model_charge(model, STALL_OTHER, model->rules.descriptor_accessed);
}

// The descriptor's two reads and, once, the write of its accessed bit.
static void load_descriptor(struct model *model, struct accesses *list, uint32_t linear)
{
    add_access(list, linear, false);
    add_access(list, linear + 4, false);
    entry_load_descriptor(model, linear + 4);
}

static uint32_t handler_offset(const struct model *model, unsigned vector)
{
    uint32_t gate = model->cpu.idt_base + vector * GATE_BYTES;
    uint32_t high = memory_peek(model, gate + 4);
    return high & GATE_PRESENT ? (high & 0xFFFF0000) | (memory_peek(model, gate) & 0xFFFF) : 0;
}

static uint32_t descriptor_base(const struct model *model, uint32_t selector)
{
    uint32_t linear = descriptor_address(model, selector);
    uint32_t high = memory_peek(model, linear + 4);
    return memory_peek(model, linear) >> 16 | (high & 0xFF) << 16 | (high & 0xFF000000);
}

// Code segment bases are multiples of the page size, so most handlers differ already in their offset in the page.
bool entry_leads_to(const struct model *model, unsigned vector, uint32_t linear)
{
    uint32_t offset = handler_offset(model, vector);
    if (!offset || ((offset ^ linear) & PAGE_OFFSET))
        return false;
    uint32_t selector = memory_peek(model, model->cpu.idt_base + vector * GATE_BYTES) >> 16;
    return offset + descriptor_base(model, selector) == linear;
}

unsigned entry_vector_of(const struct model *model, uint32_t linear)
{
    for (unsigned vector = 0; vector < VECTORS; vector++)
        if (entry_leads_to(model, vector, linear))
            return vector;
    return NO_VECTOR;
}

bool entry_has_error_code(unsigned vector)
{
    return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
}

static void acknowledge(struct model *model)
{
    uint64_t done = bus_drain(&model->bus, model->now);
    model_charge(model, STALL_WRITE, done - model->now);
    uint64_t clocks = model->rules.inta_cycles * (uint64_t)model->board.read_first + model->rules.inta_idle;
    model_charge(model, STALL_OTHER, clocks);
}

// Where the frame begins: below the inner stack's start, or as the handler found it.
static uint32_t frame_top(const struct model *model, bool inner, unsigned words)
{
    if (inner) {
        uint32_t selector = memory_peek(model, model->cpu.task_base + TASK_SS0) & 0xFFFF;
        return descriptor_base(model, selector) + memory_peek(model, model->cpu.task_base + TASK_ESP0);
    }
    return model->cpu.segment_base[2] + model->cpu.general[REGISTER_NUMBER_ESP] + words * 4;
}

static void list_accesses(struct model *model, unsigned vector, bool error_code, struct accesses *list)
{
    uint32_t gate = model->cpu.idt_base + vector * GATE_BYTES;
    add_access(list, gate, false);
    add_access(list, gate + 4, false);
    uint32_t code = descriptor_address(model, memory_peek(model, gate) >> 16);
    unsigned level = (memory_peek(model, code + 4) >> DESCRIPTOR_LEVEL_SHIFT) & 3;
    bool inner = level < model->privilege;
    load_descriptor(model, list, code);
    if (inner) {
        add_access(list, model->cpu.task_base + TASK_ESP0, false);
        add_access(list, model->cpu.task_base + TASK_SS0, false);
        load_descriptor(model, list,
                        descriptor_address(model, memory_peek(model, model->cpu.task_base + TASK_SS0) & 0xFFFF));
    }
    unsigned words = (inner ? FRAME_INNER : FRAME_SAME) + error_code;
    uint32_t top = frame_top(model, inner, words);
    for (unsigned i = 1; i <= words; i++)
        add_access(list, top - i * 4, true);
    model->privilege = level < model->privilege ? level : model->privilege;
}

void entry_deliver(struct model *model, unsigned vector, enum entry_cause cause, const struct clocks_entry *clocks)
{
    unsigned before = model->privilege;
    struct accesses list = {.count = 0};
    model->counters.interrupts[vector]++;
    if (cause == ENTRY_HARDWARE)
        acknowledge(model);
    list_accesses(model, vector, cause == ENTRY_EXCEPTION && entry_has_error_code(vector), &list);
    unsigned total = clocks_fixed(clocks, model->privilege < before);
    memory_spread(model, list.access, list.count, total);
    model->processor->redirected(model);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/memory/mapping.h"

#include "kernel/init/info_page.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/slots.h"

#include <stddef.h>

struct mapping {
    struct mapping *parent; /* NULL: from sigma0 */
    struct mapping *child;  /* first of those who have it from here */
    struct mapping *next;   /* sibling */
    struct place place;
};

enum { FRAMES = PHYSICAL_ALIAS_SIZE / PAGE_SIZE };

/* Those who have a frame directly from sigma0. */
static struct mapping *first_of_frame[FRAMES];
static struct slots nodes = {.size = sizeof(struct mapping)};

uint32_t mapping_frames_for(uint32_t pages)
{
    uint32_t per_frame = slots_per_frame(sizeof(struct mapping));
    return (pages + per_frame - 1) / per_frame;
}

static uint32_t frame_number(uint32_t entry)
{
    return entry / PAGE_SIZE;
}

/* The next node of a frame's tree, parents first; NULL after the last one below `top` (NULL: of the frame). */
static struct mapping *next_in_tree(struct mapping *node, const struct mapping *top)
{
    if (node->child) {
        return node->child;
    }
    while (node && node != top && !node->next) {
        node = node->parent;
    }
    return node && node != top ? node->next : NULL;
}

static struct mapping *find(uint32_t frame, struct place place)
{
    struct mapping *node = first_of_frame[frame];
    while (node && (node->place.task != place.task || node->place.page != place.page)) {
        node = next_in_tree(node, NULL);
    }
    return node;
}

static struct mapping **list_of(const struct mapping *node, uint32_t frame)
{
    return node->parent ? &node->parent->child : &first_of_frame[frame];
}

static void insert(struct mapping *node, struct mapping *parent, uint32_t frame)
{
    node->parent = parent;
    struct mapping **list = list_of(node, frame);
    node->next = *list;
    *list = node;
}

/* Takes a node without children out of the tree and its page out of the space. */
static void remove_leaf(struct mapping *node, uint32_t frame)
{
    struct mapping **link = list_of(node, frame);
    while (*link != node) {
        link = &(*link)->next;
    }
    *link = node->next;
    *page_table_entry(node->place.task, node->place.page) = 0;
    slots_give_back(&nodes, node);
}

/* Removes all below `top`, deepest first, so that no recursion is needed. */
static void remove_below(struct mapping *top, uint32_t frame)
{
    struct mapping **root = top ? &top->child : &first_of_frame[frame];
    while (*root) {
        struct mapping *leaf = *root;
        while (leaf->child) {
            leaf = leaf->child;
        }
        remove_leaf(leaf, frame);
    }
}

static void protect_below(struct mapping *top, uint32_t frame)
{
    struct mapping *node = top ? top->child : first_of_frame[frame];
    for (; node; node = next_in_tree(node, top)) {
        *page_table_entry(node->place.task, node->place.page) &= ~(uint32_t)PAGE_WRITABLE;
    }
}

static void revoke_own(struct mapping *node, uint32_t *entry, uint32_t frame, uint32_t how)
{
    if (!(how & REVOKE_ALL)) {
        *entry &= ~(uint32_t)PAGE_WRITABLE;
    } else if (node) {
        remove_leaf(node, frame);
    } else {
        *entry = 0;
    }
}

void mapping_revoke(struct place place, uint32_t how)
{
    uint32_t *entry = page_table_entry(place.task, place.page);
    if (!entry || !(*entry & PAGE_PRESENT)) {
        return;
    }
    uint32_t frame = frame_number(*entry);
    struct mapping *node = find(frame, place);
    if (!node && place.task->number != SIGMA0_TASK) {
        return;
    }
    if (how & REVOKE_ALL) {
        remove_below(node, frame);
    } else {
        protect_below(node, frame);
    }
    if (how & REVOKE_OWN) {
        revoke_own(node, entry, frame, how);
    }
}

void mapping_revoke_region(struct task *task, uint32_t first, uint32_t last, uint32_t how)
{
    uint32_t page = first;
    while (page <= last && page < USER_END) {
        if (page_table_entry(task, page)) {
            mapping_revoke((struct place){task, page}, how);
            page += PAGE_SIZE;
        } else {
            page = (page / PAGE_TABLE_SPAN + 1) * PAGE_TABLE_SPAN;
        }
    }
    page_directory_load(hot.loaded_page_directory);
}

/* The slot at `to`, emptied; NULL: no memory. */
static uint32_t *emptied(struct place to)
{
    uint32_t *slot = page_table_entry_made(to.task, to.page);
    if (slot && *slot & PAGE_PRESENT) {
        mapping_revoke(to, REVOKE_ALL | REVOKE_OWN);
        page_directory_load(hot.loaded_page_directory);
    }
    return slot;
}

/* The same frame from the same giver again: only the rights change, and only grow. */
static bool widen(struct place from, struct place to, uint32_t entry)
{
    uint32_t *slot = page_table_entry(to.task, to.page);
    if (!slot || !(*slot & PAGE_PRESENT) || frame_number(*slot) != frame_number(entry)) {
        return false;
    }
    struct mapping *node = find(frame_number(entry), to);
    if (!node || node->parent != find(frame_number(entry), from)) {
        return false;
    }
    *slot |= entry & PAGE_WRITABLE;
    page_directory_load(hot.loaded_page_directory);
    return true;
}

bool mapping_map(struct place from, struct place to, uint32_t entry)
{
    if (widen(from, to, entry)) {
        return true;
    }
    uint32_t *slot = emptied(to);
    struct mapping *node = slot ? slots_take(&nodes) : NULL;
    if (!node) {
        return false;
    }
    struct mapping *giver = find(frame_number(entry), from);
    if (!giver && from.task->number != SIGMA0_TASK) { /* it had the frame through what was just taken back at `to` */
        slots_give_back(&nodes, node);
        return true;
    }
    *node = (struct mapping){.place = to};
    insert(node, giver, frame_number(entry));
    *slot = entry;
    return true;
}

bool mapping_grant(struct place from, struct place to, uint32_t entry)
{
    struct mapping *node = find(frame_number(entry), from);
    if (!node) { /* sigma0 keeps what it grants: all memory is its own */
        return mapping_map(from, to, entry);
    }
    uint32_t *slot = emptied(to);
    if (!slot) {
        return false;
    }
    node = find(frame_number(entry), from);
    if (!node) { /* gone with what was at `to` */
        return true;
    }
    *page_table_entry(from.task, from.page) = 0;
    node->place = to;
    *slot = entry;
    page_directory_load(hot.loaded_page_directory);
    return true;
}

void mapping_give_to_kernel(struct place from, uint32_t entry)
{
    remove_below(NULL, frame_number(entry));
    *page_table_entry(from.task, from.page) = 0;
    page_directory_load(hot.loaded_page_directory);
    frame_add(entry & ~PAGE_FLAGS);
}

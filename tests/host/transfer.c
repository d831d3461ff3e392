/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a choice of the transfer axis keep its contract?  Words and bytes of random number go between random places of a
   sender's and two receivers' memory, across a 4 MB boundary, some pages and page tables absent.

   The host plays the processor: user addresses and the window are mapped on first use, as the loaded page directory
   says, and such a mapping stays, like a TLB entry, until CR3 is loaded.  Page faults that the page tables explain are
   played as the kernel's handler treats them, with a pager that always has the page. */
#include "tests/host/host.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/hot.h"
#include "kernel/memory/frames.h"
#include "kernel/thread/thread.h"

#include "variant.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum {
    PARTNERS = 3, /* the sender and two receivers */
    PAGES = 16,
    BYTES = PAGES * PAGE_SIZE,
    FIRST = 0x70400000 - BYTES / 2, /* of each partner's memory */
    ROUNDS = 4000,
    WORDS_MAXIMUM = 3000,
    TRANSLATIONS = 128,
    ERROR_WRITE = 2,
};

static struct tcb *partners[PARTNERS];
static uint32_t frames[PARTNERS][PAGES];
static struct tcb *receiver; /* of the present round */
static uint8_t before[PARTNERS][BYTES];

/* Directory entries of the upper 4 MB that were taken away; there is no call that frees a table. */
static uint32_t tables_taken[PARTNERS];

static uint32_t translations[TRANSLATIONS];
static uint32_t translation_count;
static uint32_t faults;

void fake_translations_end(void)
{
    for (uint32_t i = 0; i < translation_count; i++) {
        munmap((void *)(uintptr_t)translations[i], PAGE_SIZE);
    }
    translation_count = 0;
}

/* The buffer is never contended for: one processor, one sender. */
void thread_donate(struct tcb *target)
{
    TRUE(target == NULL);
}

/* As copy.S, for the host's calling convention. */
__asm__(".globl copy_words, copy_done, copy_bytes, copy_end\n"
        "copy_words:\n\t"
        "push %esi; push %edi; mov 12(%esp), %edi; mov 16(%esp), %esi; mov 20(%esp), %ecx\n\t"
        "rep movsl\n"
        "copy_done:\n\t"
        "pop %edi; pop %esi; ret\n"
        "copy_bytes:\n\t"
        "push %esi; push %edi; mov 12(%esp), %edi; mov 16(%esp), %esi; mov 20(%esp), %eax\n\t"
        "mov %eax, %ecx; shr $2, %ecx; rep movsl; mov %eax, %ecx; and $3, %ecx; rep movsb\n\t"
        "jmp copy_done\n"
        "copy_end:\n");

/* What the loaded page directory says of a linear address, 0: nothing that permits the access. */
static uint32_t walk(uint32_t linear, bool write)
{
    const uint32_t *directory = physical_alias(hot.loaded_page_directory);
    uint32_t needed = PAGE_PRESENT | (write ? (uint32_t)PAGE_WRITABLE : 0);
    uint32_t table = directory[linear / PAGE_TABLE_SPAN];
    if ((table & needed) != needed) {
        return 0;
    }
    uint32_t entry = ((uint32_t *)physical_alias(table & ~PAGE_FLAGS))[linear % PAGE_TABLE_SPAN / PAGE_SIZE];
    return (entry & needed) == needed ? entry : 0;
}

static bool translate(uint32_t linear, bool write)
{
    uint32_t entry = walk(linear, write);
    if (!entry) {
        return false;
    }
    void *page = (void *)(uintptr_t)(linear & ~(uint32_t)(PAGE_SIZE - 1));
    int rights = PROT_READ | (entry & PAGE_WRITABLE ? PROT_WRITE : 0);
    off_t frame = (off_t)(entry & ~PAGE_FLAGS);
    if (translation_count == TRANSLATIONS ||
        mmap(page, PAGE_SIZE, rights, MAP_SHARED | MAP_FIXED, host_memory(), frame) != page) {
        return false;
    }
    translations[translation_count++] = (uint32_t)(uintptr_t)page;
    return true;
}

static void give_page(uint32_t partner, uint32_t page)
{
    uint32_t *table = page_directory_entry(partners[partner]->task, FIRST + page * PAGE_SIZE);
    if (!*table && page >= PAGES / 2) {
        *table = tables_taken[partner];
    }
    uint32_t *entry = page_table_entry_made(partners[partner]->task, FIRST + page * PAGE_SIZE);
    *entry = frames[partner][page] | PAGE_PRESENT | PAGE_WRITABLE | PAGE_USER;
}

static uint32_t number_of(const struct tcb *partner)
{
    uint32_t number = 0;
    while (partners[number] != partner) {
        number++;
    }
    return number;
}

/* The pager gives the page of whose space it is; then the copy goes on, or ends if the buffer was lost. */
static void fault_in_transfer(struct tcb *sender, uint32_t linear, greg_t *eip)
{
    bool in_window = linear >= WINDOW_AREA;
    bool targets = in_window || sender->transfer.phase & TRANSFER_TARGET;
    uint32_t address = in_window ? sender->transfer.window_target + (linear - WINDOW_AREA) : linear;
    transfer_interrupted(sender);
    give_page(number_of(targets ? receiver : sender), (address - FIRST) / PAGE_SIZE);
    transfer_resumed(sender);
    uint32_t first = (uint32_t)(uintptr_t)copy_words, end = (uint32_t)(uintptr_t)copy_end;
    if (sender->transfer.buffer_lost && (uint32_t)*eip - first < end - first) {
        *eip = (greg_t)(uintptr_t)copy_done;
    }
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uint32_t linear = (uint32_t)(uintptr_t)info->si_addr;
    bool user = linear - FIRST < BYTES, window = linear - WINDOW_AREA < WINDOW_AREA_SIZE;
    if ((!user && !window) || ++faults > PARTNERS * PAGES * 100) {
        signal(signal_number, SIG_DFL); /* not the kernel's: the sanitizer's report, or no progress */
        return;
    }
    if (!translate(linear, registers[REG_ERR] & ERROR_WRITE) &&
        !(window && transfer_resolve_fault(partners[0], linear))) {
        fault_in_transfer(partners[0], linear, &registers[REG_EIP]);
    }
}

static uint8_t *content(uint32_t partner, uint32_t page)
{
    return physical_alias(frames[partner][page]);
}

static void make_partners(void)
{
    for (uint32_t i = 0; i < PARTNERS; i++) {
        partners[i] = host_thread(host_task(5 + i), 0);
        for (uint32_t page = 0; page < PAGES; page++) {
            frames[i][page] = frame_allocate();
            give_page(i, page);
        }
    }
}

static void fill(void)
{
    for (uint32_t i = 0; i < PARTNERS; i++) {
        for (uint32_t page = 0; page < PAGES; page++) {
            for (uint32_t byte = 0; byte < PAGE_SIZE; byte += 64) {
                content(i, page)[byte + random_below(64)] = (uint8_t)random_below(256);
            }
            memcpy(&before[i][page * PAGE_SIZE], content(i, page), PAGE_SIZE);
        }
    }
}

static void take_table(uint32_t partner)
{
    uint32_t *table = page_directory_entry(partners[partner]->task, FIRST + BYTES / 2);
    if (*table) {
        memset(page_table_entry(partners[partner]->task, FIRST + BYTES / 2), 0, PAGES / 2 * sizeof(uint32_t));
        tables_taken[partner] = *table;
        *table = 0;
    }
}

/* Takes random pages away, and now and then a whole page table of a receiver. */
static void take_pages(void)
{
    for (uint32_t i = 0; i < PARTNERS; i++) {
        for (uint32_t page = 0; page < PAGES; page++) {
            uint32_t *entry = page_table_entry(partners[i]->task, FIRST + page * PAGE_SIZE);
            if (entry && random_below(3) == 0) {
                *entry = 0;
            }
        }
        if (i && random_below(4) == 0) {
            take_table(i);
        }
    }
    page_directory_load(hot.loaded_page_directory);
}

static void expect_bytes(uint32_t number, uint32_t to, uint32_t from, uint32_t bytes)
{
    memcpy(&before[number][to - FIRST], &before[0][from - FIRST], bytes);
}

static void check_memory(void)
{
    for (uint32_t i = 0; i < PARTNERS; i++) {
        for (uint32_t page = 0; page < PAGES; page++) {
            EQUAL(memcmp(content(i, page), &before[i][page * PAGE_SIZE], PAGE_SIZE), 0);
        }
    }
}

/* Writes the size dope of a structure, which may lie anywhere, through the alias. */
static void set_size(uint32_t number, uint32_t structure, uint32_t size)
{
    uint32_t offset = structure + STRUCTURE_SIZE_DOPE * sizeof(uint32_t) - FIRST;
    uint32_t dope = size << DOPE_DWORDS_SHIFT;
    memcpy(content(number, offset / PAGE_SIZE) + offset % PAGE_SIZE, &dope, sizeof(dope));
    memcpy(&before[number][offset], &dope, sizeof(dope));
}

static void transfer_begin(uint32_t number)
{
    receiver = partners[number];
    receiver->transfer.partner = partners[0];
    partners[0]->transfer = (struct transfer){.partner = receiver, .phase = TRANSFER_SOURCE};
    faults = 0;
}

static void transfer_end(void)
{
    struct tcb *sender = partners[0];
    TRUE(!fake_cpu.interrupts);
    transfer_done(sender);
    sender->transfer = (struct transfer){.phase = TRANSFER_NONE};
    space_switch(sender);
    EQUAL(hot.loaded_page_directory, sender->task->page_directory);
}

static void one_transfer(uint32_t number, bool sized)
{
    struct tcb *sender = partners[0];
    uint32_t count = random_below(2) ? random_below(40) : random_below(WORDS_MAXIMUM);
    uint32_t first = random_below(4), size = random_below(2) ? WORDS_MAXIMUM + 4 : random_below(WORDS_MAXIMUM);
    uint32_t header = (STRUCTURE_DWORDS + first) * sizeof(uint32_t);
    uint32_t room = BYTES - header - count * sizeof(uint32_t);
    uint32_t structure = FIRST + random_below(room / sizeof(uint32_t)) * sizeof(uint32_t);
    uint32_t source = FIRST + random_below(room / sizeof(uint32_t)) * sizeof(uint32_t);
    uint32_t fits = !sized ? count : size < first ? 0 : size - first < count ? size - first : count;
    set_size(number, structure, size);

    transfer_begin(number);
    EQUAL(transfer_words(sender, receiver, structure, source, first, count, sized), first + fits);
    transfer_end();
    expect_bytes(number, structure + header, source, fits * sizeof(uint32_t));
    check_memory();
}

/* Two parts of a string, anywhere, and a few words to and fro between them. */
static void one_string(uint32_t number)
{
    struct tcb *sender = partners[0];
    uint32_t word_at = FIRST + random_below(PAGES) * PAGE_SIZE, words[2], expected[2];
    transfer_begin(number);
    for (int part = 0; part < 2; part++) {
        uint32_t bytes = 1 + (random_below(2) ? random_below(40) : random_below(3 * PAGE_SIZE));
        uint32_t to = FIRST + random_below(BYTES - bytes), from = FIRST + random_below(BYTES - bytes);
        transfer_bytes(sender, receiver, to, from, bytes);
        expect_bytes(number, to, from, bytes);
        transfer_read(sender, receiver, word_at, words, 2);
        memcpy(expected, &before[number][word_at - FIRST], sizeof(expected));
        EQUAL(words[0], expected[0]);
        EQUAL(words[1], expected[1]);
        transfer_enter_source(sender);
        memcpy(expected, &before[0][word_at - FIRST], sizeof(expected));
        EQUAL(*(volatile uint32_t *)(uintptr_t)word_at, expected[0]);
        words[0] = random_below(BYTES);
        transfer_write(sender, receiver, word_at, words, 1);
        memcpy(&before[number][word_at - FIRST], words, sizeof(words[0]));
    }
    transfer_end();
    check_memory();
}

static void test_random_transfers(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        if (round % 4 == 0) {
            fill();
        }
        if (round % 4 == 2) {
            take_pages();
        }
        if (random_below(3)) {
            one_transfer(1 + random_below(2), random_below(2));
        } else {
            one_string(1 + random_below(2));
        }
    }
}

void tests(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    make_partners();
    space_switch(partners[0]);
    test_random_transfers();
}

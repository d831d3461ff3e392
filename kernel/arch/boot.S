/* SPDX-License-Identifier: BSD-2-Clause */
/* From the multiboot loader to C: build the physical alias, turn paging on, jump to linear addresses. */
#include "kernel/memory/layout.h"

#define MULTIBOOT_MAGIC 0x1BADB002
#define MULTIBOOT_FLAGS 0x00000003 /* page-aligned modules, memory information */
#define PHYSICAL(symbol) (symbol - PHYSICAL_ALIAS)
#define PAGE_PRESENT_WRITABLE 3
/* Paging; write protection for the kernel too (WP); no FPU (EM): its first use
   raises an exception, whose handler looks for one (processor.c). */
#define CR0_PAGING_AND_MORE (1 << 31 | 1 << 16 | 1 << 2)
#define BOOT_TABLES (PHYSICAL_ALIAS_SIZE / PAGE_TABLE_SPAN)

        .section .multiboot, "a"
        .long   MULTIBOOT_MAGIC
        .long   MULTIBOOT_FLAGS
        .long   -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

        .section .bss.page_aligned, "aw", @nobits
        .balign PAGE_SIZE
        .globl  boot_page_directory
boot_page_directory:
        .skip   PAGE_SIZE
alias_page_tables:
        .skip   BOOT_TABLES * PAGE_SIZE
boot_stack:
        .skip   PAGE_SIZE
boot_stack_top:

/* void boot_entry(void)   EAX = loader's magic, EBX = physical address of the multiboot information; paging off */
        .text
        .globl  boot_entry
boot_entry:
        cli
        cld
        mov     %eax, %ebp                              /* kept over the loops below */
        mov     $PHYSICAL(alias_page_tables), %edi      /* all of the alias, page after page */
        mov     $PAGE_PRESENT_WRITABLE, %eax
        mov     $(BOOT_TABLES * 1024), %ecx
1:      mov     %eax, (%edi)
        add     $PAGE_SIZE, %eax
        add     $4, %edi
        dec     %ecx
        jnz     1b
        mov     $PHYSICAL(boot_page_directory), %edx
        mov     $(PHYSICAL(alias_page_tables) + PAGE_PRESENT_WRITABLE), %eax
        mov     %eax, (%edx)                            /* identity for the instructions around the switch */
        lea     (PHYSICAL_ALIAS >> 20)(%edx), %edi
        mov     $BOOT_TABLES, %ecx
2:      mov     %eax, (%edi)
        add     $PAGE_SIZE, %eax
        add     $4, %edi
        dec     %ecx
        jnz     2b
        mov     %edx, %cr3
        mov     %cr0, %eax
        or      $CR0_PAGING_AND_MORE, %eax
        mov     %eax, %cr0
        mov     $3f, %eax
        jmp     *%eax
3:      mov     $boot_stack_top, %esp
        mov     %ebp, %eax
        mov     %ebx, %edx
        call    kernel_main
        ud2

/* void kernel_load_segments(void)   after lgdt: every segment register from our own table   clobbers EAX */
        .globl  kernel_load_segments
kernel_load_segments:
        ljmp    $SELECTOR_KERNEL_CODE, $4f
4:      mov     $SELECTOR_KERNEL_DATA, %eax
        mov     %eax, %ss
        mov     $SELECTOR_USER_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %fs
        mov     %eax, %gs
        ret
        .section .note.GNU-stack, "", @progbits

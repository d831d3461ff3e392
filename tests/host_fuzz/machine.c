/* SPDX-License-Identifier: BSD-2-Clause */
/* What trap.S and the memory management unit do for the kernel, done on the host. */
#include "tests/host_fuzz/machine.h"

#include "tests/host/host.h"
#include "tests/host_fuzz/fuzz.h"

#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/processor.h"
#include "kernel/console/console.h"
#include "kernel/ipc/ipc.h"
#include "kernel/ipc/page_fault.h"
#include "kernel/ipc/transfer.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/page_table.h"
#include "kernel/thread/thread.h"

#include "variant.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { TRANSLATIONS = 256, ERROR_WRITE = 2, FAULTS_MAX = 20000 };

static uint32_t translations[TRANSLATIONS];
static uint32_t translation_count;
static uint32_t faults;

/* Of the assembly below. */
extern uint32_t machine_left;
void machine_switch_in(struct ipc_registers *bottom, void (*function)(void));

_Static_assert(offsetof(struct tcb, esp) == 8 && offsetof(struct tcb, message) == 12, "offsets in the assembly");
_Static_assert(sizeof(struct ipc_registers) == 28 && TCB_SIZE == 0x4000 && TCB_OFFSET == 0x3E00, "likewise");

/* As trap.S and copy.S, for the host's calling convention: arguments lie above the return address. */
__asm__(".data\n"
        "machine_driver: .long 0\n"
        ".globl machine_left\n"
        "machine_left: .long 0\n"
        ".text\n"
        ".globl machine_switch_in, ipc_leave, ipc_leave_special, switch_context, ipc_from_kernel, tunnel_start\n"
        "machine_switch_in:\n\t"
        "push %ebp; push %ebx; push %esi; push %edi\n\t"
        "mov %esp, machine_driver; mov 20(%esp), %eax; mov 24(%esp), %edx\n\t"
        "mov %eax, %esp; push $ipc_leave; call *%edx; ret\n"
        "ipc_leave:\n"
        "ipc_leave_special:\n\t"
        "mov %esp, machine_left; mov machine_driver, %esp\n\t"
        "pop %edi; pop %esi; pop %ebx; pop %ebp; ret\n"
        "switch_context:\n\t"
        "mov 4(%esp), %eax; mov 8(%esp), %edx\n\t"
        "push %ebp; push %ebx; push %esi; push %edi; push $switch_resume\n\t"
        "mov %esp, 8(%eax); mov 8(%edx), %esp; ret\n"
        "switch_resume:\n\t"
        "pop %edi; pop %esi; pop %ebx; pop %ebp; ret\n"
        "ipc_from_kernel:\n\t"
        "mov 4(%esp), %eax; push %ebp; push %ebx; push %esi; push %edi; push %eax\n\t"
        "mov %esp, %ebx; and $-0x4000, %ebx; push 0x3E00+12(%ebx); sub $28, %esp\n\t"
        "mov %eax, %esi; mov %esp, %edi; mov $7, %ecx; rep movsl\n\t"
        "mov %esp, 0x3E00+12(%ebx); mov %esp, %eax; push $ipc_is_over; push %eax; call ipc; add $4, %esp; ret\n"
        "ipc_is_over:\n\t"
        "mov %esp, %esi; mov 32(%esp), %edi; mov $7, %ecx; rep movsl\n\t"
        "add $28, %esp; mov %esp, %ebx; and $-0x4000, %ebx; pop 0x3E00+12(%ebx); add $4, %esp\n\t"
        "pop %edi; pop %esi; pop %ebx; pop %ebp; ret\n"
        "tunnel_start:\n\t"
        "call tunnel_run; add $4, %esp; ret\n"
        ".globl copy_words, copy_done, copy_bytes, copy_end\n"
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

void fake_translations_end(void)
{
    for (uint32_t i = 0; i < translation_count; i++) {
        munmap((void *)(uintptr_t)translations[i], PAGE_SIZE);
    }
    translation_count = 0;
}

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

/* Such a mapping stays, like a TLB entry, until CR3 is loaded. */
static bool translate(uint32_t linear, bool write)
{
    uint32_t entry = walk(linear, write);
    if (!entry) {
        return false;
    }
    REQUIRE(translation_count < TRANSLATIONS);
    void *page = (void *)(uintptr_t)(linear & ~(uint32_t)(PAGE_SIZE - 1));
    int rights = PROT_READ | (entry & PAGE_WRITABLE ? PROT_WRITE : 0);
    off_t frame = (off_t)(entry & ~PAGE_FLAGS);
    REQUIRE(mmap(page, PAGE_SIZE, rights, MAP_SHARED | MAP_FIXED, host_memory(), frame) == page);
    translations[translation_count++] = (uint32_t)(uintptr_t)page;
    return true;
}

/* On the kernel stack of the thread that faults, as a trap: the handler may switch to others and come back later. */
static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uint32_t linear = (uint32_t)(uintptr_t)info->si_addr;
    bool write = registers[REG_ERR] & ERROR_WRITE;
    bool user = linear - AREA_FIRST < AREA_BYTES, window = linear - WINDOW_AREA < WINDOW_AREA_SIZE;
    if (!user && !window) {
        signal(signal_number, SIG_DFL); /* wild: the run ends here */
        return;
    }
    REQUIRE(++faults < FAULTS_MAX);
    if (translate(linear, write)) {
        return;
    }
    bool interrupts = fake_cpu.interrupts;
    fake_cpu.interrupts = false;
    if (interrupts) {
        machine_interrupts_possible();
    }
    struct trap_frame frame = {
        .error = write ? ERROR_WRITE : 0, .eip = (uint32_t)registers[REG_EIP], .cs = SELECTOR_KERNEL_CODE};
    fake_cpu.cr2 = linear;
    page_fault(&frame);
    registers[REG_EIP] = (greg_t)frame.eip;
    fake_cpu.interrupts = interrupts;
}

void machine_begin(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
}

struct tcb *machine_at_user_level(void)
{
    return tcb_of_stack((const void *)(uintptr_t)(machine_left - 1));
}

void machine_enter(struct tcb *thread, void (*function)(void))
{
    machine_switch_in(&tcb_user_frame(thread)->registers, function);
    REQUIRE(machine_left == (uint32_t)(uintptr_t)&tcb_user_frame(machine_at_user_level())->registers);
    REQUIRE(!fake_cpu.interrupts);
}

void processor_leave_live(void)
{
}

void processor_forget(struct tcb *thread)
{
    (void)thread;
}

void panic(const struct trap_frame *frame, const char *sentence)
{
    (void)frame;
    fuzz_broken(sentence, 0, "the kernel does not panic");
}

void exception_stop(struct trap_frame *frame, const char *sentence)
{
    (void)frame;
    fuzz_broken(sentence, 0, "no exception but in transfers");
}

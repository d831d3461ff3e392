/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/support/program.h"

#include "bench/support/clock.h"
#include "bench/support/console.h"
#include "bench/support/options.h"
#include "bench/support/thread.h"

static struct options options;
static uint32_t failures;

bool case_selected(const char *name)
{
    return glob_matches(options.cases, name);
}

bool check(const char *name, bool ok, const char *sentence)
{
    failures += !ok;
    console_print("@check %s %s %s\n", name, ok ? "ok" : "fail", sentence);
    return ok;
}

void failures_add(uint32_t count)
{
    failures += count;
}

uint32_t failures_count(void)
{
    return failures;
}

/* Enters the kernel's debugger, which prints how deep the kernel's stacks have been used. */
static void print_stack_use(void)
{
    __asm__ volatile("int3\n\tjmp 1f\n1:");
}

/* QEMU's isa-debug-exit device; its port comes from sigma0, our pager, on first use. Elsewhere nothing
 * listens, and the task just stops. */
static void machine_exit(void)
{
    __asm__ volatile("outl %0, %1" : : "a"(0), "Nd"((uint16_t)0xF4));
    thread_stop();
}

void program_start(uint32_t magic, uint32_t multiboot_information)
{
    options_read(&options, magic == MULTIBOOT_MAGIC ? multiboot_information : 0);
    clock_source = options.clock;
    console_print("@benchmark %s clock=%s\n", program.name, clock_name());
    program.run();
    print_stack_use();
    console_print("@end %s %s\n", program.name, failures ? "fail" : "ok");
    machine_exit();
    __builtin_unreachable();
}

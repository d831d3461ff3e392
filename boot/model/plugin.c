// SPDX-License-Identifier: GPL-2.0-or-later
// How is the model attached to QEMU? Arguments, translation, callbacks, markers and the end of the run.
#include "block.h"
#include "counts.h"
#include "decode.h"
#include "entry.h"
#include "execute.h"
#include "flow.h"
#include "memory.h"
#include "options.h"
#include "profile.h"
#include "psv.h"
#include "qemu_plugin.h"
#include "run.h"
#include "trace.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The kernel is loaded at 1 MB and first runs there; the firmware runs below it, and relocates itself to the top of
// memory.
enum { KERNEL_START = 0x100000, KERNEL_LIMIT = 0x800000, CLOCK_ENTRY_BYTES = 16, STOP_TEXT = 400 };

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

struct run run;

bool run_finish(const char *reason, const double *guest_seconds)
{
    bool written = trace_close();
    if (run.options.profile)
        written &= profile_write(run.decoder, run.options.profile);
    if (run.attach.on)
        counts_outside(&run.counts, run.attach.untimed, run.attach.surprises);
    return counts_end(&run.counts, &run.model, guest_seconds, reason) && written;
}

_Noreturn void model_stop(struct model *model, const char *format, ...)
{
    if (run.attach.tolerant)
        longjmp(run.attach.lost, 1);
    char reason[STOP_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    (void)model;
    run_finish(reason, NULL);
    fprintf(stderr, "l4lab-model: %s\n", reason);
    _exit(MODEL_EXIT);
}

_Noreturn static void refuse_insn(const struct insn *insn)
{
    char bytes[INSN_MAX_BYTES * 3 + 1] = "";
    for (unsigned i = 0; i < insn->length; i++)
        snprintf(bytes + i * 3, 4, " %02x", insn->bytes[i]);
    if (insn->clocks)
        model_stop(&run.model, "the %s has no such instruction: %s at %08X, bytes%s", run.model.processor->name,
                   insn->text, insn->linear, bytes);
    model_stop(&run.model, "no clocks for this instruction form: %s at %08X, bytes%s", insn->text, insn->linear, bytes);
}

static void begin_model(struct model *model)
{
    if (!cpu_state_read(&model->cpu))
        model_stop(model, "QEMU's register dump cannot be read");
    model->privilege = model->cpu.privilege;
}

// A form without clocks is no error if it faulted: QEMU may not even have fetched all its bytes.
static void classify(struct model *model, const struct insn *insn, const struct insn *next, struct flow *flow)
{
    if (!model->timed || insn->known)
        flow_classify(model, insn, next, flow);
    else if (!flow_find_entry(model, insn, next, flow) || !flow->not_retired)
        refuse_insn(insn);
}

void run_settle(const struct insn *next)
{
    struct model *model = &run.model;
    struct flow flow;
    bool taken;
    if (model->current->plain && flow_plain(model->current, next, &taken)) {
        model->next = next->linear;
        execute_plain(model, taken);
        return;
    }
    classify(model, model->current, next, &flow);
    model->next = flow.kind == FLOW_ENTRY ? 0 : next->linear;
    if (flow.kind == FLOW_STEP) {
        execute_step(model);
        return;
    }
    execute_insn(model, &flow);
    if (model->current->marker == MARKER_START) {
        counts_start(&run.counts, model);
        trace_start(model, run.counts.case_number, run.counts.index);
    }
    if ((model->current->flags & INSN_TIME_STAMP) && flow.kind == FLOW_FALL && model->timed &&
        !cpu_state_stamp(&model->cpu, model->now))
        model_stop(model, "QEMU's registers are not found, so rdtsc cannot give modelled cycles");
    if (flow.kind == FLOW_ENTRY)
        execute_entry(model, &flow, next);
}

static void mark(struct model *model, const struct insn *insn)
{
    switch ((enum marker)insn->marker) {
    case MARKER_CASE:
        counts_case(&run.counts);
        break;
    case MARKER_STOP:
        counts_stop(&run.counts, model);
        trace_stop();
        break;
    case MARKER_CLOCK:
        run.clock_armed = true;
        run.clock_insn = insn->linear + insn->length;
        break;
    default:
        break;
    }
}

static void on_execute(unsigned vcpu, void *data)
{
    const struct insn *insn = data;
    struct model *model = &run.model;
    (void)vcpu;
    if (model->current)
        run_settle(insn);
    else
        begin_model(model);
    if (insn->marker)
        mark(model, insn);
    model->current = insn;
}

static void latch_clock(struct model *model, uint32_t linear)
{
    const uint64_t entry[2] = {model->now, 1}; // cycles; present in the low half, reserved in the high
    _Static_assert(sizeof entry == CLOCK_ENTRY_BYTES, "the clock page entry is 16 bytes");
    uint32_t physical;
    run.clock_armed = false;
    if (!memory_peek_address(model, linear & ~(CLOCK_ENTRY_BYTES - 1u), &physical) ||
        physical > model->ram.size - sizeof entry)
        model_stop(model, "the clock entry at %08X is not in memory", linear);
    memcpy(model->ram.bytes + physical, entry, sizeof entry);
}

static void record_access(struct model *model, uint32_t linear, unsigned size, bool store)
{
    if (model->accesses == MAX_ACCESSES && run.attach.on && !run.counts.open)
        return;
    if (model->accesses == MAX_ACCESSES)
        model_stop(model, "the instruction at %08X makes more than %u accesses", model->current->linear, MAX_ACCESSES);
    model->access[model->accesses++] = (struct access){linear, (uint8_t)size, store};
}

// What QEMU's word about an access means. There are few such words, and QEMU is asked once for each.
struct access_kind {
    qemu_plugin_meminfo_t info;
    uint8_t size; // 0: nothing is known yet
    bool store;
};

static const struct access_kind *kind_of(qemu_plugin_meminfo_t info)
{
    enum { KIND_BITS = 5, MULTIPLIER = 0x9E3779B1 };
    static struct access_kind kinds[1 << KIND_BITS];
    struct access_kind *kind = &kinds[info * (uint32_t)MULTIPLIER >> (32 - KIND_BITS)];
    if (kind->info != info || !kind->size)
        *kind = (struct access_kind){info, (uint8_t)(1u << qemu_plugin_mem_size_shift(info)),
                                     qemu_plugin_mem_is_store(info)};
    return kind;
}

static void on_access(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t linear, void *data)
{
    const struct insn *insn = data;
    struct model *model = &run.model;
    const struct access_kind *kind = kind_of(info);
    (void)vcpu;
    if (run.clock_armed && model->timed && insn->linear == run.clock_insn && !kind->store)
        latch_clock(model, (uint32_t)linear);
    for (unsigned done = 0; done < kind->size; done += 4)
        record_access(model, (uint32_t)linear + done, kind->size - done < 4 ? kind->size - done : 4u, kind->store);
}

// The instruction is about to run, and QEMU's copy has its register.
static void on_register(unsigned vcpu, void *data)
{
    const struct insn *insn = data;
    struct model *model = &run.model;
    (void)vcpu;
    model->value_known = cpu_state_general(insn->decides.number, &model->value);
}

static void on_constant(unsigned vcpu, void *data)
{
    struct model *model = &run.model;
    (void)vcpu;
    model->value = (uint32_t)(uintptr_t)data;
    model->value_known = true;
}

static bool is_first_block(uint32_t start)
{
    return run.attach.on ? start == run.options.entry : start >= KERNEL_START && start < KERNEL_LIMIT;
}

static bool is_foreign(struct model *model)
{
    struct cpu_state state;
    if (!run.attach.on)
        return false;
    if (!cpu_state_read(&state))
        model_stop(model, "QEMU's register dump cannot be read");
    return !cpu_state_is_32_bit(&state);
}

// QEMU calls back in the order in which callbacks are registered: the instruction before is charged by then.
static void watch_value(struct qemu_plugin_insn *handle, struct insn *insn, const struct block *block)
{
    uint32_t constant;
    enum block_value value = block_register(block, insn->decides.number, &constant);
    if (value == BLOCK_STORED)
        qemu_plugin_register_vcpu_insn_exec_cb(handle, on_register, QEMU_PLUGIN_CB_NO_REGS, insn);
    if (value == BLOCK_CONSTANT)
        qemu_plugin_register_vcpu_insn_exec_cb(handle, on_constant, QEMU_PLUGIN_CB_NO_REGS,
                                               (void *)(uintptr_t)constant);
}

static void watch_insn(struct qemu_plugin_insn *handle, bool first, struct block *block)
{
    uint32_t linear = (uint32_t)qemu_plugin_insn_vaddr(handle);
    struct insn *insn = decoder_insn(run.decoder, linear, qemu_plugin_insn_data(handle), qemu_plugin_insn_size(handle));
    if (first && run.model.cpu.idt_base)
        insn->handles = (uint16_t)entry_vector_of(&run.model, insn->linear);
    insn->region = (uint8_t)regions_at(&run.options.regions, linear);
    if (run.attach.on)
        insn->marker = MARKER_NONE; // only our own benchmarks mean markers
    qemu_plugin_register_vcpu_insn_exec_cb(handle, run.attach.on ? attach_on_execute : on_execute,
                                           QEMU_PLUGIN_CB_NO_REGS, insn);
    if (insn->decides.place == VALUE_REGISTER)
        watch_value(handle, insn, block);
    block_pass(block, insn);
    if (run.model.timed || (insn->flags & INSN_REP))
        qemu_plugin_register_vcpu_mem_cb(handle, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, insn);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);
    uint32_t start = (uint32_t)qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
    (void)id;
    if (!run.started && is_first_block(start)) {
        run.started = true;
        run.start_ns = cpu_state_guest_ns();
    }
    if (!run.started)
        return;
    bool foreign = is_foreign(&run.model);
    struct block block;
    block_begin(&block);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *handle = qemu_plugin_tb_get_insn(tb, i);
        if (foreign)
            qemu_plugin_register_vcpu_insn_exec_cb(handle, attach_on_foreign, QEMU_PLUGIN_CB_NO_REGS,
                                                   (void *)(uintptr_t)qemu_plugin_insn_vaddr(handle));
        else
            watch_insn(handle, i == 0, &block);
    }
}

static void on_end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    double guest_seconds = run.started ? (double)(cpu_state_guest_ns() - run.start_ns) / 1e9 : 0;
    if (run_finish(run.started ? NULL : "the kernel never ran", &guest_seconds))
        return;
    fprintf(stderr, "l4lab-model: the counts or the trace could not be written\n");
    _exit(MODEL_EXIT);
}

static bool open_model(struct model *model, const struct options *options, char *message)
{
    model->timed = options->processor != NULL;
    model->processor = options->processor;
    if (!ram_map(&model->ram, options->ram, message, PSV_MESSAGE) || !cpu_state_open(message, PSV_MESSAGE))
        return false;
    if (!model->timed)
        return true;
    const struct processor *processor = model->processor;
    if (!clocks_read(options->clocks, processor->paired, &model->clocks, message) ||
        !rules_read(options->rules, processor->rules, &model->rules, message) ||
        !board_read(options->board, model->rules.cache_line_bytes, &model->board, message))
        return false;
    unsigned line_bytes = model->rules.cache_line_bytes;
    uint32_t *l2 = model->board.l2_bytes ? calloc(model->board.l2_bytes / line_bytes, sizeof *l2) : NULL;
    bus_init(&model->bus, &model->board, model->rules.write_buffers, line_bytes, l2);
    processor->open(model);
    model->entry_clocks = clocks_find(&model->clocks, "exception", "-");
    if (!model->entry_clocks)
        model->entry_clocks = clocks_find(&model->clocks, "int", "imm");
    return model->entry_clocks || (snprintf(message, PSV_MESSAGE, "%.200s has no row for int", options->clocks), false);
}

static bool open_run(char *message)
{
    const struct options *options = &run.options;
    if (!open_model(&run.model, options, message))
        return false;
    run.decoder = decoder_open(&run.model.clocks);
    if (!run.decoder) {
        snprintf(message, PSV_MESSAGE, "Capstone cannot be opened");
        return false;
    }
    if (options->trace && !trace_open(options->trace, options->processor, options->trace_case, options->trace_sample,
                                      message, PSV_MESSAGE))
        return false;
    run.attach.on = options->attach;
    return counts_open(&run.counts, options->out, options->processor, options->processor ? run.model.board.name : NULL,
                       options->hash, message, PSV_MESSAGE);
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                                               char **argv)
{
    char message[PSV_MESSAGE];
    if (strcmp(info->target_name, "i386") != 0 || !info->system_emulation) {
        fprintf(stderr, "l4lab-model: the model works with qemu-system-i386 only\n");
        return -1;
    }
    if (!options_parse(&run.options, argc, argv, message) || !open_run(message)) {
        fprintf(stderr, "l4lab-model: %s\n", message);
        return -1;
    }
    if (run.attach.on)
        counts_case(&run.counts);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_end, NULL);
    return 0;
}

/*
 * Makes QEMU an engine of lockstep: tells the coordinator, block by block or window by window, which way the guest
 * goes. README.md says how to use it, docs/protocol.md what is said.
 *
 * Hot path: on_block, once per translated block that is executed. Blocks of QEMU's may end elsewhere than those of
 * the protocol; transfers are the same wherever blocks are cut, so the digest of a way (strength PATH) does not depend
 * on it, and records are joined by the coordinator.
 *
 * Copyright 2026 the lockstep authors. SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 200809L
#include "lockstep.h"
#include "watcher.h"

#include <pthread.h>

#if defined(__has_include)
#if __has_include(<qemu-plugin.h>)
#include <qemu-plugin.h>
#define HAVE_QEMU_HEADER
#endif
#endif
#ifndef HAVE_QEMU_HEADER
#include "qemu-api.h"
#endif

enum {
    BOUNDARY_BITS = 7,    /* a block ends where an instruction reaches or crosses a multiple of 128 */
    TRANSFER_SLOT = 72,
    TRAP_SLOT = 73,
    ILLEGAL_INSTRUCTION = 2, /* causes of traps, as in mcause */
    BREAKPOINT = 3,
    LOAD_PAGE_FAULT = 13,
    STORE_PAGE_FAULT = 15,
    MAX_RECORDS = 1 << 16, /* of a batch */
    REGISTERS_BYTES = 64 * 8,
    SYSCALL_EXIT = 93,
    SYSCALL_EXIT_GROUP = 94
};

/* What an instruction can do to the way of the guest. */
typedef enum {
    FALLS_THROUGH,
    BRANCHES,    /* perhaps, to a place that it names */
    JUMPS,       /* to a place that it names */
    JUMPS_AWAY,  /* to a place in a register */
    CALLS,       /* the system: what comes back may be in a handler */
    BREAKS,      /* always traps */
    SERIALIZES   /* falls through, and ends a block */
} Flow;

/* Where a block of the protocol ends within one of QEMU's. */
typedef struct {
    uint32_t steps;        /* from the start of QEMU's */
    uint64_t next_pc;
} Cut;

/* An instruction that may trap within a block: it accesses memory, or rounds in a mode that may not exist. */
typedef struct {
    uint32_t steps;        /* from the start of QEMU's block, its own included */
    uint32_t cause;
    uint64_t pc;
} Risk;

/* A block as QEMU translated it. Never freed: QEMU may execute it until it ends. */
typedef struct {
    uint64_t pc;
    uint64_t last_pc;      /* of its last instruction */
    uint64_t next_pc;      /* behind it */
    uint64_t constant;     /* of a transfer at last_pc */
    uint32_t steps;
    uint32_t cut_count;
    uint32_t risk_count;
    uint32_t counted;      /* instructions that QEMU counts: risks, and the last one */
    bool rounds;           /* in the mode of frm, which only another block can change */
    Flow flow;             /* of its last instruction */
    Cut *cuts;             /* its own end among them, if a block of the protocol ends there */
    Risk *risks;
} Block;

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* What is told of the guest, even if it dies: see speak_for_the_dead. */
typedef struct {
    LockstepSession session;
    volatile bool is_telling; /* in the midst of it, so that nobody else can go on */
} Account;

static Account *account;
static LockstepSession *session; /* the account's */
static const Block *current; /* what the guest is in; NULL before its first */
#if QEMU_PLUGIN_VERSION >= 2
static qemu_plugin_u64 begun_counter; /* QEMU adds 1 as each of the counted instructions begins */
#else
static uint64_t begun_counter;
#endif
static uint64_t begun_before;  /* as it was when the current block began */
static bool is_child;        /* of a guest that has forked: it is not compared, and the session is its parent's */
static bool has_exited;
static uint64_t exit_status;

/* Whether registers can be told after every block. */
static bool tells_registers;

/* The window that is open, as far as the guest has come. */
static struct {
    uint64_t digest;
    uint64_t steps;
    uint32_t blocks;
} window;

/* ---- what blocks are made of ---- */

static Flow flow_of_short(uint32_t word) {
    uint32_t group = (word >> 13 & 7) << 2 | (word & 3);
    switch (group) {
    case 5 << 2 | 1: return JUMPS;
    case 6 << 2 | 1:
    case 7 << 2 | 1: return BRANCHES;
    case 4 << 2 | 2: break;
    default: return FALLS_THROUGH;
    }
    bool has_source = word >> 2 & 0x1F, has_target = word >> 7 & 0x1F;
    if (has_source)
        return FALLS_THROUGH;
    return has_target ? JUMPS_AWAY : BREAKS; /* c.jr and c.jalr; c.ebreak */
}

static Flow flow_of(uint32_t word, size_t size) {
    if (size == 2)
        return flow_of_short(word);
    uint32_t variant = word >> 12 & 7;
    switch (word & 0x7F) {
    case 0x63: return BRANCHES;
    case 0x6F: return JUMPS;
    case 0x67: return JUMPS_AWAY;
    case 0x0F: return variant == 1 ? SERIALIZES : FALLS_THROUGH;
    case 0x73: return word == 0x73 ? CALLS : word == 0x100073 ? BREAKS : SERIALIZES;
    default: return FALLS_THROUGH;
    }
}

/* Returns the cause of a trap of an access to memory; 0 if it accesses none. */
static uint32_t access_cause_of_short(uint32_t word) {
    uint32_t quadrant = word & 3, group = word >> 13 & 7;
    if (quadrant == 1 || group == 0 || group == 4) /* in quadrant 0, group 4 are Zcb's loads and stores */
        return quadrant == 0 && group == 4 ? (word >> 11 & 1 ? STORE_PAGE_FAULT : LOAD_PAGE_FAULT) : 0;
    return group < 4 ? LOAD_PAGE_FAULT : STORE_PAGE_FAULT;
}

static uint32_t access_cause_of(uint32_t word, size_t size) {
    if (size == 2)
        return access_cause_of_short(word);
    switch (word & 0x7F) {
    case 0x03:
    case 0x07: return LOAD_PAGE_FAULT;
    case 0x23:
    case 0x27: return STORE_PAGE_FAULT;
    case 0x2F: return word >> 27 == 2 ? LOAD_PAGE_FAULT : STORE_PAGE_FAULT; /* lr; sc and amo */
    default: return 0;
    }
}

/*
 * Returns whether an instruction may trap for its rounding mode: 5 and 6 do not exist, and frm, which 7 stands for, may
 * hold what does not exist. If frm did at its first use in a block, there is no second.
 */
static bool may_round_badly(Block *block, uint32_t word, size_t size) {
    enum { RESERVED = 5, DYNAMIC = 7 };
    uint32_t opcode = word & 0x7F, mode = word >> 12 & 7;
    bool computes = opcode == 0x43 || opcode == 0x47 || opcode == 0x4B || opcode == 0x4F || opcode == 0x53;
    if (size == 2 || !computes || mode < RESERVED || (mode == DYNAMIC && block->rounds))
        return false;
    block->rounds |= mode == DYNAMIC;
    return true;
}

static uint32_t word_of(struct qemu_plugin_insn *insn) {
    uint8_t bytes[4] = {0};
#if QEMU_PLUGIN_VERSION >= 3
    qemu_plugin_insn_data(insn, bytes, sizeof bytes);
#else
    memcpy(bytes, qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn));
#endif
    return (uint32_t)lockstep_little_endian(bytes, 4);
}

static bool crosses_boundary(uint64_t pc, uint64_t next_pc) {
    return pc >> BOUNDARY_BITS != next_pc >> BOUNDARY_BITS;
}

static void *room_of(size_t count, size_t size) {
    void *room = calloc(count ? count : 1, size);
    if (!room)
        abort();
    return room;
}

static void count(Block *block, struct qemu_plugin_insn *insn) {
#if QEMU_PLUGIN_VERSION >= 2
    qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, begun_counter, 1);
#else
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &begun_counter, 1);
#endif
    block->counted++;
}

/* Appends an instruction. */
static void extend(Block *block, struct qemu_plugin_insn *insn, bool is_last) {
    size_t size = qemu_plugin_insn_size(insn);
    uint32_t word = word_of(insn);
    uint32_t cause = may_round_badly(block, word, size) ? ILLEGAL_INSTRUCTION : access_cause_of(word, size);
    block->last_pc = qemu_plugin_insn_vaddr(insn);
    block->next_pc = block->last_pc + size;
    block->flow = flow_of(word, size);
    block->steps++;
    if (block->flow != FALLS_THROUGH || crosses_boundary(block->last_pc, block->next_pc))
        block->cuts[block->cut_count++] = (Cut){block->steps, block->next_pc};
    if (cause)
        block->risks[block->risk_count++] = (Risk){block->steps, cause, block->last_pc};
    if (cause || is_last)
        count(block, insn);
}

static Block *block_of(struct qemu_plugin_tb *tb) {
    size_t steps = qemu_plugin_tb_n_insns(tb);
    Block *block = room_of(1, sizeof *block);
    block->pc = qemu_plugin_tb_vaddr(tb);
    block->cuts = room_of(steps, sizeof *block->cuts);
    block->risks = room_of(steps, sizeof *block->risks);
    for (size_t i = 0; i < steps; i++)
        extend(block, qemu_plugin_tb_get_insn(tb, i), i + 1 == steps);
    block->constant = lockstep_constant(block->last_pc, TRANSFER_SLOT);
    return block;
}

/* ---- registers, where QEMU shows them ---- */

#if QEMU_PLUGIN_VERSION >= 2
enum { X_REGISTERS = 32, F_REGISTERS = 32, REGISTER_BYTES = 8, NAME_BYTES = 12 };

static struct {
    struct qemu_plugin_register *handle;
    char name[NAME_BYTES];
} registers[X_REGISTERS + F_REGISTERS];
static LockstepRegister register_file[X_REGISTERS + F_REGISTERS];
static size_t register_count;

static void add_register(struct qemu_plugin_register *handle, char kind, unsigned number) {
    snprintf(registers[register_count].name, NAME_BYTES, "%c%u", kind, number % X_REGISTERS);
    registers[register_count].handle = handle;
    register_file[register_count] = (LockstepRegister){registers[register_count].name, 8 * REGISTER_BYTES};
    register_count++;
}

/* QEMU lists the registers of a feature in the order of their numbers; x0 and pc tell nothing here. */
static void list_registers(void) {
    GArray *all = qemu_plugin_get_registers();
    unsigned x_count = 0, f_count = 0;
    for (unsigned i = 0; i < all->len && !register_count; i++) {
        const qemu_plugin_reg_descriptor *it = &g_array_index(all, qemu_plugin_reg_descriptor, i);
        const char *feature = it->feature ? it->feature : "";
        if (strstr(feature, "riscv.cpu") && x_count < X_REGISTERS && x_count++)
            add_register(it->handle, 'x', x_count - 1);
        else if (strstr(feature, "riscv.fpu") && f_count < F_REGISTERS)
            add_register(it->handle, 'f', f_count++);
    }
    g_array_free(all, true);
}

static void tell_registers(void) {
    static GByteArray *value;
    uint8_t values[sizeof registers / sizeof *registers * REGISTER_BYTES] = {0};
    value = value ? value : g_byte_array_new();
    for (size_t i = 0; i < register_count; i++) {
        g_byte_array_set_size(value, 0);
        (void)qemu_plugin_read_register(registers[i].handle, value);
        memcpy(values + i * REGISTER_BYTES, value->data, value->len < REGISTER_BYTES ? value->len : REGISTER_BYTES);
    }
    lockstep_registers(session, values);
}
#else
static const LockstepRegister *const register_file;
enum { register_count = 0 };

static void list_registers(void) {}

static void tell_registers(void) {}
#endif

/* ---- which way the guest goes ---- */

/* What is told is not of the heap. */
static void say_goodbye(void) {
    session->records = session->registers = (LockstepBuffer){0};
    lockstep_goodbye(session);
}

/* Ends QEMU: it is halted, or there is nobody to tell any more. */
static void leave(void) {
    bool is_halted = session->is_halted;
    if (!is_halted)
        fprintf(stderr, "lockstep plugin: %s\n", session->error);
    say_goodbye();
    fflush(NULL);
    _exit(is_halted ? 0 : 1);
}

static void join(uint64_t pc) {
    static const LockstepGrain grains[] = {LOCKSTEP_STRICT, LOCKSTEP_BLOCK, LOCKSTEP_WINDOW, 0};
    static const LockstepStrength way[] = {LOCKSTEP_PC, LOCKSTEP_PATH, 0};
    static const LockstepStrength registers_too[] = {LOCKSTEP_PC, LOCKSTEP_PATH, LOCKSTEP_REGISTERS, 0};
    static const LockstepItem agreement[] = {{
            "rules",
            {0x23, 0x8a, 0x7d, 0x63, 0xb2, 0xeb, 0x08, 0xbf, 0xb3, 0x48, 0xeb, 0xab, 0x0c, 0x1f, 0xc9, 0x79,
             0x33, 0xfb, 0xf7, 0x43, 0x95, 0x82, 0x4d, 0xbd, 0x4f, 0x3c, 0xb6, 0xd1, 0x54, 0xb0, 0x2c, 0xf7},
            "block-rule 1, digest 1",
    }};
    const LockstepEngine engine = {
            .implementation = "qemu-riscv64, lockstep plugin",
            .isa = "rv64gc",
            .grains = grains,
            .strengths = tells_registers ? registers_too : way,
            .registers = register_file,
            .register_count = tells_registers ? register_count : 0,
            .agreement = agreement,
            .agreement_count = 1,
            .has_own_inputs = true,
    };
    if (!lockstep_join(session, &engine, pc))
        leave();
    if (session->welcome.batch_limit > MAX_RECORDS)
        session->welcome.batch_limit = MAX_RECORDS;
}

/* Returns how many of the counted instructions have begun. */
static uint64_t begun(void) {
#if QEMU_PLUGIN_VERSION >= 2
    return qemu_plugin_u64_get(begun_counter, 0);
#else
    return begun_counter;
#endif
}

/* How the guest has left a block. */
typedef struct {
    uint32_t steps;
    uint64_t pc;      /* of the last of them */
    uint64_t next_pc;
    uint64_t digest;  /* of what happened there, turns included */
    uint32_t turns;
    bool ends_block;  /* of the protocol */
} Leaving;

static void add_transfer(Leaving *leaving, bool turns) {
    leaving->digest += lockstep_mix(leaving->next_pc) * lockstep_constant(leaving->pc, TRANSFER_SLOT);
    leaving->digest *= turns ? LOCKSTEP_TURN : 1;
    leaving->turns += turns;
}

/* A trap, and the entry of a handler. */
static Leaving by_trap(uint64_t pc, uint32_t steps, uint32_t cause, uint64_t handler) {
    Leaving leaving = {.steps = steps, .pc = pc, .next_pc = handler, .turns = 1, .ends_block = true};
    leaving.digest = lockstep_mix(cause) * lockstep_constant(pc, TRAP_SLOT) * LOCKSTEP_TURN;
    add_transfer(&leaving, true);
    return leaving;
}

/* The way of a trap: of the risk that began last or, if there is none behind it, of the last instruction. */
static Leaving unexpectedly(const Block *block, uint64_t pc) {
    uint64_t count = begun() - begun_before;
    if (count == 0 || count > block->risk_count)
        return by_trap(
                block->last_pc, block->steps, block->flow == BREAKS ? BREAKPOINT : ILLEGAL_INSTRUCTION, pc);
    const Risk *last = &block->risks[count - 1];
    if (last->pc == pc) /* It changes code: QEMU drops what it has translated of that, and begins again. */
        return (Leaving){.steps = last->steps - 1, .pc = pc, .next_pc = pc};
    return by_trap(last->pc, last->steps, last->cause, pc);
}

static bool ends_block(const Block *block) {
    return block->cut_count && block->cuts[block->cut_count - 1].steps == block->steps;
}

/* The usual case, with what is known of the block beforehand. */
static Leaving by_end(const Block *block, uint64_t pc) {
    Leaving leaving = {block->steps, block->last_pc, pc, 0, 0, ends_block(block)};
    if (pc != block->next_pc || block->flow == JUMPS || block->flow == JUMPS_AWAY) {
        bool turns = block->flow == JUMPS_AWAY || block->flow == CALLS || pc <= block->last_pc;
        leaving.digest = lockstep_mix(pc) * block->constant * (turns ? LOCKSTEP_TURN : 1);
        leaving.turns = turns;
    }
    return leaving;
}

/* Returns whether all of a block was executed, and its last instruction can lead there. */
static bool is_expected(const Block *block, uint64_t pc) {
    if (begun() - begun_before != block->counted)
        return false;
    return block->flow == FALLS_THROUGH || block->flow == SERIALIZES ? pc == block->next_pc : block->flow != BREAKS;
}

static bool report_window(uint64_t next_pc) {
    bool goes_on = lockstep_executed(session, next_pc, window.digest, (uint32_t)window.steps, window.blocks);
    window.digest = 0;
    window.steps = 0;
    window.blocks = 0;
    return goes_on;
}

static bool is_window_full(void) {
    return window.steps >= session->welcome.window_steps;
}

/* Adds what was executed of a block, and reports windows where the protocol ends them. */
static bool extend_window(const Block *block, const Leaving *leaving) {
    uint32_t counted = 0;
    for (uint32_t i = 0; i < block->cut_count && block->cuts[i].steps < leaving->steps; i++) {
        window.steps += block->cuts[i].steps - counted;
        window.blocks++;
        counted = block->cuts[i].steps;
        if (is_window_full() && !report_window(block->cuts[i].next_pc))
            return false;
    }
    window.steps += leaving->steps - counted;
    window.blocks += leaving->ends_block;
    for (uint32_t i = 0; i < leaving->turns; i++)
        window.digest *= LOCKSTEP_TURN;
    window.digest += leaving->digest;
    return !leaving->ends_block || !is_window_full() || report_window(leaving->next_pc);
}

/* Takes note that the guest has left a block for pc; false if nobody listens any more. */
static bool leave_block(const Block *block, uint64_t pc) {
    Leaving leaving = is_expected(block, pc) ? by_end(block, pc) : unexpectedly(block, pc);
    if (session->welcome.strength != LOCKSTEP_PATH)
        leaving.digest = leaving.turns = 0;
    if (session->welcome.grain == LOCKSTEP_WINDOW)
        return extend_window(block, &leaving);
    if (leaving.steps && session->welcome.strength == LOCKSTEP_REGISTERS)
        tell_registers();
    return !leaving.steps
            || lockstep_executed(session, pc, leaving.digest, leaving.steps, leaving.turns);
}

static void on_block(unsigned vcpu, void *data) {
    const Block *block = data;
    if (is_child)
        return;
    if (vcpu) {
        lockstep_fail(session, "the guest has begun another thread (expected: one)");
        leave();
    }
    account->is_telling = true;
    if (!current)
        join(block->pc);
    else if (!leave_block(current, block->pc))
        leave();
    account->is_telling = false;
    current = block;
    begun_before = begun();
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_cb(
            tb, on_block, tells_registers ? QEMU_PLUGIN_CB_R_REGS : QEMU_PLUGIN_CB_NO_REGS, block_of(tb));
}

static void on_call(
        qemu_plugin_id_t id, unsigned vcpu, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
        uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
    (void)id, (void)vcpu, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
    if (number == SYSCALL_EXIT || number == SYSCALL_EXIT_GROUP) {
        has_exited = true;
        exit_status = a1 & 0xFF;
    }
}

/* What comes behind the call that ends the guest is where it would have gone on. */
static void on_end(qemu_plugin_id_t id, void *data) {
    (void)id, (void)data;
    if (is_child || !current || !has_exited)
        return;
    account->is_telling = true;
    if (leave_block(current, current->next_pc) && (!window.steps || report_window(current->next_pc)))
        lockstep_end(session, LOCKSTEP_EXITED, exit_status, 0, 0);
    leave();
}

/*
 * Called by the watcher when a signal has ended QEMU, within the block that would have been told next. A window cannot
 * be told without its end.
 */
static void speak_for_the_dead(int signal) {
    if (account->is_telling || !session->has_begun || session->welcome.grain == LOCKSTEP_WINDOW)
        return;
    session->frame = session->incoming = (LockstepBuffer){0}; /* of the heap of the dead */
    lockstep_end_within(session, LOCKSTEP_SIGNALED, (uint64_t)signal);
    say_goodbye();
}

/* ---- installation ---- */

static void on_fork(void) {
    is_child = true;
    close(session->socket);
}

/* QEMU is whole now, holds no lock, and has executed nothing: the moment to split it. */
static void on_vcpu(qemu_plugin_id_t id, unsigned vcpu) {
    (void)id;
    if (vcpu)
        return;
    if (!watcher_start(speak_for_the_dead)) {
        fprintf(stderr, "lockstep plugin: no process to watch QEMU: %s\n", strerror(errno));
        _exit(1);
    }
    pthread_atfork(NULL, NULL, on_fork);
    list_registers();
}

/* Returns a buffer that the watcher has in common and that need never grow. */
static LockstepBuffer common_buffer(size_t bytes_per_record) {
    size_t capacity = MAX_RECORDS * bytes_per_record;
    return (LockstepBuffer){watcher_room(capacity), 0, capacity};
}

/* Connects; complains and returns false if it cannot. */
static bool open_account(const char *path, const char *run, const char *role, const char *name) {
    LockstepBuffer records = common_buffer(LOCKSTEP_RECORD_BYTES), values = common_buffer(REGISTERS_BYTES);
    account = watcher_room(sizeof *account);
    if (!account || !records.bytes || !values.bytes) {
        fprintf(stderr, "lockstep plugin: no memory to share: %s\n", strerror(errno));
        return false;
    }
    session = &account->session;
    if (!lockstep_connect(session, path, run, role, name)) {
        fprintf(stderr, "lockstep plugin: %s\n", session->error);
        return false;
    }
    session->records = records;
    session->registers = values;
    return true;
}

/* Returns the value of an option; without a variable it may be missing. */
static const char *option(int argc, char **argv, const char *name, const char *variable) {
    size_t length = strlen(name);
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
            return strdup(argv[i] + length + 1); /* QEMU frees its own when it has installed the plugin. */
    }
    const char *value = variable ? getenv(variable) : NULL;
    if (variable && !value)
        fprintf(stderr, "lockstep plugin: no %s= given, and no %s in the environment\n", name, variable);
    return value;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    const char *path = option(argc, argv, "socket", "LOCKSTEP_SOCKET");
    const char *run = option(argc, argv, "run", "LOCKSTEP_RUN");
    const char *role = option(argc, argv, "role", "LOCKSTEP_ROLE");
    const char *name = option(argc, argv, "name", "LOCKSTEP_NAME");
    if (!path || !run || !role || !name)
        return 1;
    const char *registers_wanted = option(argc, argv, "registers", NULL);
    tells_registers = registers_wanted && strcmp(registers_wanted, "on") == 0;
    if (tells_registers && QEMU_PLUGIN_VERSION < 2) {
        fprintf(stderr, "lockstep plugin: registers=on: built for an interface without registers (expected: version 2, "
                        "QEMU 9.0, or newer: make QEMU_INCLUDE=directory of its qemu-plugin.h)\n");
        return 1;
    }
    if (strcmp(info->target_name, "riscv64") != 0 || info->system_emulation) {
        fprintf(stderr, "lockstep plugin: this is not qemu-riscv64, which runs a program of one thread\n");
        return 1;
    }
    if (!open_account(path, run, role, name))
        return 1;
#if QEMU_PLUGIN_VERSION >= 2
    begun_counter = qemu_plugin_scoreboard_u64(qemu_plugin_scoreboard_new(sizeof(uint64_t)));
#endif
    qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_vcpu_syscall_cb(id, on_call);
    qemu_plugin_register_atexit_cb(id, on_end, NULL);
    return 0;
}

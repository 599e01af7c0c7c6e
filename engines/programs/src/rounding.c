// Every instruction that rounds, in each of the eight modes that frm can hold and with the two
// modes that no instruction may name: those that do not exist must trap, and leave no trace.
#include "rt/rt.h"

enum { SYS_rt_sigaction = 134, SIGILL = 4, MODES = 8, ROUNDS = 100 };

typedef struct {
    uint64_t flags, link, stack[3], mask, unused[16];
    uint64_t pc;
} Context;

typedef struct { void *handler; uint64_t flags, restorer, mask; } Action;

typedef struct { uint64_t a, b, c, integer, float_result, integer_result, flags; } State;

static volatile long traps;

static void skip(int signal, void *info, Context *context) {
    (void)signal, (void)info;
    traps++;
    context->pc += 4;
}

// The operands are in f10 to f12 and x10, the result is in f13 or x13.
#define OPERATION(name, instruction)                                                           \
    static void name(State *state) {                                                           \
        __asm__ volatile("fld f10, 0(%0)\n fld f11, 8(%0)\n fld f12, 16(%0)\n ld x10, 24(%0)\n" \
                         "li x13, -1\n fmv.d.x f13, zero\n fsflags zero\n" instruction "\n"    \
                         "fsd f13, 32(%0)\n sd x13, 40(%0)\n frflags x13\n sd x13, 48(%0)"     \
                         :                                                                     \
                         : "r"(state)                                                          \
                         : "x10", "x13", "f10", "f11", "f12", "f13", "memory");                \
    }

// With the mode of frm, and with the modes 5 and 6.
#define OPERATIONS(name, kind, before, after)                          \
    OPERATION(name##_dynamic, ".insn " kind " " before ", 7, " after)  \
    OPERATION(name##_mode_5, ".insn " kind " " before ", 5, " after)   \
    OPERATION(name##_mode_6, ".insn " kind " " before ", 6, " after)

#define TWO(name, number) OPERATIONS(name, "r", "0x53", #number ", f13, f10, f11")
#define ONE(name, number, variant) OPERATIONS(name, "r", "0x53", #number ", f13, f10, f" #variant)
#define THREE(name, opcode, format) OPERATIONS(name, "r4", #opcode, #format ", f13, f10, f11, f12")

// What each number stands for is in the "F" and "D" chapters of the unprivileged manual.
#define EACH(two, one, three)                                                                   \
    two(fadd_s, 0x00) two(fadd_d, 0x01) two(fsub_s, 0x04) two(fsub_d, 0x05)                     \
    two(fmul_s, 0x08) two(fmul_d, 0x09) two(fdiv_s, 0x0c) two(fdiv_d, 0x0d)                     \
    one(fsqrt_s, 0x2c, 0) one(fsqrt_d, 0x2d, 0) one(fcvt_s_d, 0x20, 1) one(fcvt_d_s, 0x21, 0)   \
    one(fcvt_w_s, 0x60, 0) one(fcvt_wu_s, 0x60, 1) one(fcvt_l_s, 0x60, 2)                       \
    one(fcvt_lu_s, 0x60, 3) one(fcvt_w_d, 0x61, 0) one(fcvt_wu_d, 0x61, 1)                      \
    one(fcvt_l_d, 0x61, 2) one(fcvt_lu_d, 0x61, 3) one(fcvt_s_w, 0x68, 0)                       \
    one(fcvt_s_wu, 0x68, 1) one(fcvt_s_l, 0x68, 2) one(fcvt_s_lu, 0x68, 3)                      \
    one(fcvt_d_w, 0x69, 0) one(fcvt_d_wu, 0x69, 1) one(fcvt_d_l, 0x69, 2)                       \
    one(fcvt_d_lu, 0x69, 3) three(fmadd_s, 0x43, 0) three(fmadd_d, 0x43, 1)                     \
    three(fmsub_s, 0x47, 0) three(fmsub_d, 0x47, 1) three(fnmsub_s, 0x4b, 0)                    \
    three(fnmsub_d, 0x4b, 1) three(fnmadd_s, 0x4f, 0) three(fnmadd_d, 0x4f, 1)

EACH(TWO, ONE, THREE)

typedef void (*Operation)(State *state);

#define ROW(name, ...) {#name, {name##_dynamic, name##_mode_5, name##_mode_6}},
static const struct { const char *name; Operation run[3]; } operations[] = {EACH(ROW, ROW, ROW)};

// A third, two fifths and pi as doubles; the same as boxed singles; an integer of many digits.
static const State doubles = {0x3fd5555555555555, 0x3fd999999999999a, 0x400921fb54442d18,
                              0x8123456789abcdef, 0, 0, 0};
static const State singles = {0xffffffff3eaaaaab, 0xffffffff3ecccccd, 0xffffffff40490fdb,
                              0x8123456789abcdef, 0, 0, 0};

static uint64_t fold(uint64_t checksum, Operation run, State state) {
    run(&state);
    checksum = checksum_word(checksum, state.float_result);
    checksum = checksum_word(checksum, state.integer_result);
    return checksum_word(checksum, state.flags);
}

// Prints for how many modes of frm the operation trapped, and what it gave otherwise.
static void try_all(const char *name, Operation run) {
    uint64_t checksum = CHECKSUM_START;
    long before = traps;
    for (long mode = 0; mode < MODES; mode++)
        for (int i = 0; i < ROUNDS; i++) {
            __asm__ volatile("fsrm %0" : : "r"(mode));
            checksum = fold(checksum, run, i % 2 == 0 ? doubles : singles);
        }
    __asm__ volatile("fsrm zero");
    print(" %s %x traps %d", name, checksum, traps - before);
}

int main(void) {
    Action action = {(void *)skip, 0, 0, 0};
    long error = SYSCALL4(SYS_rt_sigaction, SIGILL, &action, 0, 8);
    if (error != 0)
        fail("sigaction", error);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        print("%-9s", operations[i].name);
        try_all("dynamic", operations[i].run[0]);
        try_all("5", operations[i].run[1]);
        try_all("6", operations[i].run[2]);
        print("\n");
    }
    return 0;
}

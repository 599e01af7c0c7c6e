// emulate [N]: a machine with instructions of its own. Each is illegal to the processor; the
// handler of SIGILL carries it out on the registers in its frame and goes on behind it. Floating
// point registers and flags must come through, the handler uses them, too. N rounds, 1000 without.
#include "rt/rt.h"

enum { SYS_rt_sigaction = 134, SIGILL = 4, SIGTRAP = 5 };

typedef struct {
    uint64_t flags, link, stack[3], mask, unused[16];
    uint64_t pc, x[31], f[32];
    uint32_t fcsr;
} Context;

typedef struct { void *handler; uint64_t flags, restorer, mask; } Action;

static volatile double disturbed = 1;
static long breakpoints;

// custom-0 with rd, rs1, rs2: rd = rs1 * 3 + rs2.
static void carry_out(int signal, void *info, Context *context) {
    (void)info;
    disturbed = disturbed / 3 + signal;
    uint32_t word = *(uint16_t *)context->pc | (uint32_t)*(uint16_t *)(context->pc + 2) << 16;
    if (signal == SIGTRAP) {
        breakpoints++;
        context->pc += 2;
        return;
    }
    uint64_t *x = context->x - 1;
    x[word >> 7 & 31] = x[word >> 15 & 31] * 3 + x[word >> 20 & 31];
    context->pc += 4;
}

static void handle(int signal) {
    Action action = {(void *)carry_out, 0, 0, 0};
    long error = SYSCALL4(SYS_rt_sigaction, signal, &action, 0, 8);
    if (error != 0)
        fail("sigaction", error);
}

int main(int argc, char **argv) {
    long rounds = argc > 1 ? parse_number(argv[1]) : 1000;
    uint64_t value = 1, flags = 0;
    double sum = 0;
    handle(SIGILL);
    handle(SIGTRAP);
    for (long i = 0; i < rounds; i++) {
        double before = 1.0 / (double)(i + 3), after = before;
        __asm__ volatile(
            "fsflags zero\n .insn r 0x0b, 0, 0, %0, %0, %3\n c.ebreak\n frflags %2"
            : "+r"(value), "+f"(after), "=r"(flags)
            : "r"(i));
        sum += after == before && flags == 0 ? 1 : 0;
    }
    print("value %x after %d rounds, %d breakpoints, %d undisturbed\n", value, rounds,
          breakpoints, (long)sum);
    return 0;
}

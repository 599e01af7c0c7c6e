// loops [N]: makes N loops, 1000 without, each worth compiling for itself; ten thousand are more than
// a cache of translations keeps. Runs all of them, changes every seventh, and runs all again.
#include "rt/rt.h"

enum { ROUNDS = 160, SLOT_WORDS = 8, CHANGED = 7 };
enum { ALL = PROT_READ | PROT_WRITE | PROT_EXEC };
enum { A0 = 10, A1 = 11, A2 = 12 };

typedef long (*Loop)(long start, long rounds);

static uint32_t immediate(uint32_t opcode, int rd, int rs1, int value) {
    return (uint32_t)value << 20 | (uint32_t)rs1 << 15 | (uint32_t)rd << 7 | opcode;
}

static uint32_t addi(int rd, int rs1, int value) { return immediate(0x13, rd, rs1, value); }
static uint32_t xori(int rd, int rs1, int value) { return immediate(0x4013, rd, rs1, value); }

// Adds rs1 and rs2.
static uint32_t add(int rd, int rs1, int rs2) {
    return (uint32_t)rs2 << 20 | (uint32_t)rs1 << 15 | (uint32_t)rd << 7 | 0x33;
}

static const uint32_t BNEZ_A1_BACK_16 = 0xfe0598e3, RET = 0x00008067;

static void write_loop(uint32_t *slot, int number) {
    slot[0] = addi(A2, A0, number % 2000);
    slot[1] = xori(A2, A2, number / 5);
    slot[2] = add(A0, A0, A2);
    slot[3] = addi(A1, A1, -1);
    slot[4] = addi(A0, A0, number % 3);
    slot[5] = BNEZ_A1_BACK_16;
    slot[6] = RET;
}

static uint64_t run_all(const uint32_t *code, int loops) {
    uint64_t checksum = 0;
    for (int i = 0; i < loops; i++)
        checksum = checksum * 31 + (uint64_t)((Loop)(code + i * SLOT_WORDS))(i, ROUNDS);
    return checksum;
}

int main(int argc, char **argv) {
    int loops = argc > 1 ? (int)parse_number(argv[1]) : 1000;
    uint32_t *code = map_pages((size_t)loops * SLOT_WORDS * sizeof *code, ALL);
    for (int i = 0; i < loops; i++)
        write_loop(code + i * SLOT_WORDS, i);
    __asm__ volatile("fence.i" ::: "memory");
    print("as written %x\n", run_all(code, loops));
    for (int i = 0; i < loops; i += CHANGED)
        write_loop(code + i * SLOT_WORDS, loops - i);
    __asm__ volatile("fence.i" ::: "memory");
    print("changed    %x\n", run_all(code, loops));
    return 0;
}

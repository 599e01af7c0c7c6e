// Jumps to where no compiler jumps: into the middle of a straight line of code, and between the two
// halves of an instruction, where other instructions begin. Each place is entered often enough to
// be worth compiling, by turns with the places before and behind it.
#include "rt/rt.h"

enum { ROUNDS = 300, LINE = 48, PAIRS = 24 };

// Each calls `place` with a0 = seed and a1 = a2 = 0, and returns a0 + 3 a1 + 5 a2.
long enter(const void *place, long seed);
extern const char line[], pairs[], chain[], across[];

__asm__(".text\n.balign 128\n"
        ".globl enter\n.type enter, @function\nenter:\n"
        "  addi sp, sp, -16\n  sd ra, 8(sp)\n"
        "  mv t0, a0\n  mv a0, a1\n  li a1, 0\n  li a2, 0\n  jalr t0\n"
        "  slli t1, a1, 1\n  add a0, a0, t1\n  add a0, a0, a1\n"
        "  slli t1, a2, 2\n  add a0, a0, t1\n  add a0, a0, a2\n"
        "  ld ra, 8(sp)\n  addi sp, sp, 16\n  ret\n"

        // Instructions of 4 bytes, more than a block has, that do not commute.
        ".balign 128\n.option push\n.option norvc\n.globl line\nline:\n"
        ".rept 16\n  addi a0, a0, 7\n  xori a0, a0, 0x55\n  slliw a0, a0, 1\n.endr\n  ret\n"

        // Entered at the start of a word: addi a1, a1, 0x51; in its middle: c.addi a0, 5.
        ".globl pairs\npairs:\n.rept 24\n  .4byte 0x05158593\n.endr\n  ret\n"

        // Entered at the start: lui a1 for each word; in the middle: lui a2, of the upper half of a
        // word and the lower half of the next, until the c.nop that both ways come to.
        ".globl chain\nchain:\n.rept 24\n  .4byte 0x163725b7\n.endr\n  .4byte 0x00010001\n  ret\n"

        // The same word across the boundary of a page, which is also that of a block.
        ".balign 4096\n.skip 4094\n.globl across\nacross:\n"
        "  .2byte 0x8593, 0x0515, 0x8593, 0x0515\n  ret\n.option pop\n");

// All places of `code`, `step` bytes apart, by turns.
static uint64_t enter_all(const char *code, int places, int step) {
    uint64_t checksum = 0;
    for (int round = 0; round < ROUNDS; round++)
        for (int place = 0; place < places; place++) {
            int chosen = (place * 7 + round) % places;
            checksum = checksum * 31 + (uint64_t)enter(code + chosen * step, round - place);
        }
    return checksum;
}

int main(void) {
    print("middle of a line        %x\n", enter_all(line, LINE, 4));
    print("middle of instructions  %x\n", enter_all(pairs, 2 * PAIRS, 2));
    print("overlapping chains      %x\n", enter_all(chain, 2 * PAIRS, 2));
    print("across two pages        %x\n", enter_all(across, 4, 2));
    return 0;
}

// isa-mix: runs every RV64GC instruction on its corner cases and prints one checksum per
// instruction, so that a wrong one names itself. The cases are in src/isa, in assembly.
#include "isa/operands.h"
#include "rt/rt.h"

typedef struct { uint64_t first, second; } Outcome;

// Laid out by the `case` macro.
typedef struct {
    const char *name;
    Outcome (*run)(uint64_t a, uint64_t b, uint64_t c, char *memory);
    uint64_t operands;
} Case;

extern const Case __start_cases[], __stop_cases[];

static const uint64_t integers[] = {
    0, 1, 2, 31, 0x7f, 0x80, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
    0x0123456789abcdef, 0x7fffffffffffffff, 0x8000000000000000, 0xfedcba9876543210,
    0xffffffff7fffffff, 0xffffffff80000000, 0xfffffffffffffffe, 0xffffffffffffffff,
};

#define BOXED(bits) (0xffffffff00000000 | (bits))

static const uint64_t singles[] = {
    BOXED(0x00000000), BOXED(0x80000000),  // zeros
    BOXED(0x3f800000), BOXED(0xbf800000),  // ones
    BOXED(0x3fc00000), BOXED(0xc0200000),  // 1.5, -2.5: ties
    BOXED(0x3dcccccd), BOXED(0x40490fdb),  // 0.1, pi
    BOXED(0x00000001), BOXED(0x807fffff),  // subnormal
    BOXED(0x00800000), BOXED(0x7f7fffff),  // smallest normal, largest
    BOXED(0x4f000000), BOXED(0xcf000001),  // 2^31, just below -2^31
    BOXED(0x5f000000), BOXED(0x5f800000),  // 2^63, 2^64
    BOXED(0x7f800000), BOXED(0xff800000),  // infinities
    BOXED(0x7fc00000), BOXED(0xffc12345),  // quiet NaN, with a sign and a payload
    BOXED(0x7f812345), 0x3f800000,         // signalling NaN, a one that is not boxed
};

static const uint64_t doubles[] = {
    0x0000000000000000, 0x8000000000000000,  // zeros
    0x3ff0000000000000, 0xbff0000000000000,  // ones
    0x3ff8000000000000, 0xc004000000000000,  // 1.5, -2.5: ties
    0x3fb999999999999a, 0x400921fb54442d18,  // 0.1, pi
    0x0000000000000001, 0x800fffffffffffff,  // subnormal
    0x0010000000000000, 0x7fefffffffffffff,  // smallest normal, largest
    0x36a0000000000000, 0x47efffffefffffff,  // becomes subnormal, still finite as a single
    0x41dfffffffe00000, 0xc1e0000000200000,  // 2^31 - 0.5, just below -2^31
    0x43e0000000000000, 0x43f0000000000000,  // 2^63, 2^64
    0x7ff0000000000000, 0xfff0000000000000,  // infinities
    0x7ff8000000000000, 0xfff8000000012345,  // quiet NaN, with a sign and a payload
    0x7ff0000000012345, 0xffffffff3f800000,  // signalling NaN, what is also a boxed single
};

#define SET(values, arity) {values, sizeof(values) / sizeof *(values), arity}

static const struct {
    const uint64_t *values;
    int count, arity;
} operand_sets[] = {
    [INTEGERS_1] = SET(integers, 1), [INTEGERS_2] = SET(integers, 2),
    [SINGLES_1] = SET(singles, 1),   [SINGLES_2] = SET(singles, 2),
    [SINGLES_3] = SET(singles, 3),   [DOUBLES_1] = SET(doubles, 1),
    [DOUBLES_2] = SET(doubles, 2),   [DOUBLES_3] = SET(doubles, 3),
};

// Cases get an address shortly before the page boundary, so that wide accesses straddle it.
enum { REACH = 64, ALIGNMENTS = 24 };

static char pages[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static char *const memory = pages + PAGE_SIZE - 16;

static uint64_t fold(uint64_t sum, Outcome outcome) {
    return checksum_word(checksum_word(sum, outcome.first), outcome.second);
}

static uint64_t run_on_addresses(const Case *test) {
    uint64_t sum = CHECKSUM_START;
    for (int alignment = 0; alignment < ALIGNMENTS; alignment++) {
        for (int i = -REACH; i < REACH; i++)
            memory[i] = (char)(i * 37 + 11);
        uint64_t value = 0x8192a3b4c5d6e7f8 + (uint64_t)alignment;
        Outcome outcome = test->run(value, (uint64_t)(memory + alignment - 4), 0, memory);
        sum = checksum_bytes(fold(sum, outcome), memory - REACH, 2 * REACH);
    }
    return sum;
}

static uint64_t run_on_values(const Case *test) {
    const uint64_t *values = operand_sets[test->operands].values;
    const int count = operand_sets[test->operands].count;
    const int arity = operand_sets[test->operands].arity;
    const int seconds = arity >= 2 ? count : 1, thirds = arity >= 3 ? count : 1;
    uint64_t sum = CHECKSUM_START;
    for (int a = 0; a < count; a++)
        for (int b = 0; b < seconds; b++)
            for (int c = 0; c < thirds; c++)
                sum = fold(sum, test->run(values[a], values[b], values[c], memory));
    return sum;
}

int main(void) {
    uint64_t total = CHECKSUM_START;
    for (const Case *test = __start_cases; test < __stop_cases; test++) {
        uint64_t sum =
            test->operands == ADDRESSES ? run_on_addresses(test) : run_on_values(test);
        print("%-16s %x\n", test->name, sum);
        total = checksum_word(total, sum);
    }
    print("%-16s %x\n", "total", total);
    return 0;
}

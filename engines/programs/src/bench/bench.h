// The frame of the benchmark programs: NAME [UNITS] runs so many units of work, 1 without, and
// prints one checksum. Every unit has other data and about the same number of instructions.
#ifndef BENCH_H
#define BENCH_H

#include "../random.h"
#include "../rt/rt.h"

typedef uint64_t (*Work)(uint32_t unit);

// Returns the exit status; `what` is printed before the checksum.
static inline int run_bench(int argc, char **argv, const char *what, Work work) {
    long units = argc > 1 ? parse_number(argv[1]) : 1;
    if (units < 1 || units > UINT32_MAX || argc > 2)
        fail("usage: [UNITS], from 1 to 4294967295", 0);
    uint64_t sum = CHECKSUM_START;
    for (uint32_t unit = 0; unit < units; unit++)
        sum = checksum_word(sum, work(unit));
    print("%s %x\n", what, sum);
    return 0;
}

#endif

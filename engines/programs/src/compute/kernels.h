// The kernels of compute. Each runs one unit of about a million instructions; the unit's index
// seeds its data, so that no two units are alike, and the result is a checksum of all it computed.
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

#include "../checksum.h"

uint64_t run_matrix(uint32_t unit);
uint64_t run_sieve(uint32_t unit);
uint64_t run_crc32(uint32_t unit);
uint64_t run_sha256(uint32_t unit);
uint64_t run_bodies(uint32_t unit);
uint64_t run_mandelbrot(uint32_t unit);
uint64_t run_functions(uint32_t unit);
uint64_t run_strings(uint32_t unit);
uint64_t run_sorting(uint32_t unit);
uint64_t run_hashing(uint32_t unit);
uint64_t run_recursion(uint32_t unit);
uint64_t run_bytecode(uint32_t unit);

// xorshift64*: the kernels' only source of variety, the same on every machine.
typedef struct { uint64_t state; } Random;

static inline Random random_of(uint32_t unit) {
    return (Random){0x9e3779b97f4a7c15u * (unit + 1)};
}

static inline uint64_t random_next(Random *random) {
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * 0x2545f4914f6cdd1du;
}

// In [0, 1), with 53 random bits.
static inline double random_fraction(Random *random) {
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

#endif

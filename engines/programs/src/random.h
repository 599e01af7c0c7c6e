#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

// xorshift64*: the only source of variety of the guest programs, the same on every machine.
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

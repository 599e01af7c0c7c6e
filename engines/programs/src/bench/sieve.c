// Primes by a sieve of one byte a number and by one of one bit an odd number: tight loops of loads
// and stores with growing strides.
#include "bench.h"

enum { BYTES = 150000, BITS = 256000, WORDS = BITS / 64 };

static uint8_t composite[BYTES];
static uint64_t odd_composite[WORDS];

static uint64_t sieve_bytes(uint32_t limit) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < limit; i++)
        composite[i] = 0;
    for (uint32_t i = 2; i < limit; i++) {
        if (composite[i])
            continue;
        sum = sum * 31 + i;
        for (uint32_t j = i * 2; j < limit; j += i)
            composite[j] = 1;
    }
    return sum;
}

// Bit i stands for the number 2 i + 1.
static uint64_t sieve_bits(void) {
    for (int i = 0; i < WORDS; i++)
        odd_composite[i] = 0;
    for (uint64_t i = 1; 2 * i * (i + 1) < BITS; i++)
        if ((odd_composite[i / 64] >> i % 64 & 1) == 0)
            for (uint64_t j = 2 * i * (i + 1); j < BITS; j += 2 * i + 1)
                odd_composite[j / 64] |= 1ull << j % 64;
    uint64_t count = 0;
    for (uint64_t i = 1; i < BITS; i++)
        count += ~(odd_composite[i / 64] >> i % 64) & 1;
    return count;
}

static uint64_t sieve(uint32_t unit) {
    uint64_t sum = checksum_word(CHECKSUM_START, sieve_bytes(BYTES - unit % 1000));
    return checksum_word(sum, sieve_bits());
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "sieve", sieve);
}

// Integer kernels: multiply-add over a matrix, byte flags over a sieve, two table-free digests.
#include <string.h>

#include "../sha256.h"
#include "kernels.h"

enum { MATRIX_SIDE = 46, SIEVE_LIMIT = 40000, CRC_BYTES = 12800, SHA_BYTES = 8192 };

uint64_t run_matrix(uint32_t unit) {
    static int32_t a[MATRIX_SIDE][MATRIX_SIDE], b[MATRIX_SIDE][MATRIX_SIDE];
    Random random = random_of(unit);
    for (int i = 0; i < MATRIX_SIDE; i++)
        for (int j = 0; j < MATRIX_SIDE; j++) {
            a[i][j] = (int32_t)random_next(&random);
            b[i][j] = (int32_t)random_next(&random);
        }
    uint64_t sum = CHECKSUM_START;
    for (int i = 0; i < MATRIX_SIDE; i++)
        for (int j = 0; j < MATRIX_SIDE; j++) {
            int64_t product = 0;
            for (int k = 0; k < MATRIX_SIDE; k++)
                product += (int64_t)a[i][k] * b[k][j] >> 16;
            sum = checksum_word(sum, (uint64_t)product);
        }
    return sum;
}

uint64_t run_sieve(uint32_t unit) {
    static uint8_t composite[SIEVE_LIMIT];
    memset(composite, 0, sizeof composite);
    // Every unit sieves another residue, so that the same primes give another sum.
    uint64_t sum = CHECKSUM_START + unit;
    for (uint32_t i = 2; i < SIEVE_LIMIT; i++) {
        if (composite[i])
            continue;
        sum += (uint64_t)i * (unit | 1);
        for (uint32_t j = i * 2; j < SIEVE_LIMIT; j += i)
            composite[j] = 1;
    }
    return sum;
}

static void fill(uint8_t *bytes, size_t size, uint32_t unit) {
    Random random = random_of(unit);
    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
        uint64_t word = random_next(&random);
        memcpy(bytes + i, &word, sizeof word);
    }
}

// Bit by bit, so that branches depend on data.
uint64_t run_crc32(uint32_t unit) {
    static uint8_t bytes[CRC_BYTES];
    fill(bytes, sizeof bytes, unit);
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < sizeof bytes; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            if (crc & 1)
                crc = crc >> 1 ^ 0xedb88320;
            else
                crc >>= 1;
    }
    return ~crc;
}

// SHA-256 without the final padding: whole blocks only.
uint64_t run_sha256(uint32_t unit) {
    static uint8_t bytes[SHA_BYTES];
    uint32_t state[8] = SHA_START;
    fill(bytes, sizeof bytes, unit);
    for (size_t i = 0; i < sizeof bytes; i += 64)
        sha_block(state, bytes + i);
    return checksum_bytes(CHECKSUM_START, state, sizeof state);
}

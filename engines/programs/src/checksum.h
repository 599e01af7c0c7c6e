// Checksums for the guest programs: FNV-1a over bytes, and a stronger mix over 64-bit words.
// Everything a program prints about memory or results goes through these two functions.
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_START 0xcbf29ce484222325u

static inline uint64_t checksum_bytes(uint64_t sum, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    for (const unsigned char *end = next + size; next < end; next++)
        sum = (sum ^ *next) * 0x100000001b3u;
    return sum;
}

// FNV alone leaves the low bits of a word weak, so the product is folded back on itself.
static inline uint64_t checksum_word(uint64_t sum, uint64_t word) {
    sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
    return sum ^ sum >> 29;
}

static inline uint64_t checksum_double(uint64_t sum, double value) {
    union { double value; uint64_t bits; } raw = {value};
    return checksum_word(sum, raw.bits);
}

#endif

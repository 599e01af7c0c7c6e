// Copying and filling through the C library's memcpy, memmove, memset and memcmp, in pieces from a
// few bytes to pages, at all alignments.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../checksum.h"
#include "../random.h"

enum { SIZE = 65536, SMALL_PIECES = 40000, LARGE_PIECES = 600 };

static uint8_t from[SIZE], to[SIZE];

static uint64_t move_piece(uint64_t bits, size_t size) {
    uint8_t *target = to + (bits >> 8) % (SIZE - size);
    const uint8_t *source = from + (bits >> 24) % (SIZE - size);
    switch (bits % 8) {
        case 0: memset(target, (int)bits >> 3, size); return *target;
        case 1: memmove(target, to + (bits >> 40) % (SIZE - size), size); return target[size / 2];
        case 2: return (uint64_t)(memcmp(target, source, size) > 0);
        default: memcpy(target, source, size); return target[size - 1];
    }
}

static uint64_t move_blocks(uint32_t unit) {
    Random random = random_of(unit);
    uint64_t sum = CHECKSUM_START;
    for (int i = 0; i < SIZE; i++)
        from[i] = (uint8_t)((unsigned)i * 167 + unit);
    for (int i = 0; i < SMALL_PIECES; i++) {
        uint64_t bits = random_next(&random);
        sum = sum * 31 + move_piece(bits, 1 + (bits >> 57));
    }
    for (int i = 0; i < LARGE_PIECES; i++) {
        uint64_t bits = random_next(&random);
        sum = sum * 31 + move_piece(bits, 256 + (bits >> 50));
    }
    return checksum_word(sum, to[unit % SIZE]);
}

int main(int argc, char **argv) {
    char *end = "";
    unsigned long units = argc > 1 ? strtoul(argv[1], &end, 10) : 1;
    if (*end != '\0' || units == 0 || units > UINT32_MAX || argc > 2) {
        fprintf(stderr, "usage: blocks [UNITS], from 1 to %" PRIu32 "\n", UINT32_MAX);
        return 2;
    }
    uint64_t sum = CHECKSUM_START;
    for (uint32_t unit = 0; unit < units; unit++)
        sum = checksum_word(sum, move_blocks(unit));
    printf("blocks %016" PRIx64 "\n", sum);
    return 0;
}

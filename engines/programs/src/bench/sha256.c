// SHA-256 of long messages: rotations by shifts, additions, and hardly a branch.
#include "../sha256.h"

#include "bench.h"

enum { MESSAGE_SIZE = 4096, ROUNDS = 23 };

static uint64_t hash(uint32_t unit) {
    static uint8_t message[MESSAGE_SIZE];
    uint32_t state[8] = SHA_START;
    Random random = random_of(unit);
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(random_next(&random) >> 56);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sizeof message; i += 64)
            sha_block(state, message + i);
    return checksum_bytes(CHECKSUM_START, state, sizeof state);
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "sha256", hash);
}

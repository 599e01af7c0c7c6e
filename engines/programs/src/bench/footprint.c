// footprint [MIB]: writes every byte of so many MiB, 64 without, reads them all, and prints a
// checksum: what a guest of that size costs its engine in memory.
#include "bench.h"

int main(int argc, char **argv) {
    long mib = argc > 1 ? parse_number(argv[1]) : 64;
    if (mib < 1 || mib > 1024 || argc > 2)
        fail("usage: [MIB], from 1 to 1024", 0);
    size_t count = (size_t)mib << 20 >> 3;
    uint64_t *words = map_pages(count << 3, PROT_READ | PROT_WRITE);
    for (size_t i = 0; i < count; i++)
        words[i] = i * 0x9e3779b97f4a7c15u;
    uint64_t sum = CHECKSUM_START;
    for (size_t i = 0; i < count; i++)
        sum += words[i] ^ i;
    print("footprint %d MiB %x\n", mib, sum);
    return 0;
}

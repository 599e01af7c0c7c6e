// pages [MIB [ROUNDS]]: fills so many MiB, 64 without, half of each page with random words; says so,
// and then, round by round, fills every hundredth page anew, others each time, and computes for a
// hundred million instructions. Ends with a checksum of the memory. The load of snapshots.
#include "bench.h"

enum { PAGE_WORDS = PAGE_SIZE / 8, SPREAD = 100, ROUND_LOOPS = 10000000 };

// Every other word is random; between them stands the number of the filling, as tables of a program
// have much in common.
static void fill_page(uint64_t *page, uint32_t filling) {
    Random random = random_of(filling);
    for (int i = 0; i < PAGE_WORDS; i += 2) {
        page[i] = filling;
        page[i + 1] = random_next(&random);
    }
}

static void change_pages(uint64_t *words, uint32_t count, uint32_t round) {
    for (uint32_t page = round % SPREAD; page < count; page += SPREAD)
        fill_page(words + (size_t)page * PAGE_WORDS, round * count + page);
}

static uint64_t compute(uint64_t seed) {
    Random random = {seed | 1};
    uint64_t sum = 0;
    for (int i = 0; i < ROUND_LOOPS; i++)
        sum += random_next(&random);
    return sum;
}

int main(int argc, char **argv) {
    long mib = argc > 1 ? parse_number(argv[1]) : 64;
    long rounds = argc > 2 ? parse_number(argv[2]) : 1;
    if (mib < 1 || mib > 1024 || rounds < 0 || rounds > 10000 || argc > 3)
        fail("usage: [MIB [ROUNDS]], from 1 to 1024, from 0 to 10000", 0);
    uint32_t count = (uint32_t)(mib << 20) / PAGE_SIZE;
    uint64_t *words = map_pages((size_t)count * PAGE_SIZE, PROT_READ | PROT_WRITE);
    for (uint32_t page = 0; page < count; page++)
        fill_page(words + (size_t)page * PAGE_WORDS, page);
    print("pages %d MiB\n", mib);
    uint64_t sum = CHECKSUM_START;
    for (uint32_t round = 1; round <= rounds; round++) {
        change_pages(words, count, round);
        sum = checksum_word(sum, compute(round));
    }
    for (size_t i = 0; i < (size_t)count * PAGE_WORDS; i++)
        sum = checksum_word(sum, words[i]);
    print("pages %x\n", sum);
    return 0;
}

// Memory as a C program uses it: heap and break, mappings and protections, and the library's
// block functions at every size and alignment. Prints checksums and never an address.
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "checksum.h"

enum { PAGE = 4096, SLOTS = 64, ROUNDS = 6000, BLOCK = 320 };

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void *checked(void *memory, const char *what) {
    if (memory == NULL || memory == MAP_FAILED)
        die(what);
    return memory;
}

// Tells whether a call failed and why.
static uint64_t outcome(int failed) {
    return failed ? 1000 + (uint64_t)errno : 0;
}

// Numerical Recipes' generator: small, and the same everywhere.
static uint32_t next_random(uint32_t *state) {
    return (*state = *state * 1664525 + 1013904223) >> 8;
}

static uint64_t break_moves(void) {
    char *start = checked(sbrk(0), "sbrk");
    uint64_t sum = CHECKSUM_START;
    for (int pages = 1; pages <= 8; pages++) {
        char *block = checked(sbrk(pages * PAGE + pages), "sbrk");
        sum = checksum_word(sum, (uint64_t)(block - start));
        memset(block, pages, (size_t)pages * PAGE);
        sum = checksum_bytes(sum, block, (size_t)pages * PAGE + (size_t)pages);
    }
    // What is given back and taken again must be zero.
    if (brk(start) != 0)
        die("brk");
    char *again = checked(sbrk(4 * PAGE), "sbrk");
    sum = checksum_bytes(sum, again + PAGE, 2 * PAGE);
    if (brk(start) != 0)
        die("brk");
    return sum;
}

// Allocates, grows and frees blocks in random order, from a few bytes to past the mmap threshold.
static uint64_t heap_churn(void) {
    static struct { unsigned char *bytes; size_t size; } slots[SLOTS];
    uint32_t random = 1;
    uint64_t sum = CHECKSUM_START;
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t slot = next_random(&random) % SLOTS, kind = next_random(&random) % 100;
        size_t size = 1 + next_random(&random) % (kind < 90 ? 600 : kind < 99 ? 9000 : 200000);
        if (kind % 3 == 0) {
            free(slots[slot].bytes);
            slots[slot].bytes = NULL;
            slots[slot].size = 0;
            continue;
        }
        size_t kept = slots[slot].size < size ? slots[slot].size : size;
        unsigned char *bytes = checked(realloc(slots[slot].bytes, size), "realloc");
        sum = checksum_bytes(sum, bytes, kept < 64 ? kept : 64);
        memset(bytes + kept, (int)round & 255, size - kept);
        bytes[size - 1] = (unsigned char)slot;
        slots[slot].bytes = bytes;
        slots[slot].size = size;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
        sum = checksum_bytes(sum, slots[slot].bytes, slots[slot].size);
        free(slots[slot].bytes);
    }
    return sum;
}

static uint64_t aligned_heap(void) {
    uint64_t sum = CHECKSUM_START;
    for (size_t alignment = 16; alignment <= 65536; alignment *= 4) {
        char *block = checked(aligned_alloc(alignment, alignment * 2), "aligned_alloc");
        sum = checksum_word(sum, (uintptr_t)block % alignment);
        memset(block, (int)alignment / 16, alignment * 2);
        sum = checksum_bytes(sum, block, alignment * 2);
        free(block);
    }
    return sum;
}

static char *map(void *where, size_t size, int protection, int flags) {
    return checked(mmap(where, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0),
                   "mmap");
}

static void unmap(void *start, size_t size) {
    if (munmap(start, size) != 0)
        die("munmap");
}

// Holes in the middle, fixed mappings over them, protections that split and join.
static uint64_t mappings(void) {
    uint64_t sum = CHECKSUM_START;
    char *area = map(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, 0);
    for (int page = 0; page < 16; page++)
        memset(area + page * PAGE, page + 1, PAGE);
    unmap(area + 4 * PAGE, 4 * PAGE);
    if (map(area + 5 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED) != area + 5 * PAGE)
        die("mmap at a fixed address");
    sum = checksum_bytes(sum, area + 5 * PAGE, 2 * PAGE);
    for (int page = 8; page < 16; page += 2)
        if (mprotect(area + page * PAGE, PAGE, PROT_READ) != 0)
            die("mprotect");
    for (int page = 9; page < 16; page += 2)
        memset(area + page * PAGE + 1, 0x5a, PAGE - 2);
    if (mprotect(area + 8 * PAGE, 8 * PAGE, PROT_READ | PROT_WRITE) != 0)
        die("mprotect");
    sum = checksum_bytes(sum, area, 4 * PAGE);
    sum = checksum_bytes(sum, area + 8 * PAGE, 8 * PAGE);
    // Protecting a range with a hole in it is an error, unmapping one is not.
    sum = checksum_word(sum, outcome(mprotect(area, 8 * PAGE, PROT_READ) != 0));
    unmap(area, 16 * PAGE);
    return sum;
}

static uint64_t wrong_calls(void) {
    uint64_t sum = CHECKSUM_START;
    char *page = map(NULL, PAGE, PROT_READ, 0);
    void *nothing = mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sum = checksum_word(sum, outcome(nothing == MAP_FAILED));
    sum = checksum_word(sum, outcome(munmap(page + 1, PAGE) != 0));
    sum = checksum_word(sum, outcome(mprotect(page + 1, PAGE, PROT_NONE) != 0));
    unmap(page, PAGE);
    return sum;
}

static uint64_t block_functions(void) {
    static unsigned char from[BLOCK], to[BLOCK];
    uint32_t random = 7;
    uint64_t sum = CHECKSUM_START;
    for (int i = 0; i < BLOCK; i++)
        from[i] = (unsigned char)next_random(&random);
    for (size_t size = 0; size < 140; size = size < 40 ? size + 1 : size + 13)
        for (size_t shift = 0; shift < 64; shift += 3) {
            size_t source = shift % 8, target = shift / 8;
            memset(to, (int)size, sizeof to);
            memcpy(to + target, from + source, size);
            memmove(to + 150 + target, to + 150 + source, size);
            memset(to + 300 + target, (int)shift, size % 12);
            sum = checksum_bytes(sum, to, sizeof to);
            const unsigned char *found = memchr(to, from[size], sizeof to);
            sum = checksum_word(sum, found == NULL ? BLOCK : (uint64_t)(found - to));
            sum = checksum_word(sum, memcmp(to + target, from + source, size + 1) != 0);
        }
    return sum;
}

// Writes and reads a mapping far larger than what it touches.
static uint64_t sparse_mapping(void) {
    const size_t size = 256u << 20;
    char *area = map(NULL, size, PROT_READ | PROT_WRITE, MAP_NORESERVE);
    uint64_t sum = CHECKSUM_START;
    for (size_t at = 0; at < size; at += size / 64 + 8 * PAGE + 13)
        area[at] = (char)(at >> 12);
    for (size_t at = 0; at < size; at += size / 64 + 8 * PAGE + 13)
        sum = checksum_bytes(sum, area + at, 3);
    unmap(area, size);
    return sum;
}

int main(void) {
    // The break first: the heap would move it.
    printf("break moves     %016" PRIx64 "\n", break_moves());
    printf("heap churn      %016" PRIx64 "\n", heap_churn());
    printf("aligned heap    %016" PRIx64 "\n", aligned_heap());
    printf("mappings        %016" PRIx64 "\n", mappings());
    printf("wrong calls     %016" PRIx64 "\n", wrong_calls());
    printf("block functions %016" PRIx64 "\n", block_functions());
    printf("sparse mapping  %016" PRIx64 "\n", sparse_mapping());
    return 0;
}

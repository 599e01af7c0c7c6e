// The string kernel: builds a text of random words, then scans, splits, compares and parses it
// through the C library.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { TEXT_CAPACITY = 10000, WORD_LIMIT = 4000, NUMBER_COUNT = 30 };

static size_t write_words(char *text, Random *random) {
    size_t length = 0;
    while (length < TEXT_CAPACITY - 16) {
        uint64_t bits = random_next(random);
        for (size_t size = 1 + (bits & 7); size > 0; size--, bits >>= 5)
            text[length++] = (char)('a' + (bits >> 3 & 15));
        text[length++] = " ,\n"[bits % 3];
    }
    text[length] = '\0';
    return length;
}

static uint64_t scan(const char *text, uint64_t sum) {
    for (const char *found = text; (found = strchr(found, 'k')) != NULL; found++)
        sum = checksum_word(sum, (uint64_t)(found - text));
    for (const char *found = text; (found = strstr(found, "ab")) != NULL; found++)
        sum = checksum_word(sum, (uint64_t)(found - text));
    return checksum_word(sum, strcspn(text, "\n") + strspn(text, "abcdefgh"));
}

static uint64_t split(char *text, uint64_t sum) {
    static const char *words[WORD_LIMIT];
    size_t count = 0;
    char *rest = text;
    for (char *word; (word = strtok_r(rest, " ,\n", &rest)) != NULL && count < WORD_LIMIT;)
        words[count++] = word;
    for (size_t i = 1; i < count; i++) {
        int order = strcmp(words[i - 1], words[i]);
        sum = checksum_word(sum, strlen(words[i]) * 4 + (uint64_t)((order > 0) - (order < 0) + 1));
    }
    return sum;
}

// Numbers to text and back, which takes the library's exact long arithmetic.
static uint64_t parse(Random *random, uint64_t sum) {
    char number[64];
    for (int i = 0; i < NUMBER_COUNT; i++) {
        double value = random_fraction(random) * 1e6;
        int length = snprintf(number, sizeof number, "%.17g %ld", value, (long)value * 977);
        char *end;
        sum = checksum_double(sum, strtod(number, &end));
        sum = checksum_word(sum, (uint64_t)strtol(end, NULL, 10));
        sum = checksum_bytes(sum, number, (size_t)length);
    }
    return sum;
}

uint64_t run_strings(uint32_t unit) {
    static char text[TEXT_CAPACITY], copy[TEXT_CAPACITY];
    Random random = random_of(unit);
    size_t length = write_words(text, &random);
    memcpy(copy, text, length + 1);
    uint64_t sum = checksum_word(CHECKSUM_START, strlen(copy));
    sum = scan(text, sum);
    sum = split(copy, sum);
    sum = checksum_word(sum, memcmp(text, copy, length) != 0);
    return parse(&random, sum);
}

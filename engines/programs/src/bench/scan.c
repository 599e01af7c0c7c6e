// Scanning text byte by byte: lengths, words by a table of classes, a byte, a word by Horspool's
// search, comparisons without case.
#include "bench.h"

enum { SIZE = 16384, ROUNDS = 10, WORD = 6 };
enum { OTHER, LETTER, SPACE, DIGIT, CLASSES };

static char text[SIZE + 1], folded[SIZE + 1];
static uint8_t classes[256];

static void classify(void) {
    for (int c = 0; c < 256; c++) {
        int letter = (c | 32) >= 'a' && (c | 32) <= 'z';
        int space = c == ' ' || c == '\n', digit = c >= '0' && c <= '9';
        classes[c] = letter ? LETTER : space ? SPACE : digit ? DIGIT : OTHER;
    }
}

static void write_text(Random *random) {
    static const char letters[] =
        "etaoinshrdlucmfwypvbgkjqxzETAOINSHRDLU0123456789..,      \n\n   ";
    for (int i = 0; i < SIZE; i++)
        text[i] = letters[random_next(random) % (sizeof letters - 1)];
    text[SIZE] = '\0';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static void fold(void) {
    char *to = folded;
    for (const char *from = text; (*to++ = lower(*from)) != '\0'; from++) {}
}

static uint64_t count_words(const char *next, uint64_t sum) {
    uint32_t counts[CLASSES] = {0}, words = 0;
    uint8_t last = SPACE;
    for (; *next != '\0'; next++) {
        uint8_t class = classes[(uint8_t)*next];
        counts[class]++;
        words += class == LETTER && last != LETTER;
        last = class;
    }
    return checksum_word(sum, (uint64_t)words << 32 | counts[LETTER] << 8 | counts[DIGIT]);
}

static const char *find_byte(const char *from, char wanted) {
    while (*from != '\0' && *from != wanted)
        from++;
    return from;
}

static uint64_t split_lines(uint64_t sum) {
    for (const char *line = text; *line != '\0';) {
        const char *end = find_byte(line, '\n');
        sum += (uint64_t)(end - line) * (uint64_t)(end - line);
        line = *end == '\0' ? end : end + 1;
    }
    return sum;
}

static int equal_prefix(const char *a, const char *b, int size) {
    int equal = 0;
    while (equal < size && a[equal] == b[equal])
        equal++;
    return equal;
}

// Returns how often the word stands in the folded text, with shifts by the last byte.
static uint32_t search(const char *word) {
    uint8_t shifts[256];
    uint32_t found = 0;
    for (int c = 0; c < 256; c++)
        shifts[c] = WORD;
    for (int i = 0; i < WORD - 1; i++)
        shifts[(uint8_t)word[i]] = (uint8_t)(WORD - 1 - i);
    for (int at = 0; at <= SIZE - WORD; at += shifts[(uint8_t)folded[at + WORD - 1]])
        found += equal_prefix(folded + at, word, WORD) == WORD;
    return found;
}

static uint64_t scan(uint32_t unit) {
    Random random = random_of(unit);
    uint64_t sum = CHECKSUM_START;
    classify();
    write_text(&random);
    for (int round = 0; round < ROUNDS; round++) {
        text[random_next(&random) % SIZE] ^= 1;
        fold();
        sum = count_words(text, sum + text_length(folded));
        sum = split_lines(sum);
        int at = (int)(random_next(&random) % (SIZE - WORD));
        sum = checksum_word(sum, search(folded + at));
    }
    return sum;
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "scan", scan);
}

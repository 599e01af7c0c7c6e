// A static PIE: its pointers in data are right only if the loader chose an address, said so in
// no other way than by loading there, and the program relocated itself.
#include "rt/rt.h"

static const char *const words[] = {"Hello", "from", "a", "position-independent", "program."};

static long twice(long value) { return value * 2; }
static long square(long value) { return value * value; }

static long (*const functions[])(long) = {twice, square};

int main(void) {
    const size_t count = sizeof words / sizeof *words;
    for (size_t i = 0; i < count; i++)
        print("%s%c", words[i], i + 1 < count ? ' ' : '\n');
    // Volatile, so that the calls go through the relocated table.
    for (volatile size_t i = 0; i < 2; i++)
        print("function %d of 21 is %d\n", (long)i, functions[i](21));
    return 0;
}

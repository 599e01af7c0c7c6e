// readfile [FILE]...: counts and checksums each FILE and then standard input, reading in odd sizes.
// A FILE that cannot be opened or read is an error: status 1.
#include "rt/rt.h"

enum { AT_FDCWD = -100, STDIN = 0, BUFFER_SIZE = 4099 };

typedef struct { long lines, words, bytes, reads; uint64_t sum; } Count;

static void count_bytes(Count *count, const char *bytes, long size, int *in_word) {
    for (long i = 0; i < size; i++) {
        int space = bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r');
        count->lines += bytes[i] == '\n';
        count->words += !space && !*in_word;
        *in_word = !space;
    }
    count->bytes += size;
    count->reads++;
    count->sum = checksum_bytes(count->sum, bytes, (size_t)size);
}

// Sizes change from read to read, and so does the alignment of the buffer.
static Count count_stream(int descriptor, const char *name) {
    static const long sizes[] = {1, 7, 64, 509, 4096, 3};
    static char buffer[BUFFER_SIZE];
    Count count = {.sum = CHECKSUM_START};
    int in_word = 0;
    for (;;) {
        long shift = count.reads % 4;
        long wanted = sizes[count.reads % (long)(sizeof sizes / sizeof *sizes)];
        long size = SYSCALL3(SYS_read, descriptor, buffer + shift, wanted);
        if (size < 0)
            fail(name, size);
        if (size == 0)
            return count;
        count_bytes(&count, buffer + shift, size, &in_word);
    }
}

static void report(const char *name, Count count) {
    print("%s: %d lines, %d words, %d bytes in %d reads, checksum %x\n", name, count.lines,
          count.words, count.bytes, count.reads, count.sum);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        long descriptor = SYSCALL4(SYS_openat, AT_FDCWD, argv[i], 0, 0);
        if (descriptor < 0)
            fail(argv[i], descriptor);
        report(argv[i], count_stream((int)descriptor, argv[i]));
        SYSCALL1(SYS_close, descriptor);
    }
    report("standard input", count_stream(STDIN, "standard input"));
    return 0;
}

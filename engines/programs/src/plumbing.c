// plumbing: what pipes do within one process: order, partial reads, a full pipe, ends that are
// duplicated and closed, and what is left when nobody writes any more.
#include "rt/rt.h"

enum { O_NONBLOCK = 04000, O_CLOEXEC = 02000000, F_GETFL = 3, F_SETFL = 4 };

static char buffer[200000];

static void say(const char *what, long result) { print("%-24s %d\n", what, result); }

static void partial_reads(void) {
    int ends[2];
    say("pipe", SYSCALL2(SYS_pipe2, ends, O_CLOEXEC));
    say("write", SYSCALL3(SYS_write, ends[1], "hello, world", 12));
    say("read of part", SYSCALL3(SYS_read, ends[0], buffer, 5));
    say("read of the rest", SYSCALL3(SYS_read, ends[0], buffer + 5, 100));
    say("as written", memcmp(buffer, "hello, world", 12) == 0);
    say("write to the wrong end", SYSCALL3(SYS_write, ends[0], "x", 1));
    say("read from the wrong end", SYSCALL3(SYS_read, ends[1], buffer, 1));
    SYSCALL1(SYS_close, ends[0]);
    SYSCALL1(SYS_close, ends[1]);
}

static void full_and_empty(void) {
    int ends[2];
    SYSCALL2(SYS_pipe2, ends, O_NONBLOCK);
    say("flags", SYSCALL2(SYS_fcntl, ends[0], F_GETFL));
    say("read of nothing", SYSCALL3(SYS_read, ends[0], buffer, 1));
    for (size_t i = 0; i < sizeof buffer; i++)
        buffer[i] = (char)(i * 7);
    long written = SYSCALL3(SYS_write, ends[1], buffer, sizeof buffer);
    say("write until full", written);
    say("write when full", SYSCALL3(SYS_write, ends[1], buffer, 1));
    uint64_t sum = checksum_bytes(CHECKSUM_START, buffer, (size_t)written);
    memset(buffer, 0, sizeof buffer);
    say("read of all", SYSCALL3(SYS_read, ends[0], buffer, sizeof buffer));
    say("the same", sum == checksum_bytes(CHECKSUM_START, buffer, (size_t)written));
    say("blocking again", SYSCALL3(SYS_fcntl, ends[0], F_SETFL, 0));
    say("flags", SYSCALL2(SYS_fcntl, ends[0], F_GETFL));
    SYSCALL1(SYS_close, ends[0]);
    SYSCALL1(SYS_close, ends[1]);
}

static void last_writer(void) {
    int ends[2];
    SYSCALL2(SYS_pipe2, ends, 0);
    say("duplicate", SYSCALL3(SYS_dup3, ends[1], 20, 0));
    SYSCALL1(SYS_close, ends[1]);
    say("write to duplicate", SYSCALL3(SYS_write, 20, "last words", 10));
    SYSCALL1(SYS_close, 20);
    say("read of what is left", SYSCALL3(SYS_read, ends[0], buffer, 100));
    say("read of the end", SYSCALL3(SYS_read, ends[0], buffer, 100));
    SYSCALL1(SYS_close, ends[0]);
}

int main(void) {
    partial_reads();
    full_and_empty();
    last_writer();
    return 0;
}

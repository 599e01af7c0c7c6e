// strain MODE [ARGUMENT]: asks of the host what it may refuse, be slow at, or never finish.
// Without a known MODE it lists them and exits with 2; unlimited never ends.
#include "rt/rt.h"

enum { AT_FDCWD = -100, STDIN = 0, STDOUT = 1, O_WRONLY = 1, TCGETS = 0x5401 };
enum { TERMIOS_WORDS = 16, GIGABYTE = 1 << 30, STRIDE_BYTES = 64 << 10, LARGE_BYTES = 128 << 10 };

static long open_file(const char *name, int flags) {
    long descriptor = SYSCALL4(SYS_openat, AT_FDCWD, name, flags, 0);
    if (descriptor < 0)
        fail(name, descriptor);
    return descriptor;
}

// Every read asks for a gigabyte; what comes may be less. A byte of every 64 KiB is looked at.
static int gigabyte(const char *name) {
    long descriptor = open_file(name, 0), total = 0, sum = 0, size = 1;
    char *bytes = map_pages(GIGABYTE, PROT_READ | PROT_WRITE);
    while (total < GIGABYTE && size > 0) {
        size = SYSCALL3(SYS_read, descriptor, bytes, GIGABYTE);
        if (size < 0)
            fail(name, size);
        for (long i = 0; i < size; i += STRIDE_BYTES)
            sum += bytes[i] + 1;
        total += size;
    }
    print("%d bytes, sum %d\n", total, sum);
    return 0;
}

// One write, of more than a pipe holds.
static int large_write(const char *unused) {
    (void)unused;
    char *bytes = map_pages(LARGE_BYTES, PROT_READ | PROT_WRITE);
    memset(bytes, '.', LARGE_BYTES);
    return SYSCALL3(SYS_write, STDOUT, bytes, LARGE_BYTES) != LARGE_BYTES;
}

// The status is the error number of the write.
static int closed_output(const char *unused) {
    (void)unused;
    SYSCALL1(SYS_close, STDOUT);
    return (int)-SYSCALL3(SYS_write, STDOUT, "lost\n", 5);
}

static int full_disk(const char *name) {
    long descriptor = open_file(name, O_WRONLY);
    print("write: %d\n", SYSCALL3(SYS_write, descriptor, "lost\n", 5));
    print("close: %d\n", SYSCALL1(SYS_close, descriptor));
    return 0;
}

static int input(const char *unused) {
    (void)unused;
    static char bytes[64];
    uint32_t settings[TERMIOS_WORDS];
    long terminal = SYSCALL3(SYS_ioctl, STDIN, TCGETS, settings);
    print("%s\n", terminal == 0 ? "a terminal" : "no terminal");
    for (long size = 1; size > 0;) {
        size = SYSCALL3(SYS_read, STDIN, bytes, sizeof bytes);
        if (size < 0)
            fail("standard input", size);
        print("read %d\n", size);
    }
    return 0;
}

static int pause_for(const char *seconds) {
    long time[2] = {parse_number(seconds), 0};
    print("sleeping\n");
    print("awake: %d\n", SYSCALL2(SYS_nanosleep, time, 0));
    return 0;
}

static _Noreturn int unlimited(const char *unused) {
    (void)unused;
    print("for ever\n");
    for (;;)
        __asm__ volatile("");
}

static const struct {
    const char *name;
    int (*run)(const char *argument);
} modes[] = {
    {"gigabyte", gigabyte},
    {"large-write", large_write},
    {"closed-output", closed_output},
    {"full-disk", full_disk},
    {"input", input},
    {"sleep", pause_for},
    {"unlimited", unlimited},
};

enum { MODE_COUNT = sizeof modes / sizeof *modes };

int main(int argc, char **argv) {
    for (int i = 0; argc > 1 && i < MODE_COUNT; i++)
        if (text_equals(argv[1], modes[i].name))
            return modes[i].run(argc > 2 ? argv[2] : "");
    print("modes:");
    for (int i = 0; i < MODE_COUNT; i++)
        print(" %s", modes[i].name);
    print("\n");
    return 2;
}

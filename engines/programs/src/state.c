// state FILE: puts something into all that makes up the state of a process, does something else, and
// prints what it finds there. Few instructions, so that the state can be taken at each of them.
#include "rt/rt.h"

enum {
    SYS_lseek = 62,
    SYS_personality = 92,
    SYS_getitimer = 102,
    SYS_setitimer = 103,
    SYS_sigaltstack = 132,
    SYS_rt_sigaction = 134,
    SYS_setrlimit = 164,
    SYS_getrlimit = 163,
    SYS_prctl = 167,
};

enum { AT_FDCWD = -100, SIGUSR1 = 10, SIG_UNBLOCK = 1, SA_ONSTACK = 0x08000000 };
enum { PR_SET_NAME = 15, PR_GET_NAME = 16, QUERY = -1, RLIMIT_NOFILE = 7 };
enum { F_GETFD = 1, O_CLOEXEC = 02000000, DUPLICATE = 9 };

typedef struct { void *handler; uint64_t flags, restorer, mask; } Action;

static uint64_t checksum = CHECKSUM_START;
static uint64_t handled, word = 41;
static char stack[4096];

static void found(const void *what, size_t size) { checksum = checksum_bytes(checksum, what, size); }

static void found_number(long number) { found(&number, sizeof number); }

static void handle(int signal) {
    char here;
    handled += (uint64_t)signal + (&here >= stack && &here < stack + sizeof stack);
}

// What lies between the load and the store is few instructions, none of which may lose it.
static long increment(void) {
    uint64_t value;
    long failed;
    __asm__ volatile(
        "lr.d %0, (%2)\n addi %0, %0, 1\n mv t0, %0\n mv t1, t0\n sc.d %1, t1, (%2)"
        : "=&r"(value), "=&r"(failed)
        : "r"(&word)
        : "t0", "t1", "memory");
    return failed;
}

int main(int argc, char **argv) {
    char name[16] = {0}, text[8] = {0}, place[64] = {0};
    uint64_t mask = 1 << (SIGUSR1 - 1), timer[4] = {1000, 0, 2000, 0}, limit[2] = {100, 200};
    uint64_t alternate[3] = {(uint64_t)stack, 0, sizeof stack};
    Action action = {(void *)handle, SA_ONSTACK, 0, 0};
    double third = 1;
    if (argc != 2)
        fail("usage: state FILE", 0);

    SYSCALL2(SYS_sigaltstack, alternate, 0);
    SYSCALL4(SYS_rt_sigaction, SIGUSR1, &action, 0, 8);
    SYSCALL4(SYS_rt_sigprocmask, 0, &mask, 0, 8);
    long process = SYSCALL0(SYS_getpid);
    SYSCALL3(SYS_tgkill, process, process, SIGUSR1);
    SYSCALL3(SYS_setitimer, 0, timer, 0);
    SYSCALL2(SYS_prctl, PR_SET_NAME, "kept");
    SYSCALL1(SYS_personality, 8);
    SYSCALL2(SYS_setrlimit, RLIMIT_NOFILE, limit);
    SYSCALL1(SYS_umask, 027);
    long end = SYSCALL1(SYS_brk, 0);
    SYSCALL1(SYS_brk, end + 100);
    ((volatile char *)end)[99] = 7;
    char *pages = map_pages(2 * PAGE_SIZE, PROT_READ | PROT_WRITE);
    pages[PAGE_SIZE] = 9;
    protect_pages(pages, PAGE_SIZE, PROT_NONE);
    long file = SYSCALL4(SYS_openat, AT_FDCWD, argv[1], 0, 0);
    SYSCALL3(SYS_dup3, file, DUPLICATE, O_CLOEXEC);
    SYSCALL3(SYS_lseek, DUPLICATE, 5, 0);
    SYSCALL1(SYS_chdir, "/");
    __asm__ volatile("fsflags zero\n fdiv.d %0, %0, %1" : "+f"(third) : "f"(3.0));

    found_number(increment());
    found_number((long)word);

    uint64_t flags;
    __asm__ volatile("frflags %0" : "=r"(flags));
    found_number((long)flags);
    found(&third, sizeof third);
    found_number(SYSCALL3(SYS_read, file, text, 4));
    found(text, sizeof text);
    found_number(SYSCALL3(SYS_lseek, DUPLICATE, 0, 1));
    found_number(SYSCALL2(SYS_fcntl, DUPLICATE, F_GETFD));
    SYSCALL2(SYS_getcwd, place, sizeof place);
    found(place, sizeof place);
    found_number(pages[PAGE_SIZE] + ((volatile char *)end)[99]);
    found_number(SYSCALL1(SYS_brk, 0) - end);
    found_number(SYSCALL1(SYS_umask, 0));
    SYSCALL2(SYS_getrlimit, RLIMIT_NOFILE, limit);
    found(limit, sizeof limit);
    found_number(SYSCALL1(SYS_personality, QUERY));
    SYSCALL2(SYS_prctl, PR_GET_NAME, name);
    found(name, sizeof name);
    SYSCALL2(SYS_getitimer, 0, timer);
    found_number((long)timer[0] + (timer[2] != 0));
    found_number(SYSCALL0(SYS_getpid) == process);
    SYSCALL4(SYS_rt_sigprocmask, SIG_UNBLOCK, &mask, 0, 8);
    found_number((long)handled);
    print("%x\n", checksum);
    return 0;
}

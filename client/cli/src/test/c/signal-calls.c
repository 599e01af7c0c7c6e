// Every call on signals with right and wrong arguments, and the order in which handlers run.
#include "raw.h"

#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <ucontext.h>

#define BIT(signal) (1UL << ((signal)-1))

typedef struct { uint64_t handler, flags, restorer, mask; } Action;

static void handler(int signal, siginfo_t *info, void *context) {
    uint64_t mask = 0, before;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    memcpy(&before, &((ucontext_t *)context)->uc_sigmask, sizeof before);
    printf("  handler of %d: code %d, mask %lx, before %lx\n", signal, info->si_code, mask, before);
}

static void install(int signal, uint64_t flags, uint64_t mask) {
    Action action = {(uint64_t)handler, SA_SIGINFO | flags, 0, mask};
    printf("install %d: %ld\n", signal, RAW(SYS_rt_sigaction, signal, &action, 0, 8));
}

static void ignore(int signal, uint64_t how) {
    Action action = {how, 0, 0, 0};
    printf("ignore %d: %ld\n", signal, RAW(SYS_rt_sigaction, signal, &action, 0, 8));
}

static void block(uint64_t mask) {
    printf("block %lx: %ld\n", mask, RAW(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8));
}

static void pending(void) {
    uint64_t set = 0;
    printf("pending: %ld, ", RAW(SYS_rt_sigpending, &set, 8));
    printf("%lx\n", set);
}

static long to_process(int signal) { return RAW(SYS_kill, getpid(), signal); }
static long to_thread(int signal) { return RAW(SYS_tgkill, getpid(), gettid(), signal); }

static void actions(void) {
    static const int signals[] = {0, -1, 65, SIGKILL, SIGSTOP, 31, 32, 62, 63, 64, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        Action old[2], action = {(uint64_t)handler, SA_SIGINFO, 17, 0x1111};
        memset(old, 0x77, sizeof old);
        long set = RAW(SYS_rt_sigaction, signals[i], &action, old, 8);
        printf("set %d: %ld, was %lx %lx\n", signals[i], set, old->handler, old->mask);
        memset(old, 0x77, sizeof old);
        long got = RAW(SYS_rt_sigaction, signals[i], 0, old, 8);
        printf("get %d: %ld, is ours %d, %lx %lx %lx, then %lx\n", signals[i], got,
               old->handler == (uint64_t)handler, old->flags, old->restorer, old->mask,
               old[1].handler);
    }
    Action action = {(uint64_t)handler, SA_SIGINFO, 0, 0};
    printf("wrong: %ld", RAW(SYS_rt_sigaction, SIGUSR1, &action, 0, 4));
    printf(" %ld", RAW(SYS_rt_sigaction, SIGUSR1, NOWHERE, 0, 8));
    printf(" %ld", RAW(SYS_rt_sigaction, SIGUSR1, 0, NOWHERE, 8));
    printf(" %ld\n", RAW(SYS_rt_sigaction, 99, NOWHERE, 0, 8));
    for (int signal = 1; signal <= 62; signal++)
        RAW(SYS_rt_sigaction, signal, &action, 0, 8);
}

static void masks(void) {
    uint64_t set = 0;
    printf("masks: %ld", RAW(SYS_rt_sigprocmask, 3, &set, 0, 8));
    printf(" %ld", RAW(SYS_rt_sigprocmask, 99, 0, &set, 8));
    printf(" %ld", RAW(SYS_rt_sigprocmask, SIG_SETMASK, NOWHERE, 0, 8));
    printf(" %ld", RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, NOWHERE, 8));
    printf(" %ld\n", RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, 0, 16));
    set = ~0UL;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &set, 0, 8);
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, 0, &set, 8);
    printf("all: %lx\n", set);
    block(0);
    printf("pending: %ld", RAW(SYS_rt_sigpending, &set, 4));
    printf(" %ld", RAW(SYS_rt_sigpending, &set, 16));
    printf(" %ld\n", RAW(SYS_rt_sigpending, NOWHERE, 8));
}

static void order(void) {
    block(BIT(SIGUSR1) | BIT(SIGUSR2) | BIT(SIGTERM) | BIT(SIGTRAP) | BIT(SIGSEGV) | BIT(40));
    to_process(SIGTERM);
    to_thread(SIGUSR2);
    to_process(SIGUSR1);
    to_thread(SIGSEGV);
    to_thread(40);
    to_thread(40);
    to_process(SIGTRAP);
    to_process(SIGUSR1);
    pending();
    block(0);
    install(SIGUSR1, 0, BIT(SIGUSR2) | BIT(SIGTERM));
    block(BIT(SIGUSR1) | BIT(SIGUSR2) | BIT(SIGTERM));
    to_process(SIGTERM);
    to_process(SIGUSR2);
    to_process(SIGUSR1);
    block(0);
    install(SIGUSR1, SA_NODEFER, 0);
    to_process(SIGUSR1);
    install(SIGUSR1, SA_RESETHAND, 0);
    to_process(SIGUSR1);
    Action old;
    RAW(SYS_rt_sigaction, SIGUSR1, 0, &old, 8);
    printf("after its only use: %lx %lx\n", old.handler, old.flags);
}

static void ignored(void) {
    ignore(SIGUSR2, (uint64_t)SIG_IGN);
    block(BIT(SIGUSR2) | BIT(SIGCHLD));
    to_process(SIGUSR2);
    to_process(SIGCHLD);
    pending();
    ignore(SIGUSR2, (uint64_t)SIG_IGN);
    pending();
    block(0);
    to_process(SIGUSR2);
    ignore(SIGCHLD, (uint64_t)SIG_DFL);
    block(BIT(SIGCHLD));
    to_process(SIGCHLD);
    pending();
    ignore(SIGCHLD, (uint64_t)SIG_DFL);
    pending();
    block(0);
}

static void suspended(void) {
    uint64_t set = BIT(SIGUSR2);
    install(SIGUSR1, 0, 0);
    install(SIGUSR2, 0, 0);
    block(BIT(SIGUSR1) | BIT(SIGUSR2));
    to_process(SIGUSR1);
    printf("suspended: %ld\n", RAW(SYS_rt_sigsuspend, &set, 8));
    to_process(SIGUSR1);
    to_process(SIGUSR2);
    set = 0;
    printf("suspended: %ld\n", RAW(SYS_rt_sigsuspend, &set, 8));
    pending();
    printf("wrong: %ld", RAW(SYS_rt_sigsuspend, &set, 4));
    printf(" %ld\n", RAW(SYS_rt_sigsuspend, NOWHERE, 8));
}

static void show(long result, const int32_t *info) {
    printf("%ld: %d %d %d, from itself %d %d, %x %x %x\n", result, info[0], info[1], info[2],
           info[4] == getpid(), info[5], info[6], info[7], info[31]);
}

static long await(uint64_t *set, int32_t *info, struct timespec *time) {
    memset(info, 0x77, sizeof(siginfo_t));
    return RAW(SYS_rt_sigtimedwait, set, info, time, 8);
}

static void awaited(void) {
    uint64_t set = BIT(SIGUSR1) | BIT(SIGUSR2);
    int32_t info[32];
    struct timespec time = {0, 1000000};
    to_process(SIGUSR2);
    show(await(&set, info, &time), info);
    printf("in vain: %ld\n", await(&set, info, &time));
    time.tv_nsec = 1000000000;
    printf("wrong: %ld", await(&set, info, &time));
    printf(" %ld", await(NOWHERE, info, 0));
    printf(" %ld", await(&set, info, NOWHERE));
    printf(" %ld", RAW(SYS_rt_sigtimedwait, &set, info, 0, 4));
    to_process(SIGUSR2);
    printf(" %ld\n", RAW(SYS_rt_sigtimedwait, &set, NOWHERE, 0, 8));
    pending();
}

static void queued(void) {
    uint64_t set = BIT(SIGUSR2);
    int32_t info[32] = {3, 77, SI_QUEUE, 0, getpid(), 5, 0x1234};
    block(set);
    printf("queue: %ld\n", RAW(SYS_rt_sigqueueinfo, getpid(), SIGUSR2, info));
    show(await(&set, info, 0), info);
    memset(info, 0, sizeof info);
    info[4] = 1;
    printf("queue: %ld\n", RAW(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR2, info));
    show(await(&set, info, 0), info);
    printf("wrong: %ld", RAW(SYS_rt_sigqueueinfo, getpid(), 99, info));
    printf(" %ld", RAW(SYS_rt_sigqueueinfo, getpid(), SIGUSR2, NOWHERE));
    printf(" %ld", RAW(SYS_rt_tgsigqueueinfo, getpid(), gettid(), 99, info));
    printf(" %ld", RAW(SYS_rt_tgsigqueueinfo, 0, 0, SIGUSR2, info));
    printf(" %ld\n", RAW(SYS_rt_sigqueueinfo, getpid(), 0, info));
    block(0);
}

static void targets(void) {
    printf("targets: %ld %ld %ld", to_process(65), to_process(-1), to_process(63));
    printf(" %ld %ld", RAW(SYS_tkill, getpid(), 0), RAW(SYS_tkill, 0, 1));
    printf(" %ld", RAW(SYS_tgkill, 1, getpid(), 1));
    printf(" %ld %ld", RAW(SYS_tkill, -1, 65), to_thread(64));
    printf(" %ld\n", RAW(SYS_kill, 0x7ffffff0, 99));
}

static void stacks(void) {
    static char room[4096];
    static const unsigned flags[] = {0, 1, 2, 3, 4, 0x80000000, 0x80000001};
    stack_t stack = {room, 0, sizeof room}, old;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        memset(&old, 0x77, sizeof old);
        stack.ss_flags = (int)flags[i];
        printf("stack %x: %ld, ", flags[i], RAW(SYS_sigaltstack, &stack, &old));
        printf("was ours %d, %x %lx\n", old.ss_sp == room, old.ss_flags, old.ss_size);
    }
    stack.ss_flags = 0;
    for (stack.ss_size = 2047; stack.ss_size < 2049; stack.ss_size++)
        printf("of %zu: %ld\n", stack.ss_size, RAW(SYS_sigaltstack, &stack, 0));
    printf("wrong: %ld", RAW(SYS_sigaltstack, NOWHERE, 0));
    printf(" %ld\n", RAW(SYS_sigaltstack, 0, NOWHERE));
}

int main(void) {
    actions();
    masks();
    order();
    ignored();
    suspended();
    awaited();
    queued();
    targets();
    stacks();
    return 0;
}

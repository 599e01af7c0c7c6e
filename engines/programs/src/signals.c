// Signals as programs use them: handlers on a stack of their own, faults survived by
// siglongjmp, masks, values that travel with a signal, handlers inside handlers.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf recovery;
static char handler_stack[1 << 15];
static volatile int depth;
static volatile sig_atomic_t received;

static int is_on_handler_stack(void) {
    char here;
    return &here >= handler_stack && &here < handler_stack + sizeof handler_stack;
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    sigaction(signal, &action, NULL);
}

static void recover(int signal, siginfo_t *info, void *context) {
    (void)info, (void)context;
    siglongjmp(recovery, signal);
}

static void count(int signal, siginfo_t *info, void *context) {
    (void)info, (void)context;
    received = received * 10 + signal % 10;
}

static void faults(void) {
    volatile int *volatile nowhere = (int *)0x40;
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile int survived = 0;
    handle(SIGSEGV, recover, SA_ONSTACK);
    for (volatile int i = 0; i < 1000; i = i + 1) {
        int signal = sigsetjmp(recovery, 1);
        if (signal == 0 && i % 2)
            *nowhere = i;
        if (signal == 0)
            *(volatile char *)page = 1;
        survived = survived + (signal == SIGSEGV);
    }
    printf("survived %d faults\n", survived);
}

static long recurse(long level) {
    volatile char room[1024];
    room[level % 1024] = 1;
    return level < 0 ? 0 : recurse(level + 1) + room[0];
}

static void overflow(void) {
    if (sigsetjmp(recovery, 1) == 0)
        recurse(0);
    else
        printf("survived a stack overflow\n");
}

static void nested(int signal, siginfo_t *info, void *context) {
    (void)info, (void)context;
    depth++;
    printf("depth %d, own stack %d\n", depth, is_on_handler_stack());
    if (depth < 4)
        raise(signal);
    depth--;
}

static void told(int signal, siginfo_t *info, void *context) {
    (void)context;
    printf("signal %d from itself %d, value %d\n", signal, info->si_pid == getpid(),
           info->si_value.sival_int);
}

static void masks(void) {
    sigset_t both, old, waiting;
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    handle(SIGUSR1, count, 0);
    handle(SIGUSR2, count, 0);
    sigprocmask(SIG_BLOCK, &both, &old);
    raise(SIGUSR2);
    raise(SIGUSR1);
    raise(SIGUSR1);
    sigpending(&waiting);
    printf("waiting: %d %d, received %d\n", sigismember(&waiting, SIGUSR1),
           sigismember(&waiting, SIGUSR2), (int)received);
    sigsuspend(&old);
    printf("received %d\n", (int)received);
    sigprocmask(SIG_SETMASK, &old, NULL);
    raise(SIGUSR1);
    printf("received %d\n", (int)received);
}

static int broken_pipe(void) {
    int ends[2];
    handle(SIGPIPE, count, 0);
    if (pipe(ends) != 0)
        return 1;
    close(ends[0]);
    int refused = write(ends[1], "x", 1) < 0;
    printf("refused %d, received %d\n", refused, (int)received);
    return 0;
}

int main(void) {
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, NULL);
    faults();
    overflow();
    handle(SIGTERM, nested, SA_ONSTACK | SA_NODEFER);
    raise(SIGTERM);
    handle(SIGHUP, told, SA_RESETHAND);
    sigqueue(getpid(), SIGHUP, (union sigval){.sival_int = 42});
    masks();
    return broken_pipe();
}

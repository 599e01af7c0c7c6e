// Waiting for descriptors: pipes, files, nothing at all, with time limits and under masks.
#include "raw.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/select.h>
#include <time.h>

static int ends[2];

static void handler(int signal) { printf("  handler of %d\n", signal); }

static struct timespec span(long seconds, long nanoseconds) {
    return (struct timespec){seconds, nanoseconds};
}

static void show(long result, const struct pollfd *entries, int count, struct timespec *time) {
    printf("%ld:", result);
    for (int i = 0; i < count; i++)
        printf(" %x", entries[i].revents);
    printf(", time left %d\n", time && (time->tv_sec || time->tv_nsec));
}

static void poll_all(long nanoseconds) {
    struct pollfd entries[] = {{ends[0], POLLIN, 77}, {ends[1], POLLOUT, 77}, {-1, POLLIN, 77},
                               {500, POLLIN, 77},     {ends[0], 0, 77}};
    struct timespec time = span(99, 0);
    show(RAW(SYS_ppoll, entries, 5, &time, 0, 0), entries, 5, &time);
    time = span(0, nanoseconds);
    show(RAW(SYS_ppoll, entries, 1, &time, 0, 0), entries, 1, &time);
}

static void polls(void) {
    poll_all(1000000);
    write(ends[1], "x", 1);
    poll_all(999999999);
    struct pollfd entry = {ends[0], POLLIN, 0};
    show(RAW(SYS_ppoll, &entry, 1, 0, 0, 0), &entry, 1, 0);
    struct timespec wrong = span(0, 1000000000), none = span(0, 0);
    printf("wrong: %ld", RAW(SYS_ppoll, &entry, 1, &wrong, 0, 0));
    printf(" %ld", RAW(SYS_ppoll, NOWHERE, 1, &none, 0, 0));
    printf(" %ld", RAW(SYS_ppoll, &entry, 1, NOWHERE, 0, 0));
    printf(" %ld", RAW(SYS_ppoll, &entry, 1, &none, NOWHERE, 8));
    printf(" %ld", RAW(SYS_ppoll, &entry, 1, &none, &none, 4));
    printf(" %ld\n", RAW(SYS_ppoll, NOWHERE, 0, &none, 0, 0));
}

static void selects(void) {
    fd_set reading, writing, special;
    for (int wrong = 0; wrong < 2; wrong++) {
        FD_ZERO(&reading);
        FD_ZERO(&writing);
        FD_ZERO(&special);
        FD_SET(ends[0], &reading), FD_SET(ends[1], &writing), FD_SET(ends[0], &special);
        FD_SET(ends[0], &writing), FD_SET(100, &reading);
        if (wrong)
            FD_SET(60, &reading);
        struct timespec time = span(99, 0);
        long result = RAW(SYS_pselect6, 64, &reading, &writing, &special, &time, 0);
        printf("%ld: %d %d %d %d %d, time left %d\n", result, FD_ISSET(ends[0], &reading),
               FD_ISSET(ends[0], &writing), FD_ISSET(ends[1], &writing),
               FD_ISSET(ends[0], &special), FD_ISSET(100, &reading), time.tv_sec != 0);
    }
    struct timespec time = span(0, 1000);
    printf("none: %ld", RAW(SYS_pselect6, 0, 0, 0, 0, &time, 0));
    printf(" %ld", RAW(SYS_pselect6, -1, 0, 0, 0, &time, 0));
    printf(" %ld\n", RAW(SYS_pselect6, 1, NOWHERE, 0, 0, &time, 0));
}

static void masked(void) {
    uint64_t usr1 = 1 << (SIGUSR1 - 1), none = 0;
    struct sigaction action = {.sa_handler = handler};
    struct { const void *set; uint64_t size; } with = {&none, 8};
    sigaction(SIGUSR1, &action, 0);
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &usr1, 0, 8);
    raise(SIGUSR1);
    struct pollfd ready = {ends[0], POLLIN, 0}, idle = {ends[0], POLLPRI, 0};
    printf("ready: %ld\n", RAW(SYS_ppoll, &ready, 1, 0, &none, 8));
    printf("idle: %ld\n", RAW(SYS_ppoll, &idle, 1, 0, &none, 8));
    raise(SIGUSR1);
    printf("none: %ld\n", RAW(SYS_pselect6, 0, 0, 0, 0, 0, &with));
    uint64_t after;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, 0, &after, 8);
    printf("blocked: %lx\n", after);
}

int main(void) {
    setvbuf(stdout, 0, _IOLBF, 1 << 12);
    if (pipe(ends))
        return 1;
    polls();
    selects();
    masked();
    close(ends[1]);
    poll_all(999999999);
    return 0;
}

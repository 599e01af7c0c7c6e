// Descriptors for events: counters, timers, and waiting for several with epoll.
#include "raw.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>

static int events;

static void await(int room, int milliseconds) {
    struct epoll_event found[4];
    memset(found, 0x77, sizeof found);
    long count = RAW(SYS_epoll_pwait, events, found, room, milliseconds, 0, 8);
    printf("%ld:", count);
    for (int i = 0; i < 4; i++)
        printf(" %x %lx", found[i].events, found[i].data.u64);
    printf("\n");
}

static long change(int operation, int descriptor, uint32_t wanted, uint64_t data) {
    struct epoll_event event = {.events = wanted, .data.u64 = data};
    return RAW(SYS_epoll_ctl, events, operation, descriptor, &event);
}

int main(void) {
    uint64_t count = 0;
    struct itimerspec soon = {{0, 0}, {0, 1000000}}, left;
    int counter = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    events = epoll_create1(0);
    printf("%d %d %d, %x\n", counter, timer, events, fcntl(counter, F_GETFD));
    printf("add: %ld %ld\n", change(EPOLL_CTL_ADD, counter, EPOLLIN, 0x123456789abcdef),
           change(EPOLL_CTL_ADD, timer, EPOLLIN, 7));
    printf("wrong: %ld", change(EPOLL_CTL_ADD, counter, EPOLLIN, 0));
    printf(" %ld", change(EPOLL_CTL_ADD, 100, EPOLLIN, 0));
    printf(" %ld", RAW(SYS_epoll_ctl, events, EPOLL_CTL_ADD, timer, NOWHERE));
    printf(" %ld", RAW(SYS_epoll_ctl, counter, EPOLL_CTL_DEL, timer, 0));
    printf(" %ld", RAW(SYS_epoll_pwait, events, NOWHERE, 1, 0, 0, 8));
    printf(" %ld", RAW(SYS_epoll_pwait, events, &count, 0, 0, 0, 8));
    printf(" %ld\n", RAW(SYS_epoll_create1, 1));
    await(4, -1);
    printf("read: %ld", RAW(SYS_read, counter, &count, 8));
    printf(" %lu", count);
    printf(" %ld\n", RAW(SYS_read, counter, &count, 8));
    await(4, 1);
    printf("set: %ld", RAW(SYS_timerfd_settime, timer, 0, &soon, &left));
    printf(" %ld\n", left.it_value.tv_sec);
    await(1, -1);
    printf("read: %ld", RAW(SYS_read, timer, &count, 8));
    printf(" %d", count >= 1);
    printf(" %ld", RAW(SYS_timerfd_gettime, timer, &left));
    printf(" %ld\n", left.it_value.tv_nsec);
    count = 5;
    printf("write: %ld\n", RAW(SYS_write, counter, &count, 8));
    await(1, 0);
    printf("modify: %ld\n", change(EPOLL_CTL_MOD, counter, EPOLLIN | EPOLLOUT, 9));
    await(4, 0);
    printf("delete: %ld\n", RAW(SYS_epoll_ctl, events, EPOLL_CTL_DEL, counter, 0));
    await(4, 0);
    return 0;
}

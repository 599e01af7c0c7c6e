// What a process may ask and change about itself and its system, and what it may not.
#include "raw.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#define SHOW(name, ...) printf(#name ": %ld\n", RAW(SYS_##name, __VA_ARGS__))

static void ids(void) {
    unsigned real, effective, saved;
    printf("getresuid: %ld", RAW(SYS_getresuid, &real, &effective, &saved));
    printf(" %d\n", real == getuid() && effective == geteuid() && saved == geteuid());
    printf("getresgid: %ld", RAW(SYS_getresgid, &real, &effective, &saved));
    printf(" %d\n", real == getgid() && effective == getegid() && saved == getegid());
    printf("getresuid: %ld %ld\n", RAW(SYS_getresuid, NOWHERE, 0, 0), RAW(SYS_getresgid, 0, 0, 0));
    real = effective = -2u;
    printf("in part: %ld", RAW(SYS_getresuid, &real, &effective, 0));
    printf(" %d\n", real == getuid() && effective == geteuid());
    printf("to itself: %ld", RAW(SYS_setuid, getuid()));
    printf(" %ld", RAW(SYS_setgid, getgid()));
    printf(" %ld", RAW(SYS_setreuid, -1, getuid()));
    printf(" %ld", RAW(SYS_setregid, getgid(), -1));
    printf(" %ld", RAW(SYS_setresuid, -1, -1, -1));
    printf(" %ld", RAW(SYS_setresgid, -1, getgid(), -1));
    printf(" %d", RAW(SYS_setfsuid, getuid()) == getuid());
    printf(" %d\n", RAW(SYS_setfsgid, -1) == getgid());
    long groups = RAW(SYS_getgroups, 0, 0);
    unsigned *list = calloc((size_t)groups + 1, sizeof *list);
    printf("getgroups: %d", RAW(SYS_getgroups, groups, list) == groups);
    printf(" %ld\n", RAW(SYS_getgroups, -1, list));
    printf("groups: %d %d", RAW(SYS_getpgid, 0) == getpgrp(), RAW(SYS_getpgid, getpid()) == getpgrp());
    printf(" %d %ld %ld", RAW(SYS_getsid, 0) >= 0, RAW(SYS_getpgid, -1), RAW(SYS_getsid, -1));
    printf(" %ld\n", RAW(SYS_setpgid, 0, getpgrp()));
}

static void children(void) {
    int status;
    char info[128];
    printf("wait4: %ld", RAW(SYS_wait4, -1, &status, 0, 0));
    printf(" %ld\n", RAW(SYS_wait4, -1, &status, WNOHANG, 0));
    SHOW(waitid, P_ALL, 0, info, WEXITED);
    SHOW(waitid, P_ALL, 0, info, WEXITED | WNOHANG);
}

static void scheduling(void) {
    struct sched_param parameter = {77};
    struct timespec time;
    unsigned processor = 99, node = 99;
    uint64_t set[16] = {0};
    SHOW(sched_getscheduler, 0);
    printf("own: %ld\n", RAW(SYS_sched_getscheduler, getpid()));
    SHOW(sched_getscheduler, -1);
    SHOW(sched_getparam, 0, &parameter);
    printf("priority %d\n", parameter.sched_priority);
    SHOW(sched_getparam, 0, 0);
    SHOW(sched_get_priority_max, SCHED_FIFO);
    SHOW(sched_get_priority_min, SCHED_RR);
    SHOW(sched_get_priority_max, 99);
    SHOW(sched_rr_get_interval, 0, &time);
    printf("affinity: %ld", RAW(SYS_sched_getaffinity, 0, 8, set));
    printf(" %ld", RAW(SYS_sched_getaffinity, 0, 128, set));
    printf(" %d", set[0] != 0);
    printf(" %ld", RAW(SYS_sched_getaffinity, 0, 4, set));
    printf(" %ld\n", RAW(SYS_sched_setaffinity, 0, 8, set));
    printf("getcpu: %ld", RAW(SYS_getcpu, &processor, &node, 0));
    printf(" %d\n", processor < 99 && node < 99);
    SHOW(getpriority, PRIO_PROCESS, 0);
    SHOW(getpriority, 7, 0);
    SHOW(setpriority, PRIO_PROCESS, 0, 0);
    SHOW(membarrier, MEMBARRIER_CMD_GLOBAL, 0);
    SHOW(membarrier, 77, 0);
}

static void limits(void) {
    struct rlimit limit = {0, 0};
    printf("stack: %ld", RAW(SYS_prlimit64, 0, RLIMIT_STACK, 0, &limit));
    printf(" %lu\n", limit.rlim_cur);
    printf("stack: %ld", RAW(SYS_getrlimit, RLIMIT_STACK, &limit));
    printf(" %lu\n", limit.rlim_cur);
    SHOW(setrlimit, RLIMIT_STACK, &limit);
    SHOW(getrlimit, 99, &limit);
    SHOW(getrlimit, RLIMIT_CORE, NOWHERE);
    SHOW(setrlimit, RLIMIT_CORE, NOWHERE);
    SHOW(prlimit64, 0, 99, 0, &limit);
    SHOW(prlimit64, 0, RLIMIT_NOFILE, 0, NOWHERE);
}

static void controls(void) {
    char name[17] = {0};
    int value = 77;
    SHOW(prctl, PR_SET_NAME, "a name that is too long", 0, 0, 0);
    SHOW(prctl, PR_GET_NAME, name, 0, 0, 0);
    printf("%s\n", name);
    SHOW(prctl, PR_SET_NAME, NOWHERE, 0, 0, 0);
    SHOW(prctl, PR_GET_NAME, NOWHERE, 0, 0, 0);
    SHOW(prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);
    SHOW(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    SHOW(prctl, PR_GET_PDEATHSIG, &value, 0, 0, 0);
    printf("%d\n", value);
    SHOW(prctl, PR_GET_PDEATHSIG, NOWHERE, 0, 0, 0);
    SHOW(prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
    SHOW(prctl, PR_SET_SECCOMP, 1, 0, 0, 0);
    SHOW(prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);
    SHOW(prctl, PR_GET_KEEPCAPS, 0, 0, 0, 0);
    SHOW(prctl, PR_GET_TIMING, 0, 0, 0, 0);
    SHOW(prctl, PR_GET_FPEMU, 0, 0, 0, 0);
    SHOW(prctl, 9999, 0, 0, 0, 0);
    SHOW(personality, 0xffffffff);
    SHOW(personality, 0);
}

static void systems(void) {
    struct utsname name;
    char info[112], usage[144];
    SHOW(uname, &name);
    printf("%s %s\n", name.sysname, name.machine);
    SHOW(uname, NOWHERE);
    SHOW(sysinfo, info);
    SHOW(sysinfo, NOWHERE);
    SHOW(getrusage, RUSAGE_SELF, usage);
    SHOW(getrusage, 9, usage);
    SHOW(getrusage, RUSAGE_SELF, NOWHERE);
    printf("times: %d\n", RAW(SYS_times, 0) > 0);
    SHOW(capget, NOWHERE, 0);
    unsigned version[2] = {1, 0};
    printf("capget: %ld", RAW(SYS_capget, version, info));
    printf(" %#x\n", version[0]);
    SHOW(getrandom, info, sizeof info, 0);
    SHOW(getrandom, info, -1, 0);
    SHOW(getrandom, NOWHERE, 8, 99);
}

static void clocks(void) {
    struct timespec time = {0, 0}, left = {7, 7};
    printf("clocks:");
    for (int clock = 0; clock < 16; clock++)
        printf(" %ld", RAW(SYS_clock_gettime, clock, &time));
    printf("\nresolutions:");
    for (int clock = 0; clock < 16; clock++)
        printf(" %ld", RAW(SYS_clock_getres, clock, 0));
    printf("\nnowhere: %ld", RAW(SYS_clock_gettime, 0, NOWHERE));
    printf(" %ld\n", RAW(SYS_gettimeofday, NOWHERE, 0));
    time = (struct timespec){0, 1000};
    printf("sleeps: %ld", RAW(SYS_nanosleep, &time, &left));
    printf(" %ld", RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, &left));
    printf(" %ld", RAW(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &time, &left));
    printf(" %ld", RAW(SYS_clock_nanosleep, 3, 0, &time, &left));
    printf(" %ld", RAW(SYS_clock_nanosleep, 99, 0, &time, &left));
    time.tv_nsec = 1000000000;
    printf(" %ld\n", RAW(SYS_nanosleep, &time, 0));
}

static void futexes(void) {
    static uint32_t word = 5, other = 6;
    struct timespec time = {0, 1000};
    printf("futex: %ld", RAW(SYS_futex, &word, FUTEX_WAKE, 1, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAIT, 4, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAIT, 5, &time, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAIT_BITSET, 5, &time, 0, 1));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAIT_BITSET, 5, &time, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAKE_BITSET, 5, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAKE_BITSET, 5, 0, 0, 1));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_REQUEUE, 1, 1, &other, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &other, 5));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &other, 4));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, &other, 0x01001006));
    printf(" then %u", other);
    printf(" %ld", RAW(SYS_futex, NOWHERE, FUTEX_WAKE, 1, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, NOWHERE, FUTEX_WAIT, 1, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, (char *)&word + 1, FUTEX_WAKE, 1, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_WAIT, 5, NOWHERE, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, 99, 5, 0, 0, 0));
    time.tv_nsec = -1;
    printf(" %ld\n", RAW(SYS_futex, &word, FUTEX_WAIT, 5, &time, 0, 0));
    word = 0;
    printf("inheriting: %ld", RAW(SYS_futex, &word, FUTEX_LOCK_PI, 0, 0, 0, 0));
    printf(" %d", word == (uint32_t)gettid());
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_LOCK_PI, 0, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_TRYLOCK_PI, 0, 0, 0, 0));
    printf(" %ld", RAW(SYS_futex, &word, FUTEX_UNLOCK_PI, 0, 0, 0, 0));
    printf(" %u", word);
    printf(" %ld\n", RAW(SYS_futex, &word, FUTEX_UNLOCK_PI, 0, 0, 0, 0));
}

int main(void) {
    setvbuf(stdout, 0, _IOLBF, 1 << 12);
    ids();
    children();
    scheduling();
    limits();
    controls();
    systems();
    clocks();
    futexes();
    return 0;
}

// Asks the host for time, random bytes and its process id, and lets the answers steer the flow.
// Two runs print different numbers: engines agree only if they were given the same answers.
#include "rt/rt.h"

enum { CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, RANDOM_COUNT = 64, WALK_STEPS = 20000 };

typedef struct { long seconds, nanoseconds; } Time;

static Time now(int clock) {
    Time time;
    long error = SYSCALL2(SYS_clock_gettime, clock, &time);
    if (error < 0)
        fail("clock_gettime", error);
    return time;
}

static long nanoseconds_between(Time start, Time end) {
    return (end.seconds - start.seconds) * 1000000000 + end.nanoseconds - start.nanoseconds;
}

static void sleep_one_millisecond(void) {
    Time start = now(CLOCK_MONOTONIC), duration = {0, 1000000};
    long error = SYSCALL2(SYS_nanosleep, &duration, 0);
    if (error < 0)
        fail("nanosleep", error);
    long slept = nanoseconds_between(start, now(CLOCK_MONOTONIC));
    print("slept %d ns, %s a millisecond\n", slept, slept < 1000000 ? "less than" : "at least");
}

static void sort_bytes(unsigned char *bytes, int count) {
    for (int i = 1; i < count; i++) {
        unsigned char moving = bytes[i];
        int hole = i;
        for (; hole > 0 && bytes[hole - 1] > moving; hole--)
            bytes[hole] = bytes[hole - 1];
        bytes[hole] = moving;
    }
}

static void sort_random_bytes(void) {
    unsigned char bytes[RANDOM_COUNT];
    long size = SYSCALL3(SYS_getrandom, bytes, sizeof bytes, 0);
    if (size != RANDOM_COUNT)
        fail("getrandom", size);
    print("random checksum %x\n", checksum_bytes(CHECKSUM_START, bytes, sizeof bytes));
    sort_bytes(bytes, RANDOM_COUNT);
    print("smallest %d, median %d, largest %d\n", (long)bytes[0], (long)bytes[RANDOM_COUNT / 2],
          (long)bytes[RANDOM_COUNT - 1]);
}

// A walk whose every turn depends on the clock's last digits.
static void walk(void) {
    Time start = now(CLOCK_REALTIME);
    uint64_t state = checksum_word((uint64_t)start.seconds, (uint64_t)start.nanoseconds);
    long position = 0;
    for (int i = 0; i < WALK_STEPS; i++) {
        state = checksum_word(state, (uint64_t)position);
        if (state & 1)
            position++;
        else
            position--;
    }
    print("walked to %d from %d.%d s\n", position, start.seconds, start.nanoseconds);
}

int main(void) {
    Time date;
    long error = SYSCALL2(SYS_gettimeofday, &date, 0);
    if (error < 0)
        fail("gettimeofday", error);
    print("date %d s %d us\n", date.seconds, date.nanoseconds);
    print("process %d\n", SYSCALL0(SYS_getpid));
    sleep_one_millisecond();
    sort_random_bytes();
    walk();
    return 0;
}

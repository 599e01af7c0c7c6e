/* The counters of the processor: what they read differs, that they go on does not. */
#include <stdio.h>

static unsigned long cycle(void) { unsigned long x; __asm__ volatile("rdcycle %0" : "=r"(x)); return x; }
static unsigned long now(void) { unsigned long x; __asm__ volatile("rdtime %0" : "=r"(x)); return x; }
static unsigned long instret(void) { unsigned long x; __asm__ volatile("rdinstret %0" : "=r"(x)); return x; }

static int goes_on(unsigned long (*counter)(void)) {
    unsigned long first = counter(), last = first;
    for (int i = 0; i < 1000; i++) {
        unsigned long next = counter();
        if (next < last) return 0;
        last = next;
    }
    return last > first;
}

int main(void) {
    printf("cycle %d time %d instret %d\n", goes_on(cycle), goes_on(now), goes_on(instret));
    return 0;
}

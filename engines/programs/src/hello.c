// The smallest program with a real C library: glibc's start-up code, one line, status 0.
#include <stdio.h>

int main(void) {
    puts("Hello from a static program.");
    return 0;
}

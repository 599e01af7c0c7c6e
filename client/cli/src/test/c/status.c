// An exit status, output that is only flushed at exit, and a handler that runs then.
#include <stdio.h>
#include <stdlib.h>

static void farewell(void) { printf("farewell\n"); }

int main(int argc, char **argv) {
    atexit(farewell);
    printf("%s has %d arguments\n", argv[argc - 1], argc - 1);
    return 40 + argc;
}

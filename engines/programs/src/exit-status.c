// exit-status N [HOW]: every way of ending a process with a status of one's own.
// HOW: call (default), return (from main), nested (six calls deep), thread (the exit system call).
#include "rt/rt.h"

static __attribute__((noinline)) long descend(long depth, int status) {
    if (depth == 0)
        rt_exit(status);
    return descend(depth - 1, status) + depth;
}

int main(int argc, char **argv) {
    int status = argc > 1 ? (int)parse_number(argv[1]) : 0;
    const char *how = argc > 2 ? argv[2] : "call";
    print("ending with %d by %s\n", (long)status, how);
    if (text_equals(how, "return"))
        return status;
    if (text_equals(how, "nested"))
        print("unreachable: %d\n", descend(6, status));
    if (text_equals(how, "thread"))
        SYSCALL1(SYS_exit, status);
    rt_exit(status);
}

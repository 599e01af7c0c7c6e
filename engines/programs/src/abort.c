// Ends by SIGABRT the way abort(3) does: unblock the signal, ask who we are, signal ourselves.
#include "rt/rt.h"

enum { SIGABRT = 6, SIG_BLOCK = 0, SIG_UNBLOCK = 1 };

int main(void) {
    uint64_t set = 1u << (SIGABRT - 1), before = 0;
    SYSCALL4(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, sizeof set);
    SYSCALL4(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, &before, sizeof set);
    print("blocked before: %x\n", before);
    SYSCALL3(SYS_tgkill, SYSCALL0(SYS_getpid), SYSCALL0(SYS_gettid), SIGABRT);
    print("still alive\n");
    return 1;
}

// Calls a system call that does not exist and carries on: ENOSYS is an answer, not an end.
#include "rt/rt.h"

enum { SYS_nonexistent = 9999 };

int main(void) {
    for (int i = 0; i < 3; i++)
        print("system call %d: error %d\n", (long)SYS_nonexistent, -SYSCALL0(SYS_nonexistent));
    return 0;
}

package dev.lockstep.riscv.linux;

/** Error numbers (asm-generic/errno.h) as system calls return them: negative. */
final class Errno {
    static final long EPERM = -1;
    static final long ENOENT = -2;
    static final long ESRCH = -3;
    static final long EINTR = -4;
    static final long EBADF = -9;
    static final long ECHILD = -10;
    static final long EAGAIN = -11;
    static final long ENOMEM = -12;
    static final long EACCES = -13;
    static final long EFAULT = -14;
    static final long ENOTDIR = -20;
    static final long EINVAL = -22;
    static final long ENFILE = -23;
    static final long EMFILE = -24;
    static final long ENOTTY = -25;
    static final long ENOSPC = -28;
    static final long EPIPE = -32;
    static final long ERANGE = -34;
    static final long EDEADLK = -35;
    static final long ENOSYS = -38;
    static final long EOVERFLOW = -75;
    static final long EOPNOTSUPP = -95;
    static final long EAFNOSUPPORT = -97;
    static final long ETIMEDOUT = -110;

    private Errno() {}

    /** Returns whether a result is an error number. */
    static boolean isError(long result) {
        return Long.compareUnsigned(result, -4096) > 0;
    }
}

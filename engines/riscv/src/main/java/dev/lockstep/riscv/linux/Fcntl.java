package dev.lockstep.riscv.linux;

/** Commands of fcntl(2) (asm-generic/fcntl.h, linux/fcntl.h). */
final class Fcntl {
    static final int DUPFD = 0;
    static final int GETFD = 1;
    static final int SETFD = 2;
    static final int GETFL = 3;
    static final int SETFL = 4;
    static final int GETLK = 5;
    static final int SETLK = 6;
    static final int SETLKW = 7;
    static final int SETOWN = 8;
    static final int GETOWN = 9;
    static final int SETOWN_EX = 15;
    static final int GETOWN_EX = 16;
    static final int OFD_GETLK = 36;
    static final int OFD_SETLK = 37;
    static final int OFD_SETLKW = 38;
    static final int GETLEASE = 1025;
    static final int DUPFD_CLOEXEC = 1030;
    static final int SETPIPE_SIZE = 1031;
    static final int GETPIPE_SIZE = 1032;
    static final int ADD_SEALS = 1033;
    static final int GET_SEALS = 1034;

    private Fcntl() {}
}

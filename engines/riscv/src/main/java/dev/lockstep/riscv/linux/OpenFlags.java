package dev.lockstep.riscv.linux;

/** Flags of open(2), pipe2(2) and their like (asm-generic/fcntl.h). */
final class OpenFlags {
    /** The bits that say in which direction bytes move. */
    static final int ACCESS = 3;

    static final int RDONLY = 0;
    static final int WRONLY = 1;
    static final int RDWR = 2;
    static final int CREAT = 0100;
    static final int APPEND = 02000;
    static final int NONBLOCK = 04000;
    static final int ASYNC = 020000;
    static final int LARGEFILE = 0100000;
    static final int DIRECTORY = 0200000;
    static final int CLOEXEC = 02000000;
    static final int PATH = 010000000;

    /**
     * What an open file remembers: access, append, non-blocking, synchronous, direct, of a
     * directory, no links, no times, path.
     */
    static final int LASTING =
            ACCESS | APPEND | NONBLOCK | 04010000 | 040000 | DIRECTORY | 0400000 | 01000000 | PATH;

    private OpenFlags() {}
}

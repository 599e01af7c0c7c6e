package dev.lockstep.riscv.host;

/** What differs between the kernels of the processors that lockstep runs on. */
enum HostArchitecture {
    /** The oldest table of numbers, and one of its own. */
    X86_64,
    /** Numbered as every newer processor is, RISC-V included. */
    AARCH64;

    /** Flags of open that aarch64 has elsewhere, with where it has them. */
    private static final long[][] MOVED = {
        {040000, 0200000}, // O_DIRECT
        {0100000, 0400000}, // O_LARGEFILE
        {0200000, 040000}, // O_DIRECTORY
        {0400000, 0100000}, // O_NOFOLLOW
    };

    static HostArchitecture of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                    throw new IllegalStateException(
                            "processor of the host: " + name + " (expected: amd64 or aarch64)");
        };
    }

    int number(HostCall call) {
        return this == X86_64 ? call.x86Number() : call.number();
    }

    /** Returns where struct epoll_event has its data: x86-64 leaves out the padding. */
    int epollDataOffset() {
        return this == X86_64 ? Integer.BYTES : Long.BYTES;
    }

    /** Returns the flags of open, those of RISC-V given. */
    long openFlags(long guest) {
        return move(guest, 0, 1);
    }

    /** Returns the flags of open as RISC-V has them. */
    long guestOpenFlags(long host) {
        return move(host, 1, 0);
    }

    private long move(long flags, int from, int to) {
        long moved = flags;
        if (this == AARCH64) {
            for (long[] flag : MOVED) {
                moved &= ~flag[from];
            }
            for (long[] flag : MOVED) {
                moved |= (flags & flag[from]) == 0 ? 0 : flag[to];
            }
        }
        return moved;
    }
}

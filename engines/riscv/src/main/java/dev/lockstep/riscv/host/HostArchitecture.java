package dev.lockstep.riscv.host;

/** What differs between the kernels of the processors that lockstep runs on. */
enum HostArchitecture {
    /** The oldest table of numbers, and one of its own. */
    X86_64,
    /** Numbered as every newer processor is, RISC-V included. */
    AARCH64;

    private static final int DIRECTORY = 0200000;
    private static final int NOFOLLOW = 0400000;
    private static final int DIRECT = 040000;

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

    /** Returns the flags of open, those of RISC-V given. Aarch64 has three of them elsewhere. */
    long openFlags(long flags) {
        if (this == X86_64) {
            return flags;
        }
        return (flags & ~(DIRECTORY | NOFOLLOW | DIRECT))
                | move(flags, DIRECTORY, 040000)
                | move(flags, NOFOLLOW, 0100000)
                | move(flags, DIRECT, 0200000);
    }

    private static long move(long flags, long from, long to) {
        return (flags & from) == 0 ? 0 : to;
    }
}

package dev.lockstep.riscv.memory;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

/**
 * Address space of the host without memory behind it until it is touched.
 *
 * <p>Straight from mmap rather than a mapped sparse file, which would need a file system that holds
 * the file.
 */
final class HostMapping {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
    private static final long NO_FILE = -1;

    /**
     * Where the mapping is wanted, if the addresses are free: when it begins at one that fits an
     * int, compiled code has that in the instruction that accesses memory.
     */
    private static final long[] WANTED_ADDRESSES = {0x7FFF_0000, 0x1_0000, 0x4000_0000};

    private HostMapping() {}

    /** Returns the host address of {@code sizeBytes} zero bytes. */
    static long reserve(long sizeBytes) {
        HostKernel kernel = new HostKernel();
        for (long wanted : WANTED_ADDRESSES) {
            long address = map(kernel, wanted, sizeBytes);
            if (address == wanted) {
                return address;
            }
            release(kernel, address, sizeBytes);
        }
        return map(kernel, 0, sizeBytes);
    }

    /** Maps at the wanted address, or at another if it is taken. */
    private static long map(HostKernel kernel, long wanted, long sizeBytes) {
        long address =
                kernel.call(
                        HostCall.MMAP,
                        wanted,
                        sizeBytes,
                        PROT_READ_WRITE,
                        MAP_PRIVATE_ANONYMOUS_NORESERVE,
                        NO_FILE,
                        0);
        if (address < 0) {
            throw new IllegalStateException(
                    "cannot reserve "
                            + sizeBytes
                            + " bytes of address space for the guest; raise the limit (ulimit -v)"
                            + " or choose a smaller memory");
        }
        return address;
    }

    /** Gives back what {@link #reserve} returned. */
    static void release(long address, long sizeBytes) {
        release(new HostKernel(), address, sizeBytes);
    }

    private static void release(HostKernel kernel, long address, long sizeBytes) {
        if (kernel.call(HostCall.MUNMAP, address, sizeBytes) < 0) {
            throw new IllegalStateException("munmap of 0x" + Long.toHexString(address) + " failed");
        }
    }
}

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
    private static final int MAP_FIXED_NOREPLACE = 0x10_0000;
    private static final long NO_FILE = -1;
    private static final int MADV_HUGEPAGE = 14;

    // Where the mapping is wanted, if the addresses are free: when it begins at one that fits an
    // int, compiled code has that in the instruction that accesses memory.
    private static final long HIGHEST_WANTED = 0x7FFF_0000;
    private static final long STEP = 0x100_0000;

    private HostMapping() {}

    /** Returns the host address of {@code sizeBytes} zero bytes, a low one if it can be had. */
    static long reserveLow(long sizeBytes) {
        HostKernel kernel = new HostKernel();
        for (long wanted = HIGHEST_WANTED; wanted > 0; wanted -= STEP) {
            long address = map(kernel, wanted, sizeBytes, MAP_FIXED_NOREPLACE);
            if (address == wanted) {
                return address;
            }
            if (address >= 0) {
                // A kernel of before 4.17 maps elsewhere instead.
                release(kernel, address, sizeBytes);
            }
        }
        return reserve(kernel, sizeBytes);
    }

    /** Returns the host address of {@code sizeBytes} zero bytes. */
    static long reserve(long sizeBytes) {
        return reserve(new HostKernel(), sizeBytes);
    }

    private static long reserve(HostKernel kernel, long sizeBytes) {
        long address = map(kernel, 0, sizeBytes, 0);
        if (address < 0) {
            throw new NoAddressSpaceException(sizeBytes);
        }
        return address;
    }

    /** Returns the address mapped, or a negative error number. */
    private static long map(HostKernel kernel, long wanted, long sizeBytes, int flags) {
        return kernel.call(
                HostCall.MMAP,
                wanted,
                sizeBytes,
                PROT_READ_WRITE,
                MAP_PRIVATE_ANONYMOUS_NORESERVE | flags,
                NO_FILE,
                0);
    }

    /**
     * Returns the same, with large pages of the host behind it if it has them: what is filled from
     * one end to the other is so at a fraction of the page faults.
     */
    static long reserveLarge(long sizeBytes) {
        HostKernel kernel = new HostKernel();
        long address = reserve(kernel, sizeBytes);
        kernel.call(HostCall.MADVISE, address, sizeBytes, MADV_HUGEPAGE);
        return address;
    }

    /** Gives back what was reserved. */
    static void release(long address, long sizeBytes) {
        release(new HostKernel(), address, sizeBytes);
    }

    private static void release(HostKernel kernel, long address, long sizeBytes) {
        if (kernel.call(HostCall.MUNMAP, address, sizeBytes) < 0) {
            throw new IllegalStateException("munmap of 0x" + Long.toHexString(address) + " failed");
        }
    }
}
